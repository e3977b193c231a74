"""Report pages that say that they are another site's: not taken, unless the source vouches for it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from extract.fetch.model import Source
from extract.fetch.night.collect import Places, collecting, night
from extract.fetch.night.history import History
from extract.fetch.night.page_reader import reading
from tests.fetch.night.conftest import ALL, HASTY, LOOPBACK, source
from tests.fetch.night.site import LoopbackSite
from tests.fetch.reports import document, item, listing, title

HEAD = "<meta name='SiteDomain' content='www.sixian.gov.cn'>"
TITLE = title("巳县人民政府", 2023)


def collected(home: Path, given: Source) -> dict[str, Any]:
    with collecting(home, HASTY, reading(), LOOPBACK, ALL) as opened:
        return night(opened, [given])


def page(head: str, said: str) -> str:
    return document(TITLE, f"<h1>{TITLE}</h1><p>{said}</p>").replace("<title>", f"{head}<title>", 1)


def test_a_report_page_of_another_site_is_refused(site: LoopbackSite, tmp_path: Path) -> None:
    site.put("/list.html", listing([item("/r.html", TITLE, "2024-01-22")]))
    own = site.put("/r.html", page("", "收到申请17件。" * 60)).body
    assert collected(tmp_path, source(site, "/list.html"))["totals"]["new"] == 1

    site.put("/r.html", page(HEAD, "收到申请71件。" * 60))
    summary = collected(tmp_path, source(site, "/list.html"))
    assert (summary["totals"]["refused"], summary["totals"]["changed"]) == (1, 0)
    assert "belongs to www.sixian.gov.cn" in summary["sources"][0]["why"]
    store = Places(tmp_path).store()
    with History(Places(tmp_path).history) as history:
        shas = [sha for (sha,) in history.read("select sha256 from version")]
    assert [store.get(sha) for sha in shas] == [own], "what was held stays, and nothing joins it"

    vouched = collected(tmp_path, source(site, "/list.html", hosts=("www.sixian.gov.cn",)))
    assert vouched["totals"]["changed"] == 1


def test_a_file_says_nothing_of_its_site(site: LoopbackSite, tmp_path: Path) -> None:
    site.put("/list.html", listing([item("/r.pdf", TITLE, "2024-01-22")]))
    site.put("/r.pdf", b"%PDF-1.7\n" + HEAD.encode() * 20, kind="application/pdf")
    assert collected(tmp_path, source(site, "/list.html"))["totals"]["new"] == 1
