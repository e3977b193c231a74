"""The raw store: whole or not there, found out when damaged, restored by the publisher, readable by archivists."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from warcio.archiveiterator import ArchiveIterator

from extract.fetch.archive.verify import verify
from extract.fetch.archive.warc import export
from extract.fetch.night.collect import Places
from extract.fetch.night.history import History
from extract.raw_store import RawStore
from tests.fetch.night.conftest import collect, listing, report, source
from tests.fetch.night.site import LoopbackSite


@given(st.lists(st.binary(max_size=2000), max_size=8))
def test_what_is_put_is_got(tmp_path_factory: pytest.TempPathFactory, contents: list[bytes]) -> None:
    folder = tmp_path_factory.mktemp("store")
    store = RawStore(folder / "raw", folder / "aside")
    shas = [store.put(content) for content in contents]
    assert [store.get(sha) for sha in shas] == contents
    assert set(store.names()) == set(shas)
    assert all(store.check(sha) is None for sha in shas)
    assert not list((folder / "aside").iterdir()) if contents else True


def test_the_files_names_are_hashes(site: LoopbackSite, tmp_path: Path) -> None:
    name = "/x/..%2f..%2fetc%2fpasswd"
    site.put("/", listing((name, "2023年年度报告")))
    site.put(name, report("某区", 2023), headers={"Content-Disposition": "attachment; filename=../../../x.html"})
    assert collect(tmp_path / "home", [source(site)])["totals"]["new"] == 1
    files = [
        file.relative_to(tmp_path / "home").parts for file in (tmp_path / "home" / "raw").rglob("*") if file.is_file()
    ]
    sha256 = hashlib.sha256(site.pages[name].body).hexdigest()
    assert files == [("raw", sha256[:2], sha256)]


def one_report(site: LoopbackSite, home: Path) -> tuple[Path, bytes]:
    """A night that gave one report; its file, and its bytes."""
    site.put("/", listing(("/r", "2023年年度报告")), etag='"0"')
    content = site.put("/r", report("某区", 2023), etag='"1"').body
    collect(home, [source(site)])
    return Places(home).store().path(hashlib.sha256(content).hexdigest()), content


@pytest.mark.parametrize("harm", ["changed", "cut", "missing"])
def test_damage_is_named_and_the_next_night_restores_it(site: LoopbackSite, tmp_path: Path, harm: str) -> None:
    file, content = one_report(site, tmp_path)
    assert verify(Places(tmp_path)).damaged == []
    if harm == "missing":
        file.unlink()
    else:
        file.write_bytes(content[:-1] + b"!" if harm == "changed" else content[:-1])
    found = verify(Places(tmp_path))
    [(damaged, urls)] = found.damaged
    assert (damaged.path, urls) == (file, (site.url("/r"),))
    assert damaged.reason.startswith("is missing" if harm == "missing" else "is damaged")
    summary = collect(tmp_path, [source(site)])
    assert summary["totals"]["unchanged"] == 1
    assert file.read_bytes() == content
    assert verify(Places(tmp_path)).damaged == []


def records(folder: Path) -> list[tuple[Any, bytes]]:
    found = []
    for file in sorted(folder.glob("*.warc.gz")):
        with file.open("rb") as stream:
            found += [
                (record, record.content_stream().read()) for record in ArchiveIterator(stream, check_digests="raise")
            ]
    return found


def test_warc_has_every_content_once_and_every_visit(site: LoopbackSite, tmp_path: Path) -> None:
    _, old = one_report(site, tmp_path / "home")
    collect(tmp_path / "home", [source(site)])
    new = site.put("/r", report("某区", 2023, "again"), etag='"2"', headers={"X-Served-By": "a"}).body
    collect(tmp_path / "home", [source(site)])
    done = export(Places(tmp_path / "home"), tmp_path / "warc")
    assert (done.responses, done.revisits, done.damaged) == (2, 1, [])
    found = records(tmp_path / "warc")
    assert [(record.rec_type, body) for record, body in found[1:]] == [
        ("response", old),
        ("revisit", b""),
        ("response", new),
    ]
    assert found[0][0].rec_type == "warcinfo"
    for record, _ in found[1:]:
        assert record.rec_headers.get_header("WARC-Target-URI") == site.url("/r")
    assert found[3][0].http_headers.get_header("X-Served-By") == "a"
    assert found[3][0].http_headers.get_statuscode() == "200"
    first, visit = found[1][0], found[2][0]
    assert visit.rec_headers.get_header("WARC-Payload-Digest") == first.rec_headers.get_header("WARC-Payload-Digest")
    assert visit.rec_headers.get_header("WARC-Refers-To-Target-URI") == site.url("/r")
    assert not list((tmp_path / "warc").glob("*.open"))


def test_warc_since_a_day_and_in_several_files(site: LoopbackSite, tmp_path: Path) -> None:
    site.put("/", listing(*((f"/{n}", f"{2000 + n}年年度报告") for n in range(5))))
    for n in range(5):
        site.put(f"/{n}", report("某区", 2000 + n))
    collect(tmp_path / "home", [source(site)])
    done = export(Places(tmp_path / "home"), tmp_path / "warc", file_bytes=1)
    assert len(done.files) == done.responses == 5
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).date()
    assert export(Places(tmp_path / "home"), tmp_path / "later", tomorrow).responses == 0
    assert export(Places(tmp_path / "home"), tmp_path / "now", date(2020, 1, 1)).responses == 5


def test_the_history_of_an_address_has_all_that_was_sent(site: LoopbackSite, tmp_path: Path) -> None:
    site.put("/", listing(("/old", "2023年年度报告")), headers={"X-Powered-By": "TRS"})
    site.put("/old", b"", status=301, headers={"Location": "/new"})
    site.put("/new", report("某区", 2023), modified="Mon, 22 Jan 2024 02:30:00 GMT")
    collect(tmp_path, [source(site)])
    collect(tmp_path, [source(site)])
    with History(Places(tmp_path).history) as history:
        rows = history.read(
            "select f.status, f.outcome, f.final_url, f.redirects, f.sha256 is not null, f.headers from fetch f"
            " join url u on u.id = f.url where u.url = ? order by f.id",
            site.url("/old"),
        )
        meta = history.read("select meta from url where lists = 1")[0][0]
    redirected = json.dumps([[301, site.url("/old")]])
    assert [row[:5] for row in rows] == [
        (200, "new", site.url("/new"), redirected, 1),
        (304, "unchanged", site.url("/new"), redirected, 0),
    ]
    assert ["Last-Modified", "Mon, 22 Jan 2024 02:30:00 GMT"] in json.loads(rows[0][5])
    assert json.loads(meta) == {"SiteIDCode": "3708260001"}


def test_what_is_no_report_is_never_stored(site: LoopbackSite, tmp_path: Path) -> None:
    pages = {"/404": "您访问的页面不存在", "/login": "请登录", "/empty": ""}
    site.put("/", listing(*((path, "2023年年度报告") for path in (*pages, "/challenge", "/gone"))))
    for path, text in pages.items():
        site.put(path, text)
    site.put("/challenge", "<script>x</script>", status=521)
    summary = collect(tmp_path, [source(site)])
    assert (summary["totals"]["refused"], summary["totals"]["failed"], summary["totals"]["gone"]) == (3, 1, 1)
    assert list(Places(tmp_path).store().names()) == []


def test_a_page_that_turns_bad_keeps_its_versions(site: LoopbackSite, tmp_path: Path) -> None:
    file, content = one_report(site, tmp_path)
    site.put("/r", "您访问的页面不存在")
    assert collect(tmp_path, [source(site)])["totals"]["refused"] == 1
    assert file.read_bytes() == content
    site.put("/r", content, etag='"1"')
    assert collect(tmp_path, [source(site)])["totals"]["unchanged"] == 1
