"""Articles that a page keeps in its scripts, a site's answers in JSON, and saved pages."""

from __future__ import annotations

import base64
import json
import quopri
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extract.as_json import to_contract
from extract.read import html, mht, script
from tests.conftest import read_bytes
from tests.extract.pages import DISCLOSURE, PROCEEDINGS, figures, report

ALL = (DISCLOSURE, figures(), PROCEEDINGS)
TITLE = "某某县2023年政府信息公开工作年度报告"
ARTICLE = report().decode().split("</h1>")[1].split("</body>")[0]


def tables(content: bytes) -> tuple[Any, Any, Any]:
    found = to_contract(read_bytes(content))
    return found["disclosure"], found["requests"], found["proceedings"]


def shell(script: str, body: str = "<div id='app'>加载中</div>") -> bytes:
    return f"<!DOCTYPE html><html><head><meta charset='utf-8'><title>{TITLE}</title></head><body>{body}{script}</body></html>".encode()


def in_ascii(text: str) -> str:
    return json.dumps(text).replace("<", "\\u003c").replace(">", "\\u003E")


def in_script(value: object) -> str:
    """JSON as it may stand in a script: no end tag in it."""
    return json.dumps(value, ensure_ascii=False).replace("</", "<\\/")


def escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")


PARTS = (ARTICLE[:700], ARTICLE[700:1500], ARTICLE[1500:])
SINGLE = ARTICLE.replace("'", "\\'").replace("</", "<\\/")
STATE = json.dumps({"detail": {"txt": ARTICLE}}).replace("<", "\\u003c")


@pytest.mark.parametrize(
    "code",
    [
        f"<script>var content = {in_ascii(ARTICLE)};</script>",
        f"<script>var s='it\\'s // no'; /* \" */ document.getElementById('app').innerHTML = {in_script(ARTICLE)}</script>",
        f"<script>var t = '{SINGLE}';</script>",
        f"<script>render(`{SINGLE}`)</script>",
        f'<script id="__NEXT_DATA__" type="application/json">{in_script({"props": {"article": {"body": ARTICLE}}})}</script>',
        f"<script>window.__INITIAL_STATE__={STATE};(function(){{}})()</script>",
        f"<script>var data = JSON.parse({in_script(json.dumps({'content': ARTICLE}))});</script>",
        f"<script>var x = '{quote(ARTICLE)}'; show(decodeURIComponent(x))</script>",
        f'<script>var c = "{escaped(ARTICLE)}";</script>',
        f"<script>var c = {' + '.join(map(in_script, PARTS))};</script>",
        f"<script>var a = {{x: 1}}; var c = {f' +{chr(10)}  '.join(map(in_script, PARTS))};</script>",
        f"<script type='text/html'>{ARTICLE}</script>",
        f"<textarea style='display:none'>{escaped(ARTICLE)}</textarea>",
        f'<input type="hidden" value="{escaped(ARTICLE)}">',
        f'<iframe srcdoc="{escaped(ARTICLE)}"></iframe>',
    ],
    ids=["var", "inner html", "single", "template string", "next", "state", "parse", "percent", "entities", "joined", "lines", "template", "textarea", "field", "frame"],
)  # fmt: skip
def test_an_article_in_a_page_without_a_table(code: str) -> None:
    assert tables(shell(code)) == ALL


def test_a_page_that_shows_its_tables_is_not_asked_for_more() -> None:
    other = ARTICLE.replace("<td>1</td>", "<td>4711</td>")
    content = report().replace(b"</body>", f"<script>var old = {in_ascii(other)};</script></body>".encode())
    assert tables(content) == ALL


def test_two_articles_are_not_mixed() -> None:
    shorter = "<table><tr><td>规章</td><td>1</td></tr></table>"
    found = html.read(shell(f"<script>var a={in_ascii(ARTICLE)}; var b={in_ascii(shorter)}</script>"))
    assert len(found.unread) == 1
    assert tables(shell(f"<script>var a={in_ascii(ARTICLE)}; var b={in_ascii(shorter)}</script>")) == ALL


def test_the_same_article_twice_is_one() -> None:
    found = html.read(shell(f"<script>var a={in_ascii(ARTICLE)}; var b={in_script(ARTICLE)}</script>"))
    assert found.unread == ()


def test_title_and_day_out_of_a_pages_state() -> None:
    state = {"site": {"title": "网站"}, "detail": {"title": TITLE, "pubTime": 1706600000000, "content": ARTICLE}}
    content = shell(f"<script>window.X={json.dumps(state).replace('</', '<' + chr(92) + '/')}</script>").replace(
        f"<title>{TITLE}".encode(), b"<title>x"
    )
    extraction = read_bytes(content)
    assert (extraction.title, str(extraction.published)) == (TITLE, "2024-01-30")


