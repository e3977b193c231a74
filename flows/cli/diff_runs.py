"""`ogi diff-runs`: which reports and cells differ between two stars, and why."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flows.cli import screen
from flows.settings import option, settings

if TYPE_CHECKING:
    from transform.lake import Lake

EXAMPLE = "Example: ogi diff-runs 2026.10 now -o changes.csv"
BEFORE, NOW = "before", "now"
FORMATS = (".md", ".csv", ".json", ".parquet")


def diff_runs(
    a: Annotated[
        str, typer.Argument(metavar="A", help="The earlier star: before, a build, or a release (YYYY.MM).")
    ] = BEFORE,
    b: Annotated[str, typer.Argument(metavar="B", help="The later one: now, a build, or a release.")] = NOW,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output", "-o", help=f"Write all rows into a file, in the format of its name: {', '.join(FORMATS)}."
        ),
    ] = None,
    home: Annotated[Path | None, option("home")] = None,
) -> None:
    """Show what changed between two stars: new reports, those that are gone, cells with old and new value and why they changed
    (new edition, corrected, other extractor). The star that stands and the one before it are kept, and all releases.
    """
    with screen.edge():
        from flows import changes_told
        from transform import changes
        from transform.lake import Lake

        if output is not None and output.suffix not in FORMATS:
            raise screen.Failed(f"{output.name}: the format is none of {', '.join(FORMATS)}.", screen.WRONG_USE)
        lake = Lake(settings(home=home).home)
        before, now = _star(lake, a), _star(lake, b)
        with lake.scratch() as scratch:
            table = changes.changes(now, before, scratch)
        if output is None or output.suffix == ".md":
            told = changes_told.page(b, a, table.to_pylist(), title=f"Changes from {a} to {b}")
            if output is None:
                sys.stdout.write(told)
            else:
                output.write_text(told, encoding="utf-8")
            return
        rows = table.to_pandas()
        if output.suffix == ".parquet":
            import pyarrow.parquet as pq

            pq.write_table(table, output, compression="zstd")
        elif output.suffix == ".csv":
            rows.astype({"report_key": str}).to_csv(output, index=False)
        else:
            rows.astype({"report_key": str}).to_json(output, orient="records", force_ascii=False, date_format="iso")


def _star(lake: Lake, name: str) -> Path:
    """The folder of a star by its name. Raises screen.Failed."""
    manifest = lake.star_manifest()
    if manifest is None:
        raise screen.Failed(f"there is no star in {lake.home} yet: run `ogi run PATH…` first, or name another --home.")
    if name == NOW:
        return lake.star.resolve()
    known = {folder.name: folder for folder in lake.builds.iterdir()}
    if lake.releases.is_dir():
        known |= {folder.name: folder / "star" for folder in lake.releases.iterdir()}
    wanted = str(manifest.get("previous")) if name == BEFORE else name
    found = [folder for known_as, folder in known.items() if known_as.startswith(wanted)]
    if len(found) != 1 or not found[0].is_dir():
        kept = ", ".join([NOW, *sorted(known)])
        what = "no star before this one is kept" if name == BEFORE else f"there is no one star {name!r}"
        raise screen.Failed(f"{what}; there are: {kept}.", screen.WRONG_USE)
    return found[0]
