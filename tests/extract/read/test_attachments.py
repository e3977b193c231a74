"""The files that a page links: named with their address as written, the site's own pages and pictures left alone."""

from __future__ import annotations

import pytest

from extract.model import Attachment
from extract.read import html
from extract.read.links import MAX_ATTACHMENTS
from tests.extract.pages import report


def attachments(body: str) -> list[tuple[str, str]]:
    return [(found.href, found.text) for found in html.read(f"<html><body>{body}</body></html>".encode()).attachments]


@pytest.mark.parametrize(
    ("markup", "href", "text"),
    [
        ("<a href='./P020240130.pdf'>年度报告.pdf</a>", "./P020240130.pdf", "年度报告.pdf"),
        ("<a href='/x/a.DOCX?v=1'><img src='/icons/doc.gif'> 附件 1</a>", "/x/a.DOCX?v=1", "附件 1"),
        ("<a href='b.wps' title='年报'></a>", "b.wps", "年报"),
        ("<a href='/module/download/downfile.jsp?classid=0&filename=a.pdf'>下载</a>", "/module/download/downfile.jsp?classid=0&filename=a.pdf", "下载"),
        ("<a href='/system/_content/download.jsp?urltype=x&wbfileid=3'>年报</a>", "/system/_content/download.jsp?urltype=x&wbfileid=3", "年报"),
        ("<a href='/file/8a7f'>2023年报.doc</a>", "/file/8a7f", "2023年报.doc"),
        ("<a href='/file/8a7f' download='年报.ofd'>下载</a>", "/file/8a7f", "下载"),
        ("<a href='javascript:void(0)' onclick=\"openFile('/u/1.xlsx')\">表</a>", "/u/1.xlsx", "表"),
        ("<a href='#'>报告.pdf</a>", "#", "报告.pdf"),
        ("<a href='%E5%B9%B4%2Epdf'>年</a>", "%E5%B9%B4%2Epdf", "年"),
        ("<a href='/scan/1.jpg'>第一页</a>", "/scan/1.jpg", "第一页"),
        ("<iframe src='/pdfjs/web/viewer.html?file=/u/a.pdf'></iframe>", "/pdfjs/web/viewer.html?file=/u/a.pdf", ""),
        ("<embed src='a.pdf' type='application/pdf'>", "a.pdf", ""),
        ("<object data='a.ofd' title='年报'></object>", "a.ofd", "年报"),
        ("<div data-pdf='/u/a.pdf'></div>", "/u/a.pdf", ""),
    ],
)  # fmt: skip
def test_a_linked_file(markup: str, href: str, text: str) -> None:
    assert attachments(markup) == [(href, text)]


@pytest.mark.parametrize(
    "markup",
    [
        "<a href='/index.html'>首页</a>",
        "<a href='/zwgk/pdfs/'>目录</a>",
        "<a href='/a.docs.html'>文档</a>",
        "<a href='mailto:a@b.cn'>信箱</a>",
        "<a href='javascript:void(0)'>微信</a>",
        "<a>空</a>",
        "<a href='/x.shtml'>2023.12.31</a>",
        "<iframe src='/menu.html'></iframe>",
        "<a href='/app.apk'>客户端</a>",
        "<a href='/logo.png'><img src='/logo.png'></a>",
    ],
)
def test_a_link_of_the_site(markup: str) -> None:
    assert attachments(markup) == []


def test_in_the_order_of_the_page_each_once() -> None:
    body = "<a href='b.pdf'>二</a><a href='/i.html'>首页</a><iframe src='c.pdf'></iframe><a href='a.pdf'>一</a><a href='b.pdf'>二</a>"
    assert [href for href, _ in attachments(body)] == ["b.pdf", "c.pdf", "a.pdf"]


def test_bounds() -> None:
    many = "".join(f"<a href='{n}.pdf'>{n}</a>" for n in range(1000))
    assert len(attachments(many)) == MAX_ATTACHMENTS
    assert attachments("<a href='data:application/pdf;base64," + "A" * 5000 + ".pdf'>x</a>") == []
    assert len(attachments(f"<a href='a.pdf'>{'年' * 5000}</a>")[0][1]) == 200


def test_the_pictures_of_an_article_without_a_table() -> None:
    body = (
        "<a href='/'><img src='/logo.jpg'></a><ul><li><img src='/menu.jpg'></li></ul><img src='/i/icon_search.png'>"
        "<img src='/x.png' width='16'><p><img src='./W020240130.jpg' alt='第1页'></p><p><img data-src='./W020240131.png' width='600'></p>"
    )
    assert attachments(body) == [("./W020240130.jpg", "第1页"), ("./W020240131.png", "")]


def test_pictures_beside_tables_are_no_attachments() -> None:
    found = html.read(report().replace(b"<h1>", b"<p><img src='a.jpg'></p><a href='a.doc'>a</a><h1>"))
    assert found.attachments == (Attachment("a.doc", "a"),)


def test_links_inside_an_article_in_a_script() -> None:
    body = "<script>var c = \"<p>年报见附件<\\/p><table><tr><td><a href='/u/a.pdf'>附件<\\/a><\\/td><\\/tr><\\/table>\"</script>"
    assert attachments(body) == [("/u/a.pdf", "附件")]
