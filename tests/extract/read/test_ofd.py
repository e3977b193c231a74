"""OFD: the same figures as in the PDF whose characters and rules it was written from."""

from __future__ import annotations

import io
import zipfile

import pytest

from extract.as_json import to_contract
from extract.model import Prose
from tests.conftest import ROOT, read_bytes
from tests.extract.ofd_pages import MM, NS, ofd_of

SAMPLES = ROOT / "data" / "samples" / "reports"
NAMES = ("hongze-2023", "jinrongjie-2023", "linzi-2019", "wuyi-2024")
TABLES = ("disclosure", "requests", "proceedings")


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("relative", [True, False])
def test_an_ofd_gives_what_its_pages_show(name: str, relative: bool) -> None:
    expected = to_contract(read_bytes((SAMPLES / f"{name}.pdf").read_bytes(), "report.pdf"))
    found = to_contract(read_bytes(ofd_of(SAMPLES / f"{name}.pdf", relative=relative), "report.ofd"))
    assert found["format"] == "ofd"
    assert (found["organ"], found["year"]) == (expected["organ"], expected["year"])
    assert {table: found[table] for table in TABLES} == {table: expected[table] for table in TABLES}


def test_without_rules_nothing_is_wrong() -> None:
    expected = read_bytes((SAMPLES / "hongze-2023.pdf").read_bytes(), "report.pdf")
    found = read_bytes(ofd_of(SAMPLES / "hongze-2023.pdf", rules=False), "report.ofd")
    want = {cell[:3]: cell.value for cell in expected.cells}
    assert found.cells
    assert all(want[cell[:3]] == cell.value for cell in found.cells)


def package(document: str, pages: dict[str, str]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        made.writestr(
            "OFD.xml", f"<OFD {NS}><DocBody><DocRoot>/Doc_0/Document.xml</DocRoot></DocBody></OFD>".replace("ofd:", "")
        )
        made.writestr("Doc_0/Document.xml", document)
        for name, content in pages.items():
            made.writestr(name, content)
    return out.getvalue()


def test_steps_between_characters_may_be_repeated() -> None:
    text = '<TextObject Boundary="10 10 90 5" Size="4"><TextCode X="0" Y="4" DeltaX="g 3 8.0">一二三四</TextCode></TextObject>'
    content = f"<Page><Content><Layer>{text}</Layer></Content></Page>"
    from extract.read import ofd

    found = ofd.read(package('<Document><Pages><Page BaseLoc="p.xml"/></Pages></Document>', {"Doc_0/p.xml": content}))
    assert [block.text for block in found.blocks if isinstance(block, Prose)] == ["一 二 三 四"]
    assert round(8.0 / MM) == 23  # points: more than a third of the type size, so a space


@pytest.mark.parametrize(
    ("document", "pages", "word"),
    [
        ("<Document><Pages/></Document>", {}, "no text"),
        ('<Document><Pages><Page BaseLoc="../../../etc/passwd"/></Pages></Document>', {}, "lacks its part"),
        ("<Document><Pages>" + '<Page BaseLoc="p.xml"/>' * 200 + "</Pages></Document>", {}, "pages"),
        ("<!DOCTYPE x [<!ENTITY a 'b'>]><Document>&a;</Document>", {}, "entities"),
        ("<Document>", {}, "well-formed"),
    ],
    ids=["empty", "path", "pages", "entities", "torn"],
)
def test_what_cannot_be_read_says_why(document: str, pages: dict[str, str], word: str) -> None:
    extraction = read_bytes(package(document, pages), "report.ofd")
    assert extraction.status == "unreadable"
    assert word in (extraction.reason or "")
