"""From a report's page to its files."""

from __future__ import annotations

from typing import Any

import pytest

from extract.fetch.discover.attachments import attachments
from extract.fetch.model import Page, Source
from tests.fetch.reports import report

URL = "https://www.jiaxian.gov.cn/zwgk/zfxxgknb/202401/t20240122_1.html"
FOLDER = "https://www.jiaxian.gov.cn/zwgk/zfxxgknb/202401/"


def files(body: str, **source: Any) -> list[str]:
    page = Page(URL, f"<html><head><meta charset='utf-8'></head><body>{body}</body></html>".encode(), "text/html")
    got = attachments(page, Source("a", (URL,), **source))
    assert all(link.attachment and not link.follow for link in got)
    return [link.url for link in got]


@pytest.mark.parametrize("ending", ["doc", "docx", "pdf", "xls", "xlsx", "zip", "ofd", "wps", "rtf", "PDF"])
def test_each_kind_of_file(ending: str) -> None:
    assert files(f"<p>附件：<a href='./P0202401.{ending}'>2023年年报</a></p>") == [f"{FOLDER}P0202401.{ending}"]


def test_files_of_viewers_frames_and_download_endpoints() -> None:
    body = (
        "<iframe src='/pdfjs/web/viewer.html?file=%2Fu%2Fa.pdf'></iframe><embed src='b.pdf'>"
        "<a href='/module/download/downfile.jsp?classid=0&filename=c.doc'>附件</a><a href='#' onclick=\"openFile('/u/d.xlsx')\">表</a>"
    )
    root = "https://www.jiaxian.gov.cn"
    assert files(body) == [
        f"{root}/u/a.pdf",
        f"{FOLDER}b.pdf",
        f"{root}/module/download/downfile.jsp?classid=0&filename=c.doc",
        f"{root}/u/d.xlsx",
    ]


def test_a_scan_shown_as_pictures() -> None:
    assert files("<p><img src='W1.jpg' alt='第1页'></p><p><img src='W2.jpg'></p>") == [
        f"{FOLDER}W1.jpg",
        f"{FOLDER}W2.jpg",
    ]


def test_pictures_beside_a_report_are_none_of_it() -> None:
    markup = report("甲县", 2023, 1).replace(
        "<h1>", "<p><img src='W1.jpg'></p><a href='a.doc'>甲县2023年政府信息公开工作年度报告.doc</a><h1>"
    )
    assert [link.url for link in attachments(Page(URL, markup.encode()), Source("a", (URL,)))] == [f"{FOLDER}a.doc"]


def test_files_of_other_kinds_stay() -> None:
    body = "<a href='a.doc'>政府信息公开申请表.doc</a><a href='b.pdf'>政府网站工作年度报表.pdf</a><a href='c.pdf'>法治政府建设年度报告</a><a href='d.pdf'>申请流程图</a><a href='e.pdf'>附件1</a>"
    assert files(body) == [f"{FOLDER}e.pdf"]


def test_only_from_hosts_that_the_source_names_each_once() -> None:
    body = (
        "<a href='http://cdn.example.com/a.pdf'>年报.pdf</a><a href='b.pdf'>年报</a><a href='./b.pdf#page=2'>年报</a>"
    )
    assert files(body) == [f"{FOLDER}b.pdf"]
    assert files(body, hosts=("cdn.example.com",)) == ["http://cdn.example.com/a.pdf", f"{FOLDER}b.pdf"]


def test_an_article_inside_a_script() -> None:
    body = "<script>var c = \"<p>年报见附件<\\/p><table><tr><td><a href='/u/a.pdf'>附件<\\/a><\\/td><\\/tr><\\/table>\"</script>"
    assert files(body) == ["https://www.jiaxian.gov.cn/u/a.pdf"]


def test_what_is_no_page_links_nothing() -> None:
    for content in (b"", b"%PDF-1.7 ...", b"PK\x03\x04", b'{"a": 1}'):
        assert attachments(Page(URL, content), Source("a", (URL,))) == ()
