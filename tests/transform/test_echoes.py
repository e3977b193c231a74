"""Same report, other bytes: a page that differs each night is no further edition, as long as nothing that it says differs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from extract.model import Extraction, Finding
from tests.transform.given_reports import NOW, VERSION, cell, full_report, sha
from transform.build import build
from transform.lake import Lake
from transform.parts import write_part
from transform.register import Intake, take_in

PAGE = replace(full_report(1), path="http://a.gov.cn/report.html")


def night(n: int, page: Extraction = PAGE, **changes: Any) -> Extraction:
    """The page as another file."""
    return replace(page, **{"sha256": sha(f"night {n}"), **changes})


def taken(home: Path, *nights: Extraction, corrections: str = "") -> Lake:
    """A lake that has taken these in, one a night."""
    lake, folder = Lake(home), home / "corrections"
    folder.mkdir(parents=True)
    if corrections:
        (folder / "a.csv").write_text(corrections, encoding="utf-8")
    with lake.lock():
        for n, extraction in enumerate(nights):
            at = NOW + timedelta(days=n)
            take_in(lake, [Intake(extraction.path, extraction.sha256, 1000)], at)
            if extraction.sha256 not in {e.sha256 for e in nights[:n]}:
                write_part(lake, VERSION, [extraction], at)
        build(lake, VERSION, folder)
    return lake


def ask(lake: Lake, sql: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(lake.database), read_only=True) as con:
        return con.sql(sql).fetchall()


def editions(lake: Lake) -> list[tuple[str, bool]]:
    """The documents that are editions, and which is current, by version."""
    return ask(lake, "select sha256, is_current from dim_report order by version")


def test_other_bytes_alone_are_no_edition(tmp_path: Path) -> None:
    moved = tuple(c._replace(table_index=c.table_index + 1, row_index=9) for c in PAGE.cells)
    lake = taken(tmp_path, PAGE, night(1), night(2, cells=moved))
    assert editions(lake) == [(PAGE.sha256, True)]
    assert ask(lake, "select count(*), count(distinct report_key), min(status) from document") == [(3, 1, "ok")]
    assert ask(lake, "select count(*) from document join dim_report using (report_key)") == [(3,)]
    assert ask(lake, "select count(*) from cell_source") == [(len(PAGE.cells),)]
    assert ask(lake, "select count(*) from v_editions") == [(0,)]


def other_number(page: Extraction) -> dict[str, Any]:
    one = page.cells[3]
    return {"cells": (*page.cells[:3], one._replace(value=(one.value or 0) + 1, raw="1"), *page.cells[4:])}


def other_print(page: Extraction) -> dict[str, Any]:
    return {"cells": (page.cells[0]._replace(raw=" 0 "), *page.cells[1:])}


@pytest.mark.parametrize(
    "change",
    [
        other_number,
        other_print,
        lambda page: {"cells": page.cells[:-1]},
        lambda page: {"doubted": page.cells[-1:]},
        lambda page: {"sections": page.sections | {"5": "存在的主要问题。访问量：12。"}},
        pytest.param(lambda page: {"headings": {"1": "一、概述"}}, marks=pytest.mark.services),
        pytest.param(lambda page: {"title": "更正"}, marks=pytest.mark.services),
        lambda page: {"findings": (*page.findings, Finding("narrative", "warning", "requests.new", 1, 2))},
        pytest.param(lambda page: {"format": "pdf"}, marks=pytest.mark.services),
        pytest.param(lambda page: {"path": "http://a.gov.cn/elsewhere.html"}, marks=pytest.mark.services),
    ],
)
def test_whatever_it_says_otherwise_is_an_edition(
    tmp_path: Path, change: Callable[[Extraction], dict[str, Any]]
) -> None:
    lake = taken(tmp_path, PAGE, night(1, **change(PAGE)), night(2, **change(PAGE)))
    assert editions(lake) == [(PAGE.sha256, False), (sha("night 1"), True)]


def test_back_to_what_it_said_before_is_an_edition(tmp_path: Path) -> None:
    """What stands there last speaks, also if it has stood there before."""
    lake = taken(tmp_path, PAGE, night(1, **other_number(PAGE)), night(2))
    assert editions(lake) == [(PAGE.sha256, False), (sha("night 1"), False), (sha("night 2"), True)]


def test_what_is_new_anywhere_is_no_echo(tmp_path: Path) -> None:
    lake = taken(tmp_path, PAGE, night(1), night(1, path="http://b.gov.cn/"))
    assert editions(lake) == [(PAGE.sha256, False), (sha("night 1"), True)]


def test_the_same_bytes_again_change_nothing(tmp_path: Path) -> None:
    lake = taken(tmp_path, PAGE, night(1), PAGE, night(1))
    assert editions(lake) == [(PAGE.sha256, True)]


def test_what_a_person_has_settled_stays_settled(tmp_path: Path) -> None:
    """A decision about the first holds for those that repeat it; one about a later document is never passed over."""
    waiting = replace(PAGE, cells=PAGE.cells[1:], doubted=(cell("disclosure", *PAGE.cells[0][1:3], 7),))
    head = "sha256,table,row,column,decision,value,was,who,when,why\n"
    place = f"disclosure,{PAGE.cells[0].row},{PAGE.cells[0].column},value,8,7,A,2025-03-01,seen\n"
    first = taken(tmp_path / "a", waiting, night(1, waiting), corrections=f"{head}{waiting.sha256},{place}")
    assert editions(first) == [(waiting.sha256, True)]
    assert ask(first, "select distinct status from document") == [("ok",)]
    later = taken(tmp_path / "b", waiting, night(1, waiting), corrections=f"{head}{sha('night 1')},{place}")
    assert editions(later) == [(waiting.sha256, False), (sha("night 1"), True)]
