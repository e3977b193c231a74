"""The two real listing pages: what a reader of the page sees on them."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from extract.fetch.discover.links import discover
from extract.fetch.model import Found, Page, Source


def look(folder: Path, name: str, url: str) -> Found:
    return discover(Page(url, (folder / name).read_bytes(), "text/html"), Source("a", (url,)))


def test_pingtan(real_reports: Path) -> None:
    found = look(real_reports, "pingtan-listing.html", "https://www.pingtan.gov.cn/zwgk/zfxxgk/zfxxgknb/nlist.htm")
    assert [(link.year, link.published) for link in found.reports] == [
        (2025, date(2026, 3, 10)), (2024, date(2025, 3, 10)), (2023, date(2024, 3, 8)), (2022, date(2023, 2, 20)),
        (2021, date(2022, 2, 8)), (2020, date(2021, 3, 5)), (2019, date(2020, 1, 20)), (2018, date(2019, 1, 10)),
        (2017, date(2018, 1, 23)), (2016, date(2017, 1, 18)),
    ]  # fmt: skip
    assert {link.text for link in found.reports} == {
        f"平潭综合实验区{year}年度政府信息公开工作年度报告" for year in range(2016, 2026)
    }
    assert found.reports[0].url == "https://www.pingtan.gov.cn/zwgk/zfxxgk/zfxxgknb/202603/t20260313_105587.htm"
    assert found.pages == ("https://www.pingtan.gov.cn/zwgk/zfxxgk/zfxxgknb/nlist_1.htm",)  # 20 records, 10 a page
    assert found.refused == ()
    assert found.meta["SiteIDCode"] == "3590000001"
    assert found.meta["ColumnName"] == "政府信息公开年报"


def test_ordos(real_reports: Path) -> None:
    """Ten items, of which six are news."""
    found = look(real_reports, "ordos-listing.html", "http://www.example.gov.cn/xxgk/xxgknb/index.html")
    assert [(link.text, link.published) for link in found.reports] == [
        ("鄂尔多斯市2019年政府信息公开工作年度报告", date(2020, 9, 3)),
        ("鄂尔多斯市人民政府办公室2019年政府信息公开工作年度报告", date(2020, 3, 11)),
        ("鄂尔多斯市2018年政府信息公开年度报告", date(2019, 5, 30)),
        ("内蒙古自治区2018年政府信息公开工作年度报告", date(2019, 5, 30)),
    ]
    assert found.pages == ("http://www.example.gov.cn/xxgk/xxgknb/index_1.html",)
    assert found.refused == ()


def test_a_report_is_its_own_link(real_reports: Path) -> None:
    """A column may render the report itself; the page's own address is then the report's."""
    url = "https://www.pingtan.gov.cn/zwgk/zfxxgk/zfxxgknb/index.html"
    found = look(real_reports, "pingtan-2022.html", url)
    assert [(link.url, link.year) for link in found.reports] == [(url, 2022)]
