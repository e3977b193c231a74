"""What others captured: reports and their files are kept as of their captures, the rest is counted; bad archives cost themselves."""

from __future__ import annotations

import gzip
import hashlib
import io
import shutil
import sqlite3
import subprocess
import zlib
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import brotli
import pytest

from extract.fetch.archive.bring_in import Brought, bring_in
from extract.fetch.archive.records import records
from extract.fetch.archive.unpacked import Cut
from extract.fetch.archive.verify import verify
from extract.fetch.model import Source
from extract.fetch.night.collect import Places
from extract.fetch.night.history import SCHEMA, History
from tests.fetch.archive.warcs import DAY, HOST, HTTP, Writer, by_hand, page, wacz

ATTACHED = (
    "<html><head><title>平潭综合实验区2021年政府信息公开工作年度报告</title></head><body>"
    "<h1>平潭综合实验区2021年政府信息公开工作年度报告</h1><p><a href='/f/2021.pdf'>附件：2021年政府信息公开工作年度报告.pdf</a></p></body></html>"
)


def imported(home: Path, *paths: Path, sources: tuple[Source, ...] = ()) -> Brought:
    return bring_in(Places(home), paths, sources)


def rows(home: Path, sql: str) -> list[tuple[Any, ...]]:
    with History(Places(home).history) as history:
        return history.read(sql)


def kept(home: Path) -> list[tuple[str, str]]:
    return rows(home, "select url, at from capture order by url, at")


def stored(home: Path) -> set[str]:
    return set(Places(home).store().names())


