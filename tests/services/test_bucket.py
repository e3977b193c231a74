"""A bucket that fails in every way that buckets do: nothing wrong comes of it, and what is lost is made again or said."""

from __future__ import annotations

import hashlib
import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import duckdb
import pytest

from flows.bucket import manifest
from flows.bucket.store import BucketFailed, address
from flows.bucket.working_copy import READ, WorkingCopy
from flows.exit_status import BROKEN, LOSSES, WRONG_USE
from tests.conftest import ROOT
from tests.fetch.night.site import LoopbackSite, Served
from tests.flows.bucket_jobs import WHERE, bucket_server, copy_in, job, star
from tests.flows.bucket_server import BucketServer
from tests.flows.conftest import SAMPLES, given_files, run_ogi
from tests.flows.plain_job import plain_job

pytestmark = pytest.mark.services
server = bucket_server
PREFIX = WHERE.prefix


@pytest.fixture
def first(tmp_path: Path) -> Path:
    return given_files(tmp_path / "given", "pingtan-2022.html", "qiyi-2023.txt")


@pytest.fixture
def more(tmp_path: Path) -> Path:
    return given_files(tmp_path / "more", "wuyi-2023.html")


@pytest.fixture
def home(tmp_path: Path, first: Path, more: Path) -> Path:
    """The lake in a folder that all of them should be like."""
    plain_job(str(tmp_path / "home"), [str(first), str(more)])
    return tmp_path / "home"


def read_in(folder: Path) -> WorkingCopy:
    copy = copy_in(folder)
    with copy.reading(READ):
        pass
    return copy


def state_of(server: BucketServer) -> manifest.Manifest:
    found = manifest.read(server.get(f"{PREFIX}/manifest.json"))
    assert found is not None
    return found


def content_of(server: BucketServer, unit: str, file: str) -> str:
    """The name of the object that holds a file of the first unit of this kind."""
    found = next(
        files[file] for name, files in sorted(state_of(server).units.items()) if name.startswith(unit) and file in files
    )
    return f"{PREFIX}/{manifest.object_name(found.sha256)}"


@pytest.mark.parametrize("how", [500, 503, 6.0])
def test_errors_and_slow_answers_are_waited_out(
    server: BucketServer, tmp_path: Path, first: Path, more: Path, home: Path, how: int | float
) -> None:
    every = 7 if isinstance(how, int) else 60
    server.spoil = lambda method, path, n: how if n % every == 3 else None
    job(tmp_path / "one", first)
    job(tmp_path / "two", more)
    assert star(tmp_path / "two") == star(home)


def test_answers_that_are_cut_are_asked_for_again(
    server: BucketServer, tmp_path: Path, first: Path, more: Path, home: Path
) -> None:
    job(tmp_path / "one", first)
    cut: set[str] = set()

    def spoil(method: str, path: str, n: int) -> str | None:
        if method != "GET" or "/objects/" not in path or path in cut:
            return None
        cut.add(path)
        return "cut"

    server.spoil = spoil
    two = job(tmp_path / "two", more)
    assert star(tmp_path / "two") == star(home)
    assert (len(cut) > 10, two.said) == (True, [])