ANSWERS = {
    "plain": {"code": 0, "data": {"title": TITLE, "publishTime": "2024-01-30 10:00:00", "source": "某某县", "content": ARTICLE}},
    "list": {"rows": [{"articleTitle": TITLE, "pub_date": "2024-01-30", "html": ARTICLE}], "total": 1},
    "escaped": {"title": TITLE, "pubDate": "2024-01-30", "txt": ARTICLE.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")},
    "string": {"title": "x", "result": json.dumps({"title": TITLE, "pubDate": "2024-01-30", "content": ARTICLE})},
}  # fmt: skip


@pytest.mark.parametrize("shape", ANSWERS)
@pytest.mark.parametrize("ascii_only", [True, False])
def test_an_answer_in_json(shape: str, ascii_only: bool) -> None:
    content = json.dumps(ANSWERS[shape], ensure_ascii=ascii_only).encode()
    assert tables(content) == ALL
    extraction = read_bytes(content)
    assert (extraction.format, extraction.title, str(extraction.published)) == ("json", TITLE, "2024-01-30")
    called = script.read(b"callback(" + content + b");")
    assert called == script.read(content)


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b'{"a": "b", "c": [1, 2', "damaged"),
        (b'{"rows": [{"url": "/a.html", "title": "x"}]}', "no article"),
        (b'{"a":' * 5_000 + b"1" + b"}" * 5_000, "nests"),
    ],
    ids=["cut", "list", "deep"],
)
def test_json_that_is_no_article(content: bytes, word: str) -> None:
    extraction = read_bytes(content)
    assert (extraction.status, word in (extraction.reason or "")) == ("unreadable", True)


# saved pages


def saved(html_part: bytes, coding: str = "base64", charset: str = "utf-8", more: bytes = b"") -> bytes:
    body = base64.encodebytes(html_part) if coding == "base64" else quopri.encodestring(html_part)
    return (
        b'From: <Saved by Blink>\r\nSubject: =?utf-8?Q?x?=\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related;\r\n\ttype="text/html";\r\n\tboundary="----B"\r\n\r\n'
        b"------B\r\nContent-Type: text/html"
        + (f'; charset="{charset}"' if charset else "").encode()
        + f"\r\nContent-ID: <frame-1@x>\r\nContent-Transfer-Encoding: {coding}\r\nContent-Location: http://example.gov.cn/a.html\r\n\r\n".encode()
        + body
        + b"\r\n------B\r\nContent-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n\r\niVBORw0KGgo=\r\n"
        + more
        + b"------B--\r\n"
    )


@pytest.mark.parametrize("coding", ["base64", "quoted-printable"])
@pytest.mark.parametrize(("charset", "encoding"), [("utf-8", "utf-8"), ("gb2312", "gb18030"), ("", "gbk"), ("utf-8", "gb18030"), ("unicode", "utf-16")])  # fmt: skip
def test_a_saved_page(coding: str, charset: str, encoding: str) -> None:
    content = saved(report().decode().encode(encoding), coding, charset)
    assert tables(content) == ALL
    assert read_bytes(content).format == "mht"


def test_the_frames_of_a_saved_page() -> None:
    frame = (
        b"------B\r\nContent-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        + base64.encodebytes(report())
        + b"\r\n"
    )
    assert (
        tables(saved(b"<html><head><title>x</title></head><frameset><frame src='cid:f'></frameset></html>", more=frame))
        == ALL
    )


def test_a_damaged_saved_page_says_so() -> None:
    content = saved(report())
    at = content.index(b"base64\r\nContent-Location") + 900
    extraction = read_bytes(content[:at] + b"!" + content[at + 2 :])
    assert extraction.status != "ok" or any(f.check.startswith("reading.") for f in extraction.findings)


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=b\r\n\r\n--b\r\nContent-Type: image/png\r\n\r\nx\r\n--b--", "no HTML"),
        (b"MIME-Version: 1.0\r\n" + b"".join(b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(3000)), "more than"),
        (b"MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=b\r\n\r\n" + b"--b\r\nContent-Type: text/html\r\n\r\nx\r\n" * 3000, "more than"),
    ],
    ids=["pictures", "nested", "parts"],
)  # fmt: skip
def test_saved_pages_that_are_none(content: bytes, word: str) -> None:
    extraction = read_bytes(content)
    assert (extraction.status, word in (extraction.reason or "")) == ("unreadable", True)


@settings(max_examples=60, deadline=None)
@given(st.data(), st.sampled_from(["mht", "json", "script"]))
def test_damage_moves_no_number(data: st.DataObject, kind: str) -> None:
    content = bytearray({"mht": saved(report(), "quoted-printable"), "json": json.dumps(ANSWERS["plain"]).encode(), "script": shell(f"<script>var content = {in_ascii(ARTICLE)};</script>")}[kind])  # fmt: skip
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(content) - 1))
        del content[at : at + data.draw(st.integers(1, 40))]
    extraction = read_bytes(bytes(content))
    assert extraction.status in ("ok", "not_a_report", "unreadable")
    assert "failed" not in (extraction.reason or "")


@given(st.binary(max_size=300))
def test_any_bytes_give_an_outcome(content: bytes) -> None:
    from extract.outcomes import Unreadable

    for read in (mht.read, script.read, html.read):
        for start in (
            b"",
            b"MIME-Version: 1.0\nContent-Type: multipart/related; boundary=b\n\n--b\n",
            b'{"a": "<p>',
            b"<script>var a = '<td",
        ):
            try:
                read(start + content)
            except Unreadable as outcome:
                assert outcome.reason


@pytest.mark.parametrize(
    "content",
    [
        json.dumps({"title": "\ud800" + TITLE, "content": "\udc00" + ARTICLE}).encode(),
        shell(f"<script>window.X = {json.dumps({'title': chr(0xD800) + TITLE, 'txt': ARTICLE})}</script>"),
        shell(f"<script>var s = {in_ascii(chr(0xDFFF) + ARTICLE)};</script>"),
    ],
)
def test_half_a_character_in_a_script_is_replaced(content: bytes) -> None:
    found = read_bytes(content)
    json.dumps(to_contract(found), ensure_ascii=False).encode()
    repr(found).encode()
    assert "\\ud" not in repr(found)
    assert tables(content) == tables(report())
