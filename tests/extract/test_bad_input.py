"""Hostile and foreign bytes: a status and a reason, never an exception, never an invented cell."""

from __future__ import annotations

import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conftest import read_bytes
from tests.extract.pages import page, report, td


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"", "empty"),
        (b"  \r\n\t ", "empty"),
        (b"PK\x03\x04" + b"\0" * 100, "package is damaged"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "old Office"),
        (bytes(range(256)) * 8, "binary"),
        (b"%PDF-1.7\n%truncated", "damaged"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 64, "picture"),
        (b"<html><body>" + b"<div>" * 100_000 + b"x", "deep"),
        (b"<html><body><table>" + b"<tr><td>1</td></tr>" * 100_000 + b"</table>", "rows"),
        (b"<html><body></body></html>", "no text"),
        (b"a" * (64 * 2**20 + 1), "limit"),
        (b"x\n" * 60_000, "lines"),
        (b"a\tb\n" * 40_000 + b"\t" * 50_000, "cells"),
    ],
    ids=["empty", "blank", "zip", "doc", "noise", "pdf", "png", "deep", "rows", "no text", "large", "lines", "tabs"],
)
def test_unreadable(content: bytes, word: str) -> None:
    extraction = read_bytes(content)
    assert extraction.status == "unreadable"
    assert word in (extraction.reason or "")
    assert extraction.cells == ()


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (page("<p>404 您访问的页面不存在或已删除</p>", title="提示信息"), "not found"),
        (
            page(
                "<p>我县召开政府信息公开年度报告编制工作会议，会上通报了去年的情况。</p>",
                title="我县召开政务公开工作会议",
            ),
            "no statutory table",
        ),
        (
            page(
                "<table><tr><td>科目</td><td>预算数</td></tr><tr><td>行政运行</td><td>1234.56</td></tr></table>",
                title="某局2023年部门预算公开",
            ),
            "no statutory table",
        ),
        (
            "关于做好2023年度政府信息公开工作年度报告编制工作的通知\n各单位：请于一月底前报送。".encode(),
            "no statutory table",
        ),
    ],
    ids=["404", "news", "budget", "notice"],
)
def test_not_a_report(content: bytes, word: str) -> None:
    extraction = read_bytes(content)
    assert extraction.status == "not_a_report"
    assert word in (extraction.reason or "")


@pytest.mark.parametrize("encoding", ["gb18030", "gbk", "utf-8-sig", "utf-16", "utf-8"])
@pytest.mark.parametrize("declared", ["", "gb2312", "utf-8", "iso-8859-1", "no-such-charset"])
def test_the_encoding_is_what_the_bytes_say(encoding: str, declared: str) -> None:
    text = report().decode().replace("<meta charset='utf-8'>", f"<meta charset='{declared}'>" if declared else "")
    extraction = read_bytes(text.encode(encoding))
    assert extraction.status == "ok"
    assert extraction.organ == "某某县"
    assert len(extraction.cells) == 200


def test_giant_spans_cost_nothing() -> None:
    extraction = read_bytes(
        report(disclosure="<table><tr>" + td("规章", colspan=10**9, rowspan=10**9) + td(1) + "</tr></table>")
    )
    assert extraction.status == "ok"
    assert not any(cell.table == "disclosure" for cell in extraction.cells)


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_mutated_pages_never_raise_and_never_move_a_number(data: st.DataObject) -> None:
    """Bytes cut out, doubled or overwritten: whatever is still read is a number of the page."""
    content = bytearray(report())
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(content) - 1))
        size = data.draw(st.integers(1, 40))
        action = data.draw(st.sampled_from(["cut", "double", "overwrite"]))
        if action == "cut":
            del content[at : at + size]
        elif action == "double":
            content[at:at] = content[at : at + size]
        else:
            content[at : at + size] = data.draw(st.binary(min_size=1, max_size=8))
    extraction = read_bytes(bytes(content))
    assert extraction.status in ("ok", "not_a_report", "unreadable")
    assert (extraction.reason is None) == (extraction.status == "ok")


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_give_a_status(content: bytes) -> None:
    for start in (b"", b"%PDF-1.4\n", b"<html>", b"\xef\xbb\xbf"):
        extraction = read_bytes(start + content)
        assert extraction.status in ("ok", "not_a_report", "unreadable")


def test_a_pdf_page_that_inflates_without_end_is_bounded() -> None:
    stream = zlib.compress(b"BT /F1 1 Tf (1) Tj ET\n" * 400_000)
    head = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj "
    head += b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>endobj "
    head += b"5 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj "
    content = (
        head
        + b"4 0 obj<</Filter/FlateDecode/Length %d>>stream\n" % len(stream)
        + stream
        + b"\nendstream endobj\ntrailer<</Root 1 0 R>>"
    )
    assert read_bytes(content, "bomb.pdf").status == "unreadable"
