"""docs/operations.md: what it has people type is run, line by line, and what it says that `ogi` says is said somewhere."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from extract.fetch.night.shards import share
from tests.conftest import ROOT
from tests.fetch.night.site import LoopbackSite, Served
from tests.flows.conftest import SAMPLES, environment

PAGE = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
REPORTS = {2022: "pingtan-2022.html", 2024: "pingtan-2024.html", 2021: "pingtan-2019.html"}


def section(title: str) -> str:
    return PAGE.partition(f"## {title}\n")[2].partition("\n## ")[0]


def blocks(title: str) -> str:
    return "\n".join(re.findall(r"^```sh\n(.*?)^```", section(title), re.MULTILINE | re.DOTALL))


def test_every_sentence_of_the_table_is_one_that_the_code_has() -> None:
    code = "\n".join(
        file.read_text(encoding="utf-8")
        for folder in ("extract", "transform", "flows")
        for file in (ROOT / folder).rglob("*.py")
    )
    rows = re.findall(r"^\| (`.+?) \| (\d.*?) \| .+ \| .+ \|$", section("What is said, and what to do"), re.MULTILINE)
    assert len(rows) > 15
    said = [fragment for first, _ in rows for fragment in re.findall("`([^`]+)`", first)]
    assert [fragment for fragment in said if fragment not in code] == []


def served(site: LoopbackSite) -> str:
    """A site in each of three shards, and a table of sources that has them."""
    every = [f"127.0.0.{n}" for n in range(2, 60)]
    table = "name,listings,hosts\n"
    for number, (year, page) in enumerate(REPORTS.items(), 1):
        host = next(host for host in every if share(host, 3) == number)
        link = f"<li><a href='/{year}.html'>平潭综合实验区{year}年政府信息公开工作年度报告</a></li>"
        site.only[host, "/"] = Served(f"<html><title>政府信息公开年报</title><ul>{link}</ul></html>".encode())
        site.only[host, f"/{year}.html"] = Served((SAMPLES / page).read_bytes())
        name = "平潭综合实验区" if number == 1 else f"源{number}"
        table += f"{name},{site.url('/', host)},www.pingtan.example\n"
    return table


def reports(home: Path) -> list[tuple[object, ...]]:
    with duckdb.connect(str(home / "ogi.duckdb"), read_only=True) as con:
        return con.sql(
            "select sha256, count(*) from dim_report join fact_request using (report_key) group by all order by 1"
        ).fetchall()


@pytest.mark.services
@pytest.mark.skipif(sys.platform == "win32", reason="a shell and its tools")
def test_first_night_backup_restore_and_shards_as_they_are_written(tmp_path: Path, prefect: dict[str, str]) -> None:
    with LoopbackSite().serving() as site:
        (tmp_path / "srv" / "sources").mkdir(parents=True)
        (tmp_path / "srv" / "sources" / "table.csv").write_text(served(site), encoding="utf-8")
        titles = ("From an empty machine to the first night", "Backup and restore", "Several collectors")
        script = "\n".join(blocks(title) for title in titles)
        assert script.count("\nogi ") >= 9
        script = script.replace("/srv/ogi", str(tmp_path / "srv")).replace("/backup", str(tmp_path / "backup"))
        path = f"{Path(sys.executable).parent}:/usr/bin:/bin"
        done = subprocess.run(
            ["bash", "-exc", script],
            env=environment(OGI_LOOPBACK="1", OGI_RATE="0", OGI_WORKERS="1", **prefect) | {"PATH": path},
            cwd=tmp_path,
            capture_output=True,
            timeout=300,
            check=False,
        )
    assert done.returncode == 0, done.stderr.decode()[-3000:]
    assert "平潭" in done.stdout.decode()
    assert len(reports(tmp_path / "srv" / "lake")) == 1
    assert reports(tmp_path / "srv" / "restored") == reports(tmp_path / "srv" / "lake")
    assert len(reports(tmp_path / "lake")) == 3
