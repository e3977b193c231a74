"""`ogi quality` and the page of a run: what it says, that it needs nothing else, and that documents cannot speak through it."""

from __future__ import annotations

import json
from html.parser import HTMLParser
from pathlib import Path

import pytest

from flows import quality
from flows.page.charts import Part, bars, line
from flows.page.contents import Contents
from flows.page.page import page
from tests.flows.conftest import SAMPLES, Ogi, given_files, run_ogi
from transform.lake import Lake

EVIL = "平潭\"'><script>alert(1)</script><img src=x onerror=alert(2)>&amp;县"


def last_run(home: Path) -> Path:
    return max(home.glob("runs/*/report.html")).parent


class Tags(HTMLParser):
    """Every tag with its attributes, and the text outside of tags."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in ("meta", "rect", "circle", "line", "polyline"):
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        if tag not in ("rect", "circle", "line", "polyline"):
            assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def assert_alone(html: str) -> Tags:
    """The page is well formed, runs nothing and asks for nothing."""
    found = Tags(html)
    assert found.open == []
    assert not {tag for tag, _ in found.tags} & {
        "script",
        "img",
        "link",
        "iframe",
        "object",
        "embed",
        "form",
        "a",
        "base",
    }
    for _, attributes in found.tags:
        assert not [
            name for name in attributes if name.startswith("on") or name in ("href", "src", "style", "xlink:href")
        ]
    assert "default-src 'none'" in html
    assert "url(" not in html
    return found


def test_the_page_of_a_run(ran: Path) -> None:
    html = (last_run(ran) / "report.html").read_text(encoding="utf-8")
    found = assert_alone(html)
    told = ["What is in doubt", "What is new (3)", "平潭综合实验区", "What got better or worse", "What was read"]
    places = [found.text.find(words) for words in told]
    assert -1 not in places and places == sorted(places)  # what is in doubt first
    record = json.loads((last_run(ran) / "run.json").read_text(encoding="utf-8"))
    assert Path(record["report"]) == last_run(ran) / "report.html"
    assert "news.html" not in found.text.split("What is in doubt")[1]  # no report: left out, but nothing to wait for


def test_what_documents_say_cannot_become_markup() -> None:
    row = {
        "value": EVIL, "reports": 1, "clean": 0, "undecided": 0, "publisher_findings": 1, "partial": 0, "share_clean": 0.0, "share_undecided": 0.0, "errors": 1,
        "warnings": 0, "infos": 0, "not_applicable": 0, "waiting_cells": 0, "failed": 1,
    }  # fmt: skip
    now = {"build": "b", "documents": {EVIL: 1}, "by": {name: [row] for name in quality.KEPT}}
    names = ("new reports", "editions", "waiting", "doubts", "worse", "better")
    shown = Contents(
        now, now, EVIL, [(EVIL, row), (EVIL, row)], {n: [(EVIL,) * 8] for n in names}, dict.fromkeys(names, 1)
    )
    width = {"new reports": 6, "editions": 8, "waiting": 3, "doubts": 5, "worse": 6, "better": 6}
    shown = Contents(now, now, EVIL, shown.trend, {n: [(EVIL,) * w] for n, w in width.items()}, shown.counts)
    record = {
        "run": EVIL, "started": EVIL, "ended": EVIL, "seconds": 1.0, "exit_status": 0, "extractor": EVIL, "files": 1,
        "documents": {EVIL: 1}, "documents_read_now": {EVIL: 1}, "reports": {"read_now": 1}, "warehouse": {"cells": 1},
    }  # fmt: skip
    found = assert_alone(page(record, shown))
    assert EVIL in found.text


def test_charts_keep_their_values() -> None:
    chart = bars([("a", [Part("clean", "clean", 3), Part("partial", "partial", 1)]), ("b", [])], "two bars")
    assert chart.count("<rect") == 2
    assert "a: 3 clean" in chart
    trend = line([("first", 0.0), ("second", 50.0)], "a line", " %", 100)
    assert 'cy="130.0"' in trend
    assert "second: 50 %" in trend
    assert line([], "nothing").count("<circle") == 0


def test_quality_by_what_is_asked(ran: Path) -> None:
    shown = run_ogi("quality", "--home", ran)
    assert (shown.returncode, shown.stderr) == (0, b"")
    assert "year" in shown.stdout.decode()
    found = json.loads(run_ogi("quality", "--home", ran, "--by", "division", "--by", "year", "--json").stdout)
    assert list(found["by"]) == ["all", "division", "year"]
    assert [row["value"] for row in found["by"]["year"]] == ["2022", "2023", "2024"]
    assert found["by"]["all"][0]["reports"] == 3
    assert found["documents"] == {"not_a_report": 1, "ok": 3}
    assert len(found["runs"]) == 1
    assert found["compared_with"] is None


@pytest.mark.parametrize("by", ["nothing", ""])
def test_quality_by_something_unknown(by: str, ran: Path) -> None:
    assert run_ogi("quality", "--home", ran, "--by", by).returncode == 2


def test_quality_without_a_warehouse(tmp_path: Path) -> None:
    done = run_ogi("quality", "--home", tmp_path / "none")
    assert done.returncode == 1
    assert b"ogi run PATH" in done.stderr


@pytest.mark.services
def test_the_next_run_says_what_moved(ogi: Ogi, home: Path, tmp_path: Path) -> None:
    """A report with an error, then a second edition that corrects it: worse first, then better; an edition diff."""
    text = (SAMPLES / "pingtan-2022.html").read_text(encoding="utf-8")
    wrong = tmp_path / "wrong" / "pingtan-2022.html"
    wrong.parent.mkdir()
    assert text.count(">74<") == 1
    wrong.write_text(text.replace(">74<", ">77<"), encoding="utf-8")
    right = tmp_path / "right" / "pingtan-2022.html"
    right.parent.mkdir()
    right.write_text(text.replace("工作年度报告<", "工作年度报告（更正版）<"), encoding="utf-8")
    assert ogi("run", given_files(tmp_path / "first", "qiyi-2023.txt"), "--home", home).returncode == 0
    assert ogi("run", wrong, "--home", home).returncode == 0
    worse = assert_alone((last_run(home) / "report.html").read_text(encoding="utf-8")).text
    assert "Worse: findings that were not there before (2)" in worse
    assert ogi("run", right, "--home", home).returncode == 0
    better = assert_alone((last_run(home) / "report.html").read_text(encoding="utf-8")).text
    assert "Better: findings that are gone (2)" in better
    assert "Editions that changed a figure (1)" in better
    assert "requests.new.totalchanged7774" in better
    found = json.loads(ogi("quality", "--home", home, "--by", "division", "--json").stdout)
    pingtan = next(row for row in found["by"]["division"] if "平潭" in (row["value"] or ""))
    assert pingtan["failed_change"] == found["by"]["all"][0]["failed_change"]  # nothing else moved
    assert [(row["reports"], row["errors"]) for row in found["runs"]] == [(1, 0), (2, 2), (2, 0)]
    assert found["by"]["all"][0]["failed_change"] < 0
    again = ogi("run", right, "--home", home)
    assert again.returncode == 0
    assert "Compared with run" in (last_run(home) / "report.html").read_text(encoding="utf-8")
    assert len(quality.history(Lake(home), 10)) == 4
