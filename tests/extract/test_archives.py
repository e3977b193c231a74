"""ZIP archives: members are documents of their own, their names are never paths, and bombs are left out."""

from __future__ import annotations

import hashlib
import io
import json
import random
import zipfile
from pathlib import Path

import pytest
from typer.testing import CliRunner

from extract.archives import members
from extract.files import LeftOut
from extract.model import RawDocument
from tests.extract.pages import report


def zipped(parts: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in parts.items():
            made.writestr(name, content)
    return out.getvalue()


def opened(content: bytes) -> list[RawDocument | LeftOut]:
    return members(RawDocument("a.zip", hashlib.sha256(content).hexdigest(), content))


def test_what_is_no_archive_is_itself() -> None:
    raw = RawDocument("a.html", "x", report())
    assert members(raw) == [raw]


def test_members_are_documents_under_their_own_hashes() -> None:
    found = opened(
        zipped({"b.txt": b"two", "年报/a.html": b"one", "__MACOSX/b.txt": b"x", ".hidden": b"x", "empty": b""})
    )
    assert [(d.path, d.sha256) for d in found if isinstance(d, RawDocument)] == [
        ("a.zip/b.txt", hashlib.sha256(b"two").hexdigest()),
        ("a.zip/年报/a.html", hashlib.sha256(b"one").hexdigest()),
    ]


def test_a_sole_member_stands_for_its_archive() -> None:
    (found,) = opened(zipped({"report.html": report()}))
    assert isinstance(found, RawDocument)
    assert (found.path, found.content) == ("a.zip", report())


def test_an_archive_in_an_archive_is_opened_once() -> None:
    inner = zipped({"x.txt": b"x", "deeper.zip": zipped({"y.txt": b"y", "z.txt": b"z"})})
    paths = [d.path for d in opened(zipped({"inner.zip": inner, "w.txt": b"w"})) if isinstance(d, RawDocument)]
    assert paths == ["a.zip/inner.zip/deeper.zip", "a.zip/inner.zip/x.txt", "a.zip/w.txt"]


def test_a_members_name_leads_nowhere() -> None:
    found = opened(zipped({"../../etc/passwd": b"1", "/root/x": b"2", "c:\\y\x07": b"3"}))
    assert sorted(d.path for d in found if isinstance(d, RawDocument)) == [
        "a.zip/c:/y",
        "a.zip/etc/passwd",
        "a.zip/root/x",
    ]


def test_names_in_gbk_are_read() -> None:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("XXXX.html", b"1")
        archive.writestr("b.html", b"2")
    content = made.getvalue().replace(b"XXXX", "年报".encode("gbk"))
    assert "a.zip/年报.html" in [d.path for d in opened(content) if isinstance(d, RawDocument)]


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (zipped({"__MACOSX/x": b"x"}), "no document"),
        (zipped({"bomb.txt": b"0" * (64 * 2**20)}), "hundreds of times"),
        (zipped({"a": b"1", "b": b"2"})[:-30], "damaged"),
    ],
    ids=["nothing", "bomb", "torn"],
)
def test_what_cannot_be_opened_is_left_out_with_a_reason(content: bytes, word: str) -> None:
    (found,) = opened(content)
    assert isinstance(found, LeftOut)
    assert word in found.reason


def test_the_command_reads_members(tmp_path: Path) -> None:
    from flows.cli.app import app

    file = tmp_path / "two.zip"
    file.write_bytes(zipped({"a.html": report(), "b.html": b"<p>404"}))
    result = CliRunner().invoke(app, ["extract", str(file), "--json", "--workers", "1"])
    lines = [json.loads(line) for line in result.stdout.splitlines()]
    assert [(line["path"].removeprefix(str(tmp_path)), line["status"]) for line in lines] == [
        ("/two.zip/a.html", "ok"),
        ("/two.zip/b.html", "not_a_report"),
    ]


def test_a_damaged_member_costs_no_other() -> None:
    content = bytearray(zipped({f"{n}.txt": " ".join(str(n * k) for k in range(999)).encode() for n in (1, 2, 3)}))
    at = content.index(b"2.txt") + len(b"2.txt")
    content[at : at + 8] = b"\xff" * 8
    good, bad, other = opened(bytes(content))
    assert isinstance(good, RawDocument)
    assert isinstance(other, RawDocument)
    assert (good.path, other.path) == ("a.zip/1.txt", "a.zip/3.txt")
    assert isinstance(bad, LeftOut)
    assert (bad.name, bad.category) == ("a.zip/2.txt", "damaged")
    assert "damaged" in bad.reason


def test_a_damaged_archive_inside_costs_no_other() -> None:
    inner = bytearray(zipped({"x.txt": b"x" * 500}))
    inner[30:40] = b"\xff" * 10
    paths = {
        d.path if isinstance(d, RawDocument) else d.name: type(d)
        for d in opened(zipped({"a.zip": bytes(inner), "w.txt": b"w"}))
    }
    assert paths["a.zip/w.txt"] is RawDocument
    assert LeftOut in paths.values()


def padded(number: int, size: int) -> bytes:
    """A page that packs to a hundredth."""
    return report() + b"<!-- %d %s -->" % (number, b"0123456789abcdef" * (size // 16))


def test_what_one_archive_may_add_is_bounded_by_its_own_size() -> None:
    """2 MB that would have become 268."""
    pages = zipped({f"{n:03}.html": padded(n, 2 * 2**20) for n in range(134)})
    assert len(pages) < 2 * 2**20
    found = opened(pages)
    kept = [each for each in found if isinstance(each, RawDocument)]
    assert len(kept) > 10
    assert sum(len(each.content) for each in kept) <= 32 * 2**20
    (left,) = (each for each in found if isinstance(each, LeftOut))
    assert (left.name, left.category) == ("a.zip", "unsupported")
    assert "more than 32 MB: the rest is left out" in left.reason


def test_what_hardly_packs_is_not_bounded_before_the_limit() -> None:
    photos = {f"{n}.jpg": b"\xff\xd8\xff" + random.Random(n).randbytes(12 * 2**20) for n in range(4)}
    assert [type(each) for each in opened(zipped(photos))] == [RawDocument] * 4


def test_a_member_of_no_kind_that_is_read_is_a_document_an_archive_of_such_is_none() -> None:
    program = b"\x7fELF" + bytes(5000)
    page, other = opened(zipped({"a.html": report(), "b": program}))
    assert isinstance(page, RawDocument)
    assert isinstance(other, RawDocument)
    assert (other.path, other.sha256) == ("a.zip/b", hashlib.sha256(program).hexdigest())
    (left,) = opened(zipped({"a": program + b"a", "b": program}))
    assert isinstance(left, LeftOut)
    assert (left.name, left.category) == ("a.zip", "unsupported")
    assert "a program" in left.reason


def test_the_way_to_a_member_leads_to_it() -> None:
    inner = zipped({"x.txt": b"x", "y.txt": b"y"})
    found = opened(zipped({"__MACOSX/b.txt": b"z", "w.txt": b"w", "inner.zip": inner}))
    ways = {document.content: document.inside for document in found if isinstance(document, RawDocument)}
    assert ways == {b"w": (1,), b"x": (2, 0), b"y": (2, 1)}
