"""The commands of `ogi` and what they share.

Importing this imports neither Prefect nor pandas nor DuckDB, so that `ogi extract` answers at once.
"""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from flows.cli import (
    archive,
    collect,
    demo,
    describe,
    diff_runs,
    doctor,
    explain,
    export,
    extract,
    identify,
    importing,
    in_bucket,
    join,
    pack,
    prune,
    quality,
    release,
    review,
    run,
    schedule,
    shell,
    site,
    sources,
    sql,
    status,
)

app = typer.Typer(
    name="ogi",
    help="China's annual reports on open government information, as one queryable warehouse.",
    epilog="Exit status: 0 fine, 1 something was left out or failed (of a night: newly), 2 wrong usage, 3 nothing was asked for, "
    "4 ended before its end. "
    "Every option can be set by the environment variable named beside it.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("run", epilog=run.EXAMPLE)(in_bucket.writes(run.run))
app.command("demo", epilog=demo.EXAMPLE)(demo.demo)
app.command("collect", epilog=collect.EXAMPLE)(in_bucket.writes(collect.collect))
app.command("nightly", epilog=collect.NIGHTLY_EXAMPLE)(in_bucket.writes(collect.nightly))
app.command("serve", epilog=schedule.EXAMPLE)(schedule.serve)
app.command("alarm", epilog=schedule.ALARM_EXAMPLE)(schedule.alarm)
app.command("extract", epilog=extract.EXAMPLE)(extract.extract)
app.command("identify", epilog=identify.EXAMPLE)(identify.identify)
app.command("sql", epilog=sql.EXAMPLE)(in_bucket.reads(sql.sql))
app.command("shell", epilog=shell.EXAMPLE)(in_bucket.reads(shell.shell))
app.command("export", epilog=export.EXAMPLE)(in_bucket.reads(export.export))
app.command("site", epilog=site.EXAMPLE)(in_bucket.reads(site.site))
app.command("diff-runs", epilog=diff_runs.EXAMPLE)(in_bucket.reads(diff_runs.diff_runs))
app.command("release", epilog=release.EXAMPLE)(release.release)
app.command("describe", epilog=describe.EXAMPLE)(in_bucket.reads(describe.describe))
app.command("explain", epilog=explain.EXAMPLE)(in_bucket.reads(explain.explain))
app.command("quality", epilog=quality.EXAMPLE)(in_bucket.reads(quality.quality))
app.command("review", epilog=review.EXAMPLE)(review.review)
app.command("status", epilog=status.EXAMPLE)(in_bucket.reads(status.status))
app.command("verify", epilog=archive.VERIFY_EXAMPLE)(in_bucket.repairs(archive.verify))
app.command("prune", epilog=prune.EXAMPLE)(prune.prune)
app.command("pack", epilog=pack.EXAMPLE)(pack.pack)
app.command("doctor", epilog=doctor.EXAMPLE)(doctor.doctor)
app.command("warc", epilog=archive.WARC_EXAMPLE)(archive.warc)
app.command("import", epilog=importing.EXAMPLE)(in_bucket.writes(importing.bring))
app.command("join", epilog=join.EXAMPLE)(join.join)
app.add_typer(sources.app, name="sources")


def _version(asked: bool) -> None:
    if asked:
        from importlib.metadata import version

        from extract import extractor_version

        sys.stdout.write(f"ogi {version('ogi-reports')}, reading as {extractor_version()}\n")
        raise typer.Exit


@app.callback()
def ogi(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    """China's annual reports on open government information, as one queryable warehouse."""
