"""Members of archives: the archive is kept as it came, reports of it by themselves, and everything else is read from it."""

from __future__ import annotations

import hashlib
import io
import shutil
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import duckdb
import pytest

from extract.fetch.archive.verify import Verified, verify
from extract.fetch.http.address_guard import Reach
from extract.fetch.http.limits import Manners
from extract.fetch.model import Source
from extract.fetch.night.collect import Places, collecting, held, night
from extract.fetch.night.join import join
from extract.fetch.night.page_reader import reading
from extract.packing import pack
from extract.raw_store import RawStore
from flows import steps
from flows.documents import content_of
from flows.job import job as job_of_files
from flows.settings import settings
from flows.unchanged import unchanged
from tests.conftest import ROOT
from tests.fetch.night.site import LoopbackSite, Served
from tests.flows.bucket_jobs import WHERE, bucket_server, copy_in, job
from tests.flows.bucket_server import BucketServer
from tests.flows.conftest import NEWS, SAMPLES, environment
from tests.flows.plain_job import plain_job
from transform.lake import Lake

server = bucket_server

REPORT = (SAMPLES / "pingtan-2022.html").read_bytes()
OTHER = (SAMPLES / "qiyi-2023.txt").read_bytes()
NOTICE = "<html><title>通知</title><body><p>".encode() + "本周六停水，请提前储水。".encode() * 30
PROGRAM = b"\x7fELF" + bytes(3000)
FOREIGN = {"news.html": NEWS.encode(), "inner.zip/notice.html": NOTICE, "setup": PROGRAM}
STATUSES = {
    "a/report.html": "ok",
    "b/copy.html": "ok",
    "inner.zip/notice.html": "not_a_report",
    "inner.zip/other.txt": "ok",
    "news.html": "not_a_report",
    "setup": "unreadable",
}


