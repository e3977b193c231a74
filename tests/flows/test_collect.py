"""`ogi collect` and `ogi nightly` with their real Prefect, at an imitation of publishers' sites."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml

from extract.fetch.night.collect import held
from flows.exit_status import NOTHING_ASKED
from tests.fetch.site import TestSite
from tests.flows.conftest import Ogi, run_ogi


@pytest.fixture
def site() -> Iterator[TestSite]:
    with TestSite(pause=0.01, retry_after=0) as site:
        yield site


def registry(site: TestSite, folder: Path, *names: str) -> Path:
    """These sources of the site (none: all), as a person would write them down."""
    folder.mkdir(exist_ok=True)
    entries: list[dict[str, Any]] = []
    for source in site.sources:
        if not names or source.name in names:
            entry = {name: value for name, value in asdict(source).items() if value not in (None, ())}
            entry |= {name: list(entry[name]) for name in ("listings", "hosts") if name in entry}
            if source.years:
                entry["years"] = f"{source.years[0]}-{source.years[1]}"
            entries.append(entry)
    (folder / "sources.yaml").write_text(yaml.safe_dump(entries, allow_unicode=True), encoding="utf-8")
    return folder


@pytest.fixture
def warm(ran: Path, tmp_path: Path) -> None:
    """A Prefect that has run before starts in half the time."""
    shutil.copytree(ran / "runs" / "prefect", tmp_path / "home" / "fetch" / "prefect")


def settings(site: TestSite, tmp_path: Path, *names: str) -> dict[str, str]:
    return {
        "OGI_HOME": str(tmp_path / "home"),
        "OGI_SOURCES": str(registry(site, tmp_path / "sources", *names)),
        "OGI_CONTACT": "https://example.org/reports",
        "OGI_RATE": "0",
        "OGI_LOOPBACK": "1",
        "OGI_RECHECK_HOURS": "0",
    }


@pytest.mark.services
def test_nights_into_the_warehouse(ogi: Ogi, site: TestSite, tmp_path: Path) -> None:
    """Nothing new, then a changed report, then a visitor counter on every page: all versions kept, the reports as published."""
    chosen = settings(site, tmp_path, "trs", "plain", "jcms")
    first = ogi("nightly", **chosen)
    assert first.stderr == b""
    wanted = {url for name in ("trs", "plain", "jcms") for url in site.reports(name)}
    files = {file for file, page in site.files().items() if page in wanted}
    totals = next(line for line in first.stdout.decode().splitlines() if line.startswith("all 3 sources"))
    assert totals.split()[3:5] == [str(len(wanted | files)), "0"]
    with duckdb.connect(str(tmp_path / "home" / "ogi.duckdb"), read_only=True) as con:
        taken = {path for (path,) in con.sql("select path from document").fetchall()}
        assert taken == wanted | files
        reports = con.sql("select count(*) from dim_report").fetchall()
        assert con.sql("select count(*) from document where source_url is null").fetchall() == [(0,)]

    second = ogi("nightly", "--json", **chosen)
    record = json.loads(second.stdout)
    assert record["collected"]["totals"]["unchanged"] == len(wanted | files)
    assert record["main"]["files"] == 0
    with duckdb.connect(str(tmp_path / "home" / "ogi.duckdb"), read_only=True) as con:
        assert con.sql("select count(*) from dim_report").fetchall() == reports

    site.night = 3
    third = json.loads(ogi("nightly", "--json", **chosen).stdout)
    assert (third["collected"]["totals"]["changed"], third["collected"]["totals"]["moved"]) == (1, 1)
    assert third["main"]["documents_read_now"] == {"ok": 1}
    site.visits = 7
    counted = json.loads(ogi("nightly", "--source", "trs", "--source", "jcms", "--json", **chosen).stdout)
    pages = len({url for name in ("trs", "jcms") for url in site.reports(name)})
    assert (counted["collected"]["totals"]["changed"], counted["exit_status"]) == (pages, 0)
    assert (counted["main"]["repeated"], counted["main"]["reports"]["read_now"]) == (pages, 0)
    with duckdb.connect(str(tmp_path / "home" / "ogi.duckdb"), read_only=True) as con:
        assert con.sql("select count(*) from dim_report").fetchall() == [(reports[0][0] + 1,)]

    assert ogi("verify", **chosen).returncode == 0
    warc = ogi("warc", "--out", tmp_path / "warc", **chosen)
    assert warc.returncode == 0
    assert f"{len(wanted | files) + 1 + pages} documents".encode() in warc.stdout


@pytest.mark.usefixtures("warm")
@pytest.mark.services
def test_collect_alone_then_nightly_takes_it_in(site: TestSite, tmp_path: Path) -> None:
    """With a Prefect server of its own, each time."""
    ogi, chosen = run_ogi, settings(site, tmp_path, "jcms", "refused")
    done = ogi("collect", "--source", "jcms", "--since", "2000", **chosen)
    assert (done.returncode, done.stderr) == (0, b"")
    line = next(line.split() for line in done.stdout.decode().splitlines() if line.startswith("jcms"))
    assert line[1:3] == [str(len(site.reports("jcms"))), "0"]
    assert not (tmp_path / "home" / "ogi.duckdb").exists()
    (tmp_path / "home" / "raw").rename(tmp_path / "aside")
    missing = ogi("verify", **chosen)
    assert missing.returncode == 1
    assert b"is missing (from http://127.0.0.1" in missing.stdout
    (tmp_path / "aside").rename(tmp_path / "home" / "raw")
    usual = chosen | {"OGI_RECHECK_HOURS": "20"}
    site.log.clear()
    assert ogi("collect", "--source", "jcms", "--quiet", **usual).returncode == 0
    asked = len(site.log)
    assert ogi("collect", "--now", "jcms", "--quiet", **usual).returncode == 0
    assert {request.path for request in site.log[asked:]} == {request.path for request in site.log[:asked]}
    whole = ogi("nightly", "--quiet", **chosen)
    assert (whole.returncode, whole.stdout, whole.stderr) == (1, b"", b"")
    with duckdb.connect(str(tmp_path / "home" / "ogi.duckdb"), read_only=True) as con:
        paths = {path for (path,) in con.sql("select path from document").fetchall()}
    assert set(site.reports("jcms")) == paths


@pytest.mark.parametrize(
    ("arguments", "more", "status", "said"),
    [
        (["collect"], {"OGI_CONTACT": ""}, 2, "--contact (OGI_CONTACT) is missing"),
        (["nightly"], {"OGI_CONTACT": "名"}, 2, "printable ASCII"),
        (["collect", "--source", "nobody"], {}, 2, "there is no source 'nobody'"),
        (["collect"], {"OGI_SOURCES": "nowhere"}, 2, "no such folder"),
        (["collect", "--rate", "-1"], {}, 2, "--rate (OGI_RATE) is -1"),
        (["collect", "--since", "last year"], {}, 2, "Invalid value for '--since'"),
        (["collect", "--shard", "0/3"], {}, 2, "--shard (OGI_SHARD) is '0/3': a shard is one of several"),
        (["nightly", "--shard", "4/3"], {}, 2, "--shard (OGI_SHARD) is '4/3': a shard is one of several"),
        (["collect"], {"OGI_SHARD": "x"}, 2, "--shard (OGI_SHARD) is 'x': a shard is one of several"),
        (["warc", "--out", "out"], {"OGI_HOME": "empty"}, 1, "nothing was collected"),
        (["serve"], {"OGI_CONTACT": ""}, 2, "--contact"),
        (["serve", "--cron", "every night"], {}, 2, "--cron 'every night' cannot be used"),
        (["serve", "--cron", "99 2 * * *"], {}, 2, "--cron '99 2 * * *' cannot be used"),
        (["serve", "--timezone", "Asia/Nowhere"], {}, 2, "--timezone 'Asia/Nowhere' cannot be used"),
    ],
)
def test_mistakes_are_one_line(
    ogi: Ogi, site: TestSite, tmp_path: Path, arguments: list[str], more: dict[str, str], status: int, said: str
) -> None:
    done = ogi(*arguments, **(settings(site, tmp_path, "trs") | more))
    assert said in done.stderr.decode()
    assert (done.returncode, done.stdout) == (status, b"")
    assert site.log == []


def test_two_at_once_are_refused(ogi: Ogi, site: TestSite, tmp_path: Path) -> None:
    """Nothing was asked for: that is what it ends with."""
    chosen = settings(site, tmp_path, "trs")
    with held(tmp_path / "home"):
        for command in ("collect", "nightly"):
            done = ogi(command, **chosen)
            assert (done.returncode, done.stdout) == (NOTHING_ASKED, b"")
            assert b"another process collects" in done.stderr