def chunked(body: bytes) -> bytes:
    parts = (body[start : start + 1000] for start in range(0, len(body), 1000))
    return b"".join(b"%x;x=1\r\n%b\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"


def bare_deflate(body: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(body) + packer.flush()


FORMS: dict[str, tuple[Callable[[bytes], bytes], list[tuple[str, str]]]] = {
    "plain": (bytes, []),
    "gzip": (gzip.compress, [("Content-Encoding", "gzip")]),
    "deflate": (zlib.compress, [("Content-Encoding", "deflate")]),
    "bare deflate": (bare_deflate, [("Content-Encoding", "deflate")]),
    "brotli": (brotli.compress, [("content-encoding", "br")]),
    "chunks": (chunked, [("Transfer-Encoding", "chunked")]),
    "chunks of gzip": (
        lambda body: chunked(gzip.compress(body)),
        [("Transfer-Encoding", "chunked"), ("Content-Encoding", "gzip")],
    ),
    "coding undone by the archive": (bytes, [("Transfer-Encoding", "chunked"), ("Content-Encoding", "gzip"), ("Content-Length", "7")]),
    "coding undone, and said so": (bytes, [("X-Crawl-Content-Encoding", "gzip"), ("Content-Length", "7")]),
    "brotli undone by the archive": (bytes, [("Content-Encoding", "br")]),
}  # fmt: skip


def test_a_body_is_kept_as_its_publisher_meant_it(tmp_path: Path) -> None:
    pages = {name: page(2021, count) for count, name in enumerate(FORMS, 1)}
    for is_gzip in (True, False):
        warc = Writer(is_gzip)
        for number, (name, (code, headers)) in enumerate(FORMS.items()):
            warc.response(f"{HOST}/{is_gzip}/{number}.html", code(pages[name]), headers=headers)
        warc.resource(f"{HOST}/{is_gzip}/resource.html", resource := page(2020))
        warc.save(tmp_path / "in" / f"{is_gzip}.warc")
    done = imported(tmp_path / "home", tmp_path / "in")
    assert (done.imported, done.damaged, done.is_whole) == (2 * len(FORMS) + 2, {}, True)
    assert stored(tmp_path / "home") == {hashlib.sha256(body).hexdigest() for body in (*pages.values(), resource)}


def test_what_is_no_report_or_of_another_site_is_counted_and_not_kept(tmp_path: Path) -> None:
    warc = Writer()
    warc.response(f"{HOST}/r.html", page())
    warc.response("http://mirror.example/r.html", page())
    warc.response("http://named.example/r.html", page(2020))
    warc.resource("dns:www.jiaxian.gov.cn", b"1.2.3.4", content_type="text/dns")
    warc.response(f"{HOST}/news.html", "<html><h1>召开年报编制工作会议</h1><p>政府信息公开年度报告</p></html>".encode())
    warc.response(f"{HOST}/gone.html", "<html>您访问的页面不存在</html>".encode(), status="404 Not Found")
    warc.response(f"{HOST}/old.html", b"", status="301 Moved", headers=[("Location", "/r.html")])
    warc.response(f"{HOST}/soft.html", "<html><h1>404</h1>您访问的页面不存在</html>".encode())
    warc.response(f"{HOST}/logo.png", b"\x89PNG\r\n\x1a\n" + bytes(50), headers=[("Content-Type", "image/png")])
    warc.response(f"{HOST}/empty.html", b"")
    home, file = tmp_path / "home", warc.save(tmp_path / "a.warc.gz")
    done = imported(home, file, sources=(Source("named", ("http://named.example/",)),))
    assert (done.records, done.imported, done.other_sites, done.other_answers, done.no_report) == (10, 2, 2, 2, 4)
    assert done.is_whole
    assert kept(home) == [("http://named.example/r.html", "2022-03-01T00:00:00+00:00"), (f"{HOST}/r.html", "2022-03-01T00:00:00+00:00")]  # fmt: skip
    assert rows(home, "select count(*) from url") == rows(home, "select count(*) from fetch") == [(0,)]


def test_files_are_kept_where_a_reports_page_links_them_even_before_it(tmp_path: Path) -> None:
    warc = Writer()
    warc.response(f"{HOST}/f/other.pdf", b"%PDF-1.4 nothing", headers=[("Content-Type", "application/pdf")])
    warc.response(f"{HOST}/f/2021.pdf", b"%PDF-1.4 a scan", headers=[("Content-Type", "application/pdf")])
    warc.response(f"{HOST}/r.html", ATTACHED.encode())
    home, file = tmp_path / "home", warc.save(tmp_path / "a.warc.gz")
    done = imported(home, file)
    assert (done.imported, done.attachments, done.no_report) == (1, 1, 1)
    assert [url for url, _ in kept(home)] == [f"{HOST}/f/2021.pdf", f"{HOST}/r.html"]
    later = Writer()
    later.response(f"{HOST}/f/2021.pdf", b"%PDF-1.4 another scan", "2023-01-01T00:00:00Z")
    assert imported(home, later.save(tmp_path / "b.warc.gz")).attachments == 1


def test_a_second_import_adds_nothing(tmp_path: Path) -> None:
    warc = Writer()
    first = warc.response(f"{HOST}/r.html", page())
    warc.revisit(f"{HOST}/r.html", first.rec_headers.get_header("WARC-Payload-Digest"), "2023-03-01T00:00:00Z")
    home, file = tmp_path / "home", warc.save(tmp_path / "a.warc.gz")
    assert imported(home, file).imported == 2
    before = rows(home, "select * from capture")
    shutil.copy(file, tmp_path / "copy.warc.gz")
    again = imported(home, file, tmp_path / "copy.warc.gz")
    assert (again.imported, again.known, again.records, again.revisits) == (0, 4, 4, 0)
    assert rows(home, "select * from capture") == before


def test_revisits_are_captures_of_what_they_refer_to(tmp_path: Path) -> None:
    """Even where it comes later; one that refers to nothing that is held is counted."""
    warc = Writer()
    digest = Writer().response(f"{HOST}/r.html", page()).rec_headers.get_header("WARC-Payload-Digest")
    warc.revisit(f"{HOST}/r.html", digest, "2023-03-01T00:00:00Z")
    warc.revisit(f"{HOST}/r.html", "sha1:" + "A" * 32, "2024-03-01T00:00:00Z")
    warc.response(f"{HOST}/r.html", page())
    done = imported(tmp_path / "home", warc.save(tmp_path / "a.warc.gz"))
    assert (done.imported, done.revisits) == (2, 1)
    assert [at[:4] for _, at in kept(tmp_path / "home")] == ["2022", "2023"]


def test_of_a_damaged_archive_what_stands_before_is_kept(tmp_path: Path) -> None:
    files = []
    for year, is_gzip in ((2020, True), (2021, False)):
        warc = Writer(is_gzip)
        for number in range(3):
            warc.response(f"{HOST}/{year}/{number}.html", page(year, number + 1))
        for harm in ("cut", "garbage"):
            file = tmp_path / f"{year} {harm}.warc.gz"
            content = warc.content
            file.write_bytes(content[:-200] if harm == "cut" else content + b"garbage garbage\n" * 9)
            files.append(file)
    cut = imported(tmp_path / "home", files[0], files[2])
    assert [url.removeprefix(HOST) for url, _ in kept(tmp_path / "home")] == [
        f"/{year}/{number}.html" for year in (2020, 2021) for number in (0, 1)
    ]
    garbage = imported(tmp_path / "home", files[1], files[3])
    assert (garbage.imported, garbage.known) == (1, 4)
    for done in (cut, garbage):
        assert ["records before were looked at" in left.reason for left in done.left_out] == [True, True]
        assert not done.is_whole


@pytest.mark.parametrize("packed", [True, False], ids=["gz", "plain"])
@pytest.mark.parametrize("by", [-100, -1, 1, 2, 3, 4, 100, 10**9, 10**18])
def test_a_length_that_lies_costs_its_record(packed: bool, by: int) -> None:
    """In gzip, where each record ends with its member; in plain files also what comes after it, which is told."""
    length = len(page()) + len(HTTP) + by
    content = (
        by_hand(f"{HOST}/a.html", page(2020), packed=packed)
        + by_hand(f"{HOST}/b.html", page(2021), length, packed)
        + by_hand(f"{HOST}/c.html", page(2022), packed=packed)
    )
    whole, cut = [], False
    try:
        for record in records(io.BytesIO(content)):
            if record.damage is None:
                whole.append(record.headers["warc-target-uri"][-6:])
    except Cut:
        cut = True
    found = packed or 0 < by <= 4  # bytes of the end of a record
    assert (whole, cut) == ((["a.html", "c.html"], False) if found else (["a.html"], True))


def test_records_that_are_not_whole_are_never_kept(tmp_path: Path) -> None:
    warc = Writer()
    body = page()
    warc.response(f"{HOST}/1.html", body, Truncated="length")
    warc.response(f"{HOST}/2.html", gzip.compress(body)[:-900], headers=[("Content-Encoding", "gzip")])
    warc.response(f"{HOST}/3.html", chunked(body)[:-900], headers=[("Transfer-Encoding", "chunked")])
    warc.response(f"{HOST}/4.html", body, headers=[("Content-Length", str(len(body) + 10))])
    warc.response(f"{HOST}/5.html", body, "9999-01-01T00:00:00Z")
    warc.response(f"{HOST}/6.html", body, "soon")
    warc.response(f"{HOST}/7.html", body, Block_Digest="sha1:" + "A" * 32)
    warc.response(f"{HOST}/8.html", gzip.compress(bytes(65 * 2**20)), headers=[("Content-Encoding", "gzip")])
    warc.response(f"{HOST}/9.html", brotli.compress(bytes(2**28), quality=1), headers=[("Content-Encoding", "br")])
    warc.response(f"{HOST}/10.html", b"\x28\xb5\x2f\xfd" + body, headers=[("Content-Encoding", "zstd")])
    done = imported(tmp_path / "home", warc.save(tmp_path / "a.warc.gz"))
    assert kept(tmp_path / "home") == []
    assert sum(done.damaged.values()) + done.no_report == 10
    assert {url[-7:].lstrip("n/") for url, _ in done.named} >= {f"{n}.html" for n in (1, 2, 3, 4, 5, 6, 7, 8, 9)}


def test_what_is_no_archive_is_named(tmp_path: Path) -> None:
    given = {
        "holds no record": b"",
        "no archive of the web": b"%PDF-1.7 no archive",
        "archive of the web": gzip.compress(b"<html>no archive</html>"),
        "longer than 64 KB": gzip.compress(b"WARC/1.0\r\nX: " + bytes(2**24)),
        "more than 500 headers": gzip.compress(b"WARC/1.0\r\n" + b"X: y\r\n" * 10**5),
        "does not say its length": gzip.compress(b"WARC/1.0\r\nWARC-Type: response\r\n\r\nx"),
        "old form ARC": b"filedesc://x.arc 0.0.0.0 20050101000000 text/plain 77\n",
        "Zstandard": b"\x28\xb5\x2f\xfd\x00\n",
        "damaged": b"PK\x03\x04 and no more",
    }
    for said, content in given.items():
        (tmp_path / f"{said}.warc").write_bytes(content)
    done = imported(tmp_path / "home", *(tmp_path / f"{said}.warc" for said in given))
    assert [said in left.reason for said, left in zip(given, done.left_out, strict=True)] == [True] * len(given)


def test_a_record_that_unpacks_to_gigabytes_ends_its_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("extract.fetch.archive.unpacked.SMALL", 2**25)
    packer = zlib.compressobj(9, wbits=31)
    head = f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: {HOST}/b\r\nWARC-Date: {DAY}\r\nContent-Length: {10**12}\r\n\r\n"
    bomb = packer.compress(head.encode()) + b"".join(packer.compress(bytes(2**22)) for _ in range(10)) + packer.flush()
    (tmp_path / "a.warc.gz").write_bytes(by_hand(f"{HOST}/a.html", page()) + bomb)
    done = imported(tmp_path / "home", tmp_path / "a.warc.gz")
    assert [url for url, _ in kept(tmp_path / "home")] == [f"{HOST}/a.html"]
    assert "more than 100 times its size" in done.left_out[0].reason


def test_a_wacz_is_read_where_it_lies(tmp_path: Path) -> None:
    one, two, climbing = (by_hand(f"{HOST}/{n}.html", page(2019 + n)) for n in (1, 2, 3))
    (tmp_path / "in").mkdir()
    members = {"archive/one.warc.gz": one, "archive/two.warc.gz": two, "../../climbing.warc.gz": climbing}
    wacz(tmp_path / "in" / "pages.wacz", members | {"archive/inner.wacz": b"PK"})
    (tmp_path / "in" / "readme.txt").write_text("passed over")
    done = imported(tmp_path / "home", tmp_path / "in")
    assert (done.archives, done.imported) == (2, 2)
    assert rows(tmp_path / "home", "select archive from capture order by url") == [("pages.wacz/one.warc.gz",), ("pages.wacz/two.warc.gz",)]  # fmt: skip
    assert [left.reason.partition(":")[0] for left in done.left_out] == [
        "the name of this member leads out of the archive",
        "a WACZ inside a WACZ",
    ]
    assert not list(tmp_path.parent.glob("climbing*"))


def test_folders_without_archives_and_damaged_packages_are_named(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "empty" / "page.html").write_bytes(page())
    packed = wacz(tmp_path / "a.wacz", {"archive/a.warc": by_hand(f"{HOST}/1.html", page(), packed=False)}).read_bytes()
    (tmp_path / "cut.wacz").write_bytes(packed[: len(packed) // 2])
    (tmp_path / "changed.wacz").write_bytes(packed.replace("平潭".encode(), "平谭".encode(), 1))
    wacz(tmp_path / "none.wacz", {})
    names = ("empty", "cut.wacz", "changed.wacz", "none.wacz")
    done = imported(tmp_path / "home", *(tmp_path / name for name in names))
    assert len(done.left_out) == 4
    assert done.imported == 0


def test_an_older_history_is_kept_and_a_lost_copy_restored(tmp_path: Path) -> None:
    file = Places(tmp_path / "home").history
    file.parent.mkdir(parents=True)
    with closing(sqlite3.connect(file)) as con:
        con.executescript(SCHEMA + "insert into run (started, selection) values ('2020-01-01T00:00:00+00:00', '[]')")
    (tmp_path / "a.warc.gz").write_bytes(by_hand(f"{HOST}/1.html", page()))
    assert imported(tmp_path / "home", tmp_path / "a.warc.gz").imported == 1
    assert rows(tmp_path / "home", "select started from run") == [("2020-01-01T00:00:00+00:00",)]
    [sha256] = stored(tmp_path / "home")
    Places(tmp_path / "home").store().path(sha256).unlink()
    [(damaged, urls)] = verify(Places(tmp_path / "home")).damaged
    assert (damaged.reason, urls) == ("is missing", (f"{HOST}/1.html",))
    assert imported(tmp_path / "home", tmp_path / "a.warc.gz").known == 1
    assert verify(Places(tmp_path / "home")).damaged == []


@pytest.mark.skipif(shutil.which("wget") is None, reason="wget is not installed")
def test_a_warc_of_wgets(tmp_path: Path) -> None:
    from tests.fetch.night.site import LoopbackSite

    with LoopbackSite().serving() as site:
        site.put("/", "<html><a href='/r'>2021</a></html>")
        content = site.put("/r", page().decode()).body
        url = site.url("/")
        command = ["wget", "-q", "-r", "-l1", "-e", "robots=off", "--no-proxy", "--warc-file", str(tmp_path / "w"), "-P", str(tmp_path / "pages"), url]  # fmt: skip
        subprocess.run(command, check=True, timeout=30)
    done = imported(tmp_path / "home", tmp_path / "w.warc.gz", sources=(Source("here", (url,)),))
    assert (done.imported, done.is_whole) == (1, True), done
    assert stored(tmp_path / "home") == {hashlib.sha256(content).hexdigest()}


def test_an_import_that_was_ended_goes_on_when_it_is_given_again(tmp_path: Path) -> None:
    warc = Writer()
    for number in range(4):
        warc.response(f"{HOST}/{number}.html", page(2021, number + 1))
    file, looked_at = warc.save(tmp_path / "a.warc.gz"), []

    def ends() -> None:
        looked_at.append(1)
        if len(looked_at) == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        bring_in(Places(tmp_path / "home"), [file], [], ends)
    assert len(kept(tmp_path / "home")) == 2
    done = imported(tmp_path / "home", file)
    assert (done.imported, done.known, len(stored(tmp_path / "home"))) == (2, 2, 4)
