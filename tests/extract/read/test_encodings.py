"""The encoding is what the bytes say: every cell is read whatever a page declares."""

from __future__ import annotations

import codecs

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extract.as_json import to_contract
from extract.read.decode import decode
from tests.conftest import read_bytes
from tests.extract.pages import DISCLOSURE, PROCEEDINGS, figures, report

DECLARED = ("", "gb2312", "gbk", "utf-8", "iso-8859-1", "big5", "windows-1252", "no-such-charset", "hex", "utf-16")
WRITTEN = {
    "utf-8": lambda text: text.encode(),
    "utf-8 with a mark": lambda text: codecs.BOM_UTF8 + text.encode(),
    "gb2312": lambda text: text.encode("gb2312", "xmlcharrefreplace"),
    "gbk": lambda text: text.encode("gbk"),
    "gb18030": lambda text: text.encode("gb18030"),
    "big5": lambda text: text.encode("big5", "xmlcharrefreplace"),
    "utf-16-le": lambda text: codecs.BOM_UTF16_LE + text.encode("utf-16-le"),
    "utf-16-be": lambda text: codecs.BOM_UTF16_BE + text.encode("utf-16-be"),
}


def declaring(name: str) -> str:
    return report().decode().replace("<meta charset='utf-8'>", f"<meta charset='{name}'>" if name else "")


def tables(content: bytes) -> tuple[object, object, object]:
    found = to_contract(read_bytes(content))
    return found["disclosure"], found["requests"], found["proceedings"]


@pytest.mark.parametrize("declared", DECLARED)
@pytest.mark.parametrize("written", WRITTEN)
def test_every_cell_in_every_encoding(written: str, declared: str) -> None:
    content = WRITTEN[written](declaring(declared))
    assert tables(content) == (DISCLOSURE, figures(), PROCEEDINGS)
    assert read_bytes(content).organ == "某某县"


@pytest.mark.parametrize("mark", [b"", codecs.BOM_UTF8])
@pytest.mark.parametrize("lost", [1, 2])
@pytest.mark.parametrize("declared", ["gb2312", "utf-8", ""])
def test_bytes_lost_in_one_character_leave_utf8_what_it_is(declared: str, lost: int, mark: bytes) -> None:
    content = declaring(declared).encode()
    at = content.index("依照条例".encode())
    assert tables(mark + content[:at] + content[at + lost :]) == (DISCLOSURE, figures(), PROCEEDINGS)


def test_much_damage_leaves_utf8_what_it_is() -> None:
    content = ("政府信息公开工作年度报告，" * 200).encode()
    damaged = b"".join(content[at : at + 29] for at in range(0, len(content), 31))
    assert decode(damaged).count("政府信息") > 50


def test_a_script_before_the_text_does_not_decide_the_encoding() -> None:
    page = declaring("gb2312").replace("<body>", "<body><script>" + "var a = 1;\n" * 40_000 + "</script>")
    content = page.encode()
    at = content.index("依照条例".encode())
    assert tables(content[:at] + content[at + 1 :]) == (DISCLOSURE, figures(), PROCEEDINGS)


@settings(max_examples=60, deadline=None)
@given(st.data(), st.sampled_from(["utf-8", "gb18030"]))
def test_lost_bytes_move_no_number(data: st.DataObject, encoding: str) -> None:
    """Every number of the page is different: one that comes out elsewhere is wrong."""
    content = bytearray(declaring(encoding).encode(encoding))
    high = [at for at, byte in enumerate(content) if byte > 0x7F]
    for at in sorted(data.draw(st.sets(st.sampled_from(high), min_size=1, max_size=12)), reverse=True):
        del content[at]
    found = to_contract(read_bytes(bytes(content)))
    for table, want in (("requests", figures()), ("proceedings", PROCEEDINGS)):
        for code, row in (found[table] or {}).items():
            assert row == want[code]
    for row, measures in (found["disclosure"] or {}).items():
        for measure, value in measures.items():
            assert value == DISCLOSURE[row][measure]


@pytest.mark.parametrize(
    ("label", "encoding"),
    [("gb_2312-80", "gbk"), ("x-gbk", "gb18030"), ("chinese", "gb2312"), ("unicode-1-1-utf-8", "utf-8"), ("x-x-big5", "big5"),
     ("cp936", "gbk"), ("x-sjis", "shift_jis"), ("x-euc-jp", "euc_jp"), ("windows-31j", "cp932")],
)  # fmt: skip
def test_a_label_means_what_browsers_take_it_for(label: str, encoding: str) -> None:
    written = "政府信息公开公開年度工作的大人".encode(encoding, "ignore")
    assert decode(written, label) == written.decode(encoding)


@given(
    st.binary(max_size=300),
    st.one_of(st.sampled_from([None, *DECLARED[1:], "x-user-defined", "replacement"]), st.text(max_size=12)),
)
def test_any_bytes_are_some_text(content: bytes, declared: str | None) -> None:
    assert isinstance(decode(content, declared), str)
