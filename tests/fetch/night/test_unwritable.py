"""What no database can hold: half a character in what a site sends costs at most the address that sent it."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from extract.fetch.model import Found, Link, Page, Source
from extract.fetch.night.collect import Places, collecting, night
from extract.fetch.night.history import History
from extract.fetch.night.page_reader import reading
from tests.fetch import reports as pages
from tests.fetch.night.conftest import ALL, HASTY, LOOPBACK, listing, report, source
from tests.fetch.night.site import LoopbackSite
from tests.fetch.night.standin import READING, discover

TITLE = "辰县人民政府2023年政府信息公开工作年度报告"


def states(home: Path) -> dict[str, tuple[Any, ...]]:
    """Path → what came of it, why, and what its link said."""
    with History(Places(home).history) as history:
        rows = history.read("select url, state, reason, text from url")
    return {"/" + url.split("/", 3)[3]: tuple(rest) for url, *rest in rows}


def answer(title: str, url: str) -> str:
    return json.dumps({"docs": [{"title": title, "docpuburl": url, "docreltime": "2024-01-22"}], "count": "1"})


@pytest.mark.parametrize(
    ("path", "body", "kind"),
    [
        ("/list.json", answer("\ud800" + TITLE, "/r.html"), "application/json"),
        ("/call", f"found({answer(chr(0xDC00) + TITLE, '/r.html')})", "text/javascript"),
        ("/field.json", answer(TITLE, "/r.html").replace('"count"', '"\\udfff": "\\ud800", "count"'), "application/json"),
        ("/script.html", f"<html><script>var list = {json.dumps([{'title': chr(0xD83D) + TITLE, 'url': '/r.html'}])};</script></html>", "text/html"),
        ("/page.html", pages.listing([pages.item("/r.html", "&#xd800;" + TITLE, "2024-01-22")]), "text/html"),
    ],
)  # fmt: skip
def test_half_a_character_in_a_listing(site: LoopbackSite, tmp_path: Path, path: str, body: str, kind: str) -> None:
    site.put(path, body, kind=kind)
    site.put("/r.html", report("辰县人民政府", 2023))
    with collecting(tmp_path, HASTY, reading(), LOOPBACK, ALL) as opened:
        totals = night(opened, [source(site, path)])["totals"]
    assert (totals["new"], totals["failed"]) == (1, 0)
    (state, _, text) = states(tmp_path)["/r.html"]
    assert state == "new"
    assert text.endswith(TITLE)
    text.encode()


def test_a_whole_character_stays(site: LoopbackSite, tmp_path: Path) -> None:
    site.put("/list.json", answer("𠮷" + TITLE, "/r.html"), kind="application/json")
    assert b"\\ud842\\udfb7" in site.pages["/list.json"].body
    site.put("/r.html", report("辰县人民政府", 2023))
    with collecting(tmp_path, HASTY, reading(), LOOPBACK, ALL) as opened:
        night(opened, [source(site, "/list.json")])
    assert states(tmp_path)["/r.html"][2] == "𠮷" + TITLE


def bad(page: Page, given: Source) -> Found:
    """A reading that lets something through that no row can hold."""
    found = discover(page, given)
    if not page.url.endswith("/bad"):
        return found
    return replace(found, reports=tuple(replace(link, text=link.text + "\ud800") for link in found.reports))


def numbered(page: Page, given: Source) -> Found:
    found = discover(page, given)
    return replace(found, reports=(Link(page.url + "/x", "", 2**80),)) if page.url.endswith("/bad") else found


@pytest.mark.parametrize("discovered", [bad, numbered])
def test_what_cannot_be_written_costs_its_address_alone(site: LoopbackSite, tmp_path: Path, discovered: Any) -> None:
    site.put("/bad", listing(("/a", "2023年年度报告")))
    site.put("/good", listing(("/b", "2023年年度报告")))
    site.put("/b", report("某区", 2023))
    for _ in range(2):  # the next night is not stopped, either
        with collecting(tmp_path, HASTY, replace(READING, discover=discovered), LOOPBACK, ALL) as opened:
            summary = night(opened, [source(site, "/bad", name="bad"), source(site, "/good", name="good")])
        assert summary["totals"]["failed"] == 1
        found = states(tmp_path)
        assert found["/bad"][0] == "failed"
        assert "cannot be written down" in found["/bad"][1]
        assert found["/b"][0] in ("new", "unchanged")
        assert "/a" not in found