def sha(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def zipped(parts: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in parts.items():
            made.writestr(zipfile.ZipInfo(name, (2024, 1, 31, 8, 0, 0)), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


ARCHIVE = zipped(
    {
        "news.html": NEWS.encode(),
        "a/report.html": REPORT,
        "b/copy.html": REPORT,
        "setup": PROGRAM,
        "inner.zip": zipped({"other.txt": OTHER, "notice.html": NOTICE}),
    }
)


def given(folder: Path, content: bytes = ARCHIVE) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "reports.zip").write_bytes(content)
    return folder / "reports.zip"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A lake that was given the archive once; only looked at."""
    top = tmp_path_factory.mktemp("made")
    plain_job(str(top / "home"), [str(given(top / "given"))])
    return top


@pytest.fixture
def top(made: Path, tmp_path: Path) -> Path:
    """The same, to be changed."""
    shutil.copytree(made, tmp_path / "top", symlinks=True)
    return tmp_path / "top"


def statuses(home: Path, where: str = "reports.zip/") -> dict[str, str]:
    with duckdb.connect(str(home / "ogi.duckdb"), read_only=True) as con:
        rows = con.execute("select path, status from document order by path").fetchall()
    return {path.partition(where)[2] or path: status for path, status in rows}


def files(home: Path) -> set[str]:
    return {file.name for file in (home / "raw").glob("??/*") if file.is_file()}


def verified(home: Path) -> Verified:
    return verify(Places(home))


def flip(file: Path, near: bytes) -> bytes:
    """Damage a stored archive where a member begins; gives what it was."""
    whole = file.read_bytes()
    at = whole.index(near) + len(near)
    file.write_bytes(whole[:at] + bytes(byte ^ 0xFF for byte in whole[at : at + 40]) + whole[at + 40 :])
    return whole


def newer(monkeypatch: pytest.MonkeyPatch) -> None:
    """Read as another extractor from now on."""
    for place in ("flows.steps", "flows.job", "flows.unchanged"):
        monkeypatch.setattr(f"{place}.extractor_version", lambda: "newer")


def test_the_archive_is_kept_and_of_its_documents_reports_alone(made: Path) -> None:
    home = made / "home"
    assert files(home) == {sha(ARCHIVE), sha(REPORT), sha(OTHER)}
    assert statuses(home) == STATUSES
    store = Lake(home).raw_store
    for content in (ARCHIVE, REPORT, OTHER, *FOREIGN.values()):
        assert store.get(sha(content)) == content
        assert content_of(home, sha(content), []) == content
    assert (verified(home).documents, verified(home).damaged) == (3, [])


def test_given_again_it_is_known(top: Path) -> None:
    home, before = top / "home", files(top / "home")
    chosen = settings(home=home, workers=1, corrections=top / "none")
    archive = given(top / "given")
    plain_job(str(home), [str(archive)], corrections=top / "none")
    lake = Lake(home)
    with lake.lock():
        assert unchanged(lake, [str(archive)], chosen) is not None
    assert (files(home), len(list((home / "raw" / "inside").iterdir()))) == (before, 1)


def test_a_newer_extractor_reads_all_of_it_again(top: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = top / "home"
    pack(Lake(home).raw_store, 0, time.time() + 60)
    assert files(home) == set()
    newer(monkeypatch)
    assert plain_job(str(home), [])["lost"] == []
    assert statuses(home) == STATUSES
    with duckdb.connect() as con:
        read = con.execute(
            "select sha256 from read_parquet(?)", [f"{home}/extracted/newer/*/report.parquet"]
        ).fetchall()
    assert {name for (name,) in read} == {sha(content) for content in (REPORT, OTHER, *FOREIGN.values())}


@pytest.mark.services
def test_verify_names_what_is_lost_with_a_damaged_archive(top: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = top / "home"
    archive = Lake(home).raw_store.path(sha(ARCHIVE))
    flip(archive, b"news.html")
    damaged = [(each.path, each.sha256) for each, _ in verified(home).damaged]
    assert damaged == [(archive, sha(ARCHIVE)), (archive / "news.html", sha(NEWS.encode()))]
    newer(monkeypatch)
    plain_job(str(home), [])
    assert statuses(home) == {**STATUSES, "news.html": "unreadable"}  # what is whole of it is read still
    plain_job(str(home), [str(given(top / "given"))])
    assert (verified(home).damaged, statuses(home)) == ([], STATUSES)


def test_verify_names_an_archive_that_is_gone_and_what_went_with_it(top: Path) -> None:
    home = top / "home"
    Lake(home).raw_store.path(sha(ARCHIVE)).unlink()
    damaged = {each.sha256 for each, _ in verified(home).damaged}
    assert damaged == {sha(ARCHIVE), *map(sha, FOREIGN.values())}


def test_a_report_whose_own_file_is_damaged_is_read_from_the_archive(
    top: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = top / "home"
    own = Lake(home).raw_store.path(sha(REPORT))
    own.write_bytes(REPORT[:-1])
    newer(monkeypatch)
    assert plain_job(str(home), [])["lost"] == []
    assert (statuses(home), own.read_bytes()) == (STATUSES, REPORT)


def test_a_damaged_list_is_written_again_by_the_next_run(top: Path) -> None:
    home = top / "home"
    (file,) = (home / "raw" / "inside").iterdir()
    whole = file.read_bytes()
    file.write_bytes(whole[:-1])
    assert [each.path for each, _ in verified(home).damaged] == [file]
    plain_job(str(home), [])
    assert (file.read_bytes(), verified(home).damaged) == (whole, [])


@pytest.mark.services
def test_a_lake_of_before_goes_on_as_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """All members stand by themselves, and no archive."""
    home, parts = tmp_path / "home", {"report.html": REPORT, "news.html": NEWS.encode()}
    archive = given(tmp_path / "given", zipped(parts))
    plain_job(str(home), [str(archive)], corrections=tmp_path / "none")
    store = RawStore(home / "raw", tmp_path / "aside")
    for content in parts.values():
        store.put(content)
    store.path(sha(archive.read_bytes())).unlink()
    shutil.rmtree(home / "raw" / "inside")
    before = files(home)
    chosen = settings(home=home, workers=1, corrections=tmp_path / "none")
    lake = Lake(home)
    with lake.lock():
        assert unchanged(lake, [str(archive)], chosen) is not None
    newer(monkeypatch)
    plain_job(str(home), [str(archive)])
    assert (files(home), (home / "raw" / "inside").exists()) == (before, False)
    assert statuses(home) == {"report.html": "ok", "news.html": "not_a_report"}


@pytest.mark.services
def test_a_run_that_ends_before_its_part_is_written_loses_nothing(
    tmp_path: Path, made: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home, archive = tmp_path / "home", given(tmp_path / "given")

    def ended(*_: object) -> None:
        raise KeyboardInterrupt

    for place in ("take_in", "write_part"):
        with monkeypatch.context() as patched:
            patched.setattr(steps, place, ended)
            with pytest.raises(KeyboardInterrupt):
                plain_job(str(home), [str(archive)])
    plain_job(str(home), [str(archive)])
    assert (files(home), statuses(home)) == (files(made / "home"), STATUSES)


@pytest.mark.services
def test_killed_at_any_moment_the_next_run_completes(tmp_path: Path, made: Path) -> None:
    home, archive = tmp_path / "home", given(tmp_path / "given")
    command = [sys.executable, str(ROOT / "tests" / "flows" / "plain_job.py"), str(home), str(archive)]
    environ = environment(PYTHONPATH=str(ROOT))
    marks = (home / "raw", home / "raw" / "inside", home / "intake", home / "extracted", home / "star")
    for mark in marks:
        run = subprocess.Popen(command, env=environ)
        while run.poll() is None and not mark.exists():
            time.sleep(0.001)
        run.kill()
        run.wait()
    plain_job(str(home), [str(archive)])
    assert (files(home), statuses(home)) == (files(made / "home"), STATUSES)
    assert [len(list((home / "raw" / "inside").iterdir())), *(home / "scratch").iterdir()] == [1]


def test_a_register_that_is_lost_is_written_again_with_the_documents_of_archives(top: Path) -> None:
    home = top / "home"
    shutil.rmtree(home / "intake")
    shutil.rmtree(home / "extracted")
    (home / "star").unlink()
    lost = home / "intake" / "lost"
    lost.mkdir(parents=True)
    plain_job(str(home), [])
    with duckdb.connect(str(home / "ogi.duckdb"), read_only=True) as con:
        rows = dict(con.execute("select sha256, status from document").fetchall())
    assert rows == {
        sha(REPORT): "ok",
        sha(OTHER): "ok",
        **{sha(content): STATUSES[name] for name, content in FOREIGN.items()},
    }


def test_two_archives_with_the_same_document_hold_it_for_each_other(top: Path) -> None:
    home = top / "home"
    more = zipped({"x.html": NEWS.encode(), "y.html": NOTICE + b"<p>"})
    plain_job(str(home), [str(given(top / "more", more))])
    Lake(home).raw_store.path(sha(ARCHIVE)).unlink()
    assert Lake(home).raw_store.get(sha(NEWS.encode())) == NEWS.encode()
    assert {each.sha256 for each, _ in verified(home).damaged} == {sha(ARCHIVE), sha(NOTICE), sha(PROGRAM)}


def test_pages_that_are_no_reports_add_their_archive_alone(tmp_path: Path) -> None:
    """Some 60 KB that unpack to 24 MB."""
    pages = {f"{n:02}.html": NEWS.encode() + b"<!-- %d %s -->" % (n, b"0123456789abcdef" * 2**16) for n in range(24)}
    archive = zipped(pages)
    plain_job(str(tmp_path / "home"), [str(given(tmp_path / "given", archive))])
    stored = sum(file.stat().st_size for file in (tmp_path / "home" / "raw").rglob("*") if file.is_file())
    assert stored < len(archive) + 10_000
    assert statuses(tmp_path / "home") == dict.fromkeys(pages, "not_a_report")


@pytest.mark.services
def test_in_a_bucket_they_are_read_from_the_archive_that_is_there(
    server: BucketServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    job(tmp_path / "one", given(tmp_path / "given"))
    stored = {name.rpartition("/")[2] for name in server.names(f"{WHERE.prefix}/raw/")} - {""}
    (listed,) = {name for name in stored if name.endswith(".json")}
    assert stored - {listed} == {sha(ARCHIVE), sha(REPORT), sha(OTHER)}
    reader = copy_in(tmp_path / "two")
    with reader.reading(()):
        assert content_of(tmp_path / "two", sha(NOTICE), []) == NOTICE
        assert files(tmp_path / "two") == {sha(ARCHIVE)}
    whole = copy_in(tmp_path / "three")
    with whole.reading((), whole=True):
        assert (verified(tmp_path / "three").documents, verified(tmp_path / "three").damaged) == (3, [])
    newer(monkeypatch)
    job(tmp_path / "four")  # another machine, with nothing but the bucket
    assert (statuses(tmp_path / "four"), reader.said, whole.said) == (STATUSES, [], [])


def test_an_archive_that_was_collected_is_read_in_its_home_and_in_the_lake_that_it_is_joined_to(tmp_path: Path) -> None:
    host, home, lake = "127.0.0.3", tmp_path / "shard", tmp_path / "lake"
    with LoopbackSite().serving() as site:
        link = f"<li><a href='{site.url('/reports.zip', host)}'>平潭综合实验区2022年政府信息公开工作年度报告</a></li>"
        site.only[host, "/"] = Served(f"<html><title>政府信息公开年报</title><ul>{link}</ul></html>".encode())
        site.only[host, "/reports.zip"] = Served(ARCHIVE, "application/zip")
        source = Source("源", (site.url("/", host),), hosts=("www.pingtan.example", host))
        with collecting(
            home, Manners(contact="https://example.org", rate=0), reading(), Reach(loopback=True)
        ) as opened:
            night(opened, [source])
        url = site.url("/reports.zip", host)
    with held(lake):
        assert join(Places(lake), [home]).versions == 1
    for place in (home, lake):
        job_of_files(settings(home=place, workers=1), [], collected=True)
        assert statuses(place) == STATUSES
        assert files(place) == {sha(ARCHIVE), sha(REPORT), sha(OTHER)}
    flip(Lake(home).raw_store.path(sha(ARCHIVE)), b"news.html")
    assert {(each.sha256, urls) for each, urls in verified(home).damaged} == {
        (sha(ARCHIVE), (url,)),
        (sha(NEWS.encode()), (url,)),
    }