@pytest.mark.parametrize(
    ("unit", "file", "how"),
    [
        ("intake/", "document.parquet", "half"),
        ("extracted/", "report.parquet", "changed"),
        ("extracted/", "manifest.json", "gone"),
        ("builds/", "dim_report.parquet", "half"),
        ("builds/", "dim_report.parquet", "gone"),
    ],
)
def test_an_object_that_does_not_hold_is_named_and_made_again(
    server: BucketServer, tmp_path: Path, first: Path, more: Path, home: Path, unit: str, file: str, how: str
) -> None:
    job(tmp_path / "one", first)
    name = content_of(server, unit, file)
    content = server.get(name)
    if how == "gone":
        server.s3.delete_object(Bucket=WHERE.bucket, Key=name)
    else:
        server.put(name, content[: len(content) // 2] if how == "half" else bytes([content[0] ^ 1]) + content[1:])
    two = job(tmp_path / "two", more)
    assert any(name.removeprefix(f"{PREFIX}/") in line for line in two.said)
    assert bool(server.names(f"{PREFIX}/damaged/")) == (how != "gone")
    assert star(tmp_path / "two").keys() == star(home).keys()
    reader = read_in(tmp_path / "three")
    assert reader.said == []
    assert star(tmp_path / "three") == star(tmp_path / "two")
    assert reports(tmp_path / "three") == 3


def reports(home: Path) -> int:
    import duckdb

    with duckdb.connect(str(home / "ogi.duckdb"), read_only=True) as con:
        return int(con.sql("select count(*) from dim_report").fetchall()[0][0])


@pytest.mark.parametrize("text", [b"{}", None])
def test_a_damaged_manifest_costs_nothing_that_its_writer_still_has(
    server: BucketServer, tmp_path: Path, first: Path, more: Path, home: Path, text: bytes | None
) -> None:
    job(tmp_path / "one", first)
    job(tmp_path / "two", more)
    name = f"{PREFIX}/manifest.json"
    whole = server.get(name)
    server.put(name, whole[: len(whole) // 2] if text is None else text)
    other = read_in(tmp_path / "three")
    assert "manifest.json in the bucket is damaged" in other.said[0]
    assert reports(tmp_path / "three") == 2
    job(tmp_path / "one")  # another machine goes on from the state before
    job(tmp_path / "two")
    read_in(tmp_path / "four")
    assert reports(tmp_path / "four") == 3
    assert star(tmp_path / "four") == star(home)


@pytest.mark.parametrize(
    ("how", "status", "said"),
    [
        ("AccessDenied", WRONG_USE, "no right"),
        ("InvalidAccessKeyId", WRONG_USE, "credentials"),
        ("SignatureDoesNotMatch", WRONG_USE, "credentials"),
        ("ExpiredToken", WRONG_USE, "expired"),
        ("RequestTimeTooSkewed", BROKEN, "clock"),
    ],
)
def test_what_no_waiting_mends_is_one_sentence_before_anything_is_read(
    server: BucketServer, tmp_path: Path, how: str, status: int, said: str
) -> None:
    server.spoil = lambda method, path, n: how if method == "PUT" or how != "AccessDenied" else None
    with pytest.raises(BucketFailed, match=said) as failed, copy_in(tmp_path / "one").writing(0):
        pytest.fail("it began")
    assert failed.value.status == status
    assert len(server.log) < 10


def test_no_such_bucket(server: BucketServer, tmp_path: Path) -> None:
    done = run_ogi(
        "run", tmp_path, "--home", "s3://no-such-bucket/lake", OGI_WORK=str(tmp_path / "w"), **server.environment()
    )
    assert (done.returncode, done.stderr.decode().count("\n")) == (WRONG_USE, 1)
    assert "there is no such bucket" in done.stderr.decode()


@pytest.mark.parametrize(
    "told", ["s3://", "s3://bucket", "s3://bucket/", "s3://Bucket/lake", "s3://bucket/a/../b", "s3://bucket/a?b=c"]
)
def test_what_is_no_address(told: str) -> None:
    with pytest.raises(BucketFailed) as failed:
        address(told)
    assert failed.value.status == WRONG_USE
    assert address("data/lake") is None


def test_an_endpoint_that_goes_away_costs_nothing(
    server: BucketServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, first: Path, more: Path, home: Path
) -> None:
    job(tmp_path / "one", first)
    copy = copy_in(tmp_path / "one", 1)
    with pytest.raises(BucketFailed, match="did not answer") as failed, copy.writing(0):
        plain_job(str(tmp_path / "one"), [str(more)])
        server.stop()
        copy.push()
    assert failed.value.status == BROKEN
    back = BucketServer(is_empty=False)
    monkeypatch.setenv("AWS_ENDPOINT_URL", back.endpoint)
    try:
        read_in(tmp_path / "two")
        assert reports(tmp_path / "two") == 2  # the state before, whole
        job(tmp_path / "one")
        read_in(tmp_path / "two")
        assert star(tmp_path / "two") == star(home)
    finally:
        back.stop()


@pytest.mark.parametrize("at", ["/raw/", "/objects/", "/manifest.json"])
def test_a_job_killed_while_it_sends_is_completed_by_the_next(
    server: BucketServer, tmp_path: Path, first: Path, more: Path, at: str
) -> None:
    job(tmp_path / "one", first)
    script = [sys.executable, "-m", "tests.flows.bucket_jobs", str(tmp_path / "one"), str(more)]
    process = subprocess.Popen(script, cwd=ROOT, env=os.environ)

    def spoil(method: str, path: str, n: int) -> None:
        if method == "PUT" and path.endswith(at) | (at.endswith("/") and at in path and path[-1] != "/"):
            process.send_signal(signal.SIGKILL)
            process.wait()

    server.spoil = spoil
    assert process.wait(120) == -signal.SIGKILL
    server.spoil = lambda *_: None
    read_in(tmp_path / "two")
    assert reports(tmp_path / "two") in ((2, 3) if at == "/manifest.json" else (2,))
    job(tmp_path / "one")
    read_in(tmp_path / "two")
    assert reports(tmp_path / "two") == 3
    assert star(tmp_path / "two") == star(tmp_path / "one")


def test_of_two_jobs_at_once_the_second_is_refused(
    server: BucketServer, tmp_path: Path, first: Path, more: Path
) -> None:
    one = copy_in(tmp_path / "one")
    with one.writing(0):
        plain_job(str(tmp_path / "one"), [str(first)])
        with pytest.raises(BucketFailed, match="is held by process") as failed, copy_in(tmp_path / "two").writing(0):
            pytest.fail("it began")
        assert failed.value.status == LOSSES
        one.push()
    job(tmp_path / "two", more)
    assert reports(tmp_path / "two") == 3


def test_a_job_that_was_taken_over_sends_nothing_and_the_next_unites_both(
    server: BucketServer, tmp_path: Path, first: Path, more: Path, home: Path
) -> None:
    one = copy_in(tmp_path / "one")
    with pytest.raises(BucketFailed, match="taken"), one.writing(0):
        plain_job(str(tmp_path / "one"), [str(first)])
        server.put(f"{PREFIX}/holder.json", b'{"token": "of a job that found nobody alive", "pid": 1, "host": "there"}')
        one.push()
    job(tmp_path / "two", more)
    assert reports(tmp_path / "two") == 1
    job(tmp_path / "one")
    read_in(tmp_path / "three")
    assert star(tmp_path / "three") == star(home)


@pytest.mark.parametrize("how", ["damaged", "gone"])
def test_a_lost_document_is_named_and_mended_where_it_is_given_again(
    server: BucketServer, tmp_path: Path, first: Path, how: str
) -> None:
    one = job(tmp_path / "one", first)
    name = next(name for name in server.names(f"{PREFIX}/raw/") if not name.endswith("/"))
    sha, content = name.rpartition("/")[2], server.get(name)
    if how == "gone":
        server.s3.delete_object(Bucket=WHERE.bucket, Key=name)
    else:
        server.put(name, b"?" + content[1:])
    two = copy_in(tmp_path / "two")
    store = two._lake.raw_store
    with two.writing(0):
        with pytest.raises(FileNotFoundError):
            store.get(sha)
        two.push()
    assert sha in two.said[0]
    assert state_of(server).lost == [f"{sha[:2]}/{sha}"]
    job(tmp_path / "three", first)
    assert (server.get(name), state_of(server).lost) == (content, [])
    assert one.said == []


def test_a_copy_of_another_bucket_is_refused(server: BucketServer, tmp_path: Path, first: Path) -> None:
    job(tmp_path / "one", first)
    done = run_ogi("status", "--home", "s3://reports/other", OGI_WORK=str(tmp_path / "one"), **server.environment())
    assert done.returncode == WRONG_USE
    assert "is the working copy of" in done.stderr.decode()


def test_the_command(server: BucketServer, tmp_path: Path, first: Path) -> None:
    def ogi(*arguments: str, work: str) -> subprocess.CompletedProcess[bytes]:
        return run_ogi(*arguments, "--home", "s3://reports/lake", OGI_WORK=str(tmp_path / work), **server.environment())

    assert ogi("run", str(first), work="one").returncode == 0
    asked = ogi("sql", "select count(*) as n from dim_report", "--format", "csv", work="two")
    assert (asked.returncode, asked.stdout.decode().split()) == (0, ["n", "2"]), asked.stderr
    verified = ogi("verify", work="three")
    assert (verified.returncode, verified.stdout.decode()) == (0, "2 documents, 0 damaged or missing.\n"), (
        verified.stderr
    )
    refused = ogi("prune", work="two")
    assert (refused.returncode, "takes a folder" in refused.stderr.decode()) == (2, True)


def test_nights_of_two_machines(server: BucketServer, tmp_path: Path) -> None:
    """The second goes on from the history of the first: what that has is asked for, and not stored or read again."""
    pages = {name: (SAMPLES / name).read_bytes() for name in ("pingtan-2022.html", "pingtan-2024.html")}

    def night(work: str, *files: str) -> subprocess.CompletedProcess[bytes]:
        links = "".join(
            f"<li><a href='/{name}'>平潭综合实验区{name[8:12]}年政府信息公开工作年度报告</a></li>" for name in files
        )
        site.only["127.0.0.1", "/"] = Served(f"<html><title>政府信息公开年报</title><ul>{links}</ul></html>".encode())
        for name in files:
            site.only["127.0.0.1", f"/{name}"] = Served(pages[name])
        settings = {
            "OGI_CONTACT": "https://example.org/bot",
            "OGI_LOOPBACK": "1",
            "OGI_RATE": "0",
            "OGI_WORKERS": "1",
            "OGI_RECHECK_HOURS": "0",
        }
        return run_ogi(
            "nightly", "--home", "s3://reports/lake", "--sources", tmp_path / "sources",
            OGI_WORK=str(tmp_path / work), **settings, **server.environment(),
        )  # fmt: skip

    with LoopbackSite().serving() as site:
        (tmp_path / "sources").mkdir()
        (tmp_path / "sources" / "table.csv").write_text(
            f"name,listings,hosts\n平潭综合实验区,{site.url('/')},www.pingtan.example\n", encoding="utf-8"
        )
        one = night("one", "pingtan-2022.html")
        assert one.returncode == 0, one.stderr.decode()
        two = night("two", "pingtan-2022.html", "pingtan-2024.html")
        assert two.returncode == 0, two.stderr.decode()
    with duckdb.connect(str(tmp_path / "two" / "ogi.duckdb"), read_only=True) as con:
        years = con.sql("select year from dim_report order by 1").fetchall()
    assert years == [(2022,), (2024,)]
    stored = {name.rpartition("/")[2] for name in server.names("lake/raw/")}
    assert stored >= {hashlib.sha256(page).hexdigest() for page in pages.values()}
    with closing(sqlite3.connect(tmp_path / "two" / "fetch" / "history.sqlite")) as history:
        assert history.execute(
            "select count(*) from version v join url u on u.id = v.url where u.url like '%.html'"
        ).fetchall() == [(2,)]
