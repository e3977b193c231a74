"""Reading in worker processes: a document that crashes, hangs or devours memory costs the batch only itself."""

from __future__ import annotations

import hashlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from extract import watch
from extract.model import Extraction, RawDocument
from extract.workers import Stored, Workers, WorkersFailed


def read(raw: RawDocument, _seconds: float | None) -> Extraction:
    """A reader that does what the document says."""
    order = raw.content.decode().split()[0]
    if order == "crash":
        os.kill(os.getpid(), signal.SIGSEGV)
    if order == "leave":
        os._exit(7)
    if order == "hang":
        signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGALRM])
        time.sleep(3600)
    if order == "burn":
        signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGALRM, signal.SIGPROF])
        burn(3600)
    if order == "burn-below":
        below = subprocess.Popen([sys.executable, "-c", "while True: pass"])
        Path(raw.content.decode().split()[1]).write_text(str(below.pid))
        below.wait()
    if order == "nap":
        time.sleep(1.5)
    if order == "pages":
        for _ in range(4):
            watch.page()
            burn(0.3)
    if order == "load":
        with watch.loading():
            burn(1)
    if order == "late":
        burn(0.65)
    if order == "grow":
        kept = [bytearray(b"x") * (280 * 2**20)]
        return Extraction(raw.path, raw.sha256, None, "ok", str(len(kept)))
    if order == "devour":
        kept = [bytearray(2**24) for _ in range(1000)]
        return Extraction(raw.path, raw.sha256, None, "ok", str(len(kept)))
    if order == "crash-once":
        marker = Path(raw.content.decode().split()[1])
        if not marker.exists():
            marker.touch()
            os.abort()
    return Extraction(raw.path, raw.sha256, "text", "ok", source_url=raw.source_url)


def running(pid: int) -> bool:
    """Whether a process goes on; one that has ended and waits to be fetched does not."""
    stat = Path(f"/proc/{pid}/stat")
    return stat.exists() and stat.read_text().rpartition(")")[2].split()[0] != "Z"


def burn(seconds: float) -> None:
    end = time.process_time() + seconds
    while time.process_time() < end:
        pass


def stored(folder: Path, *orders: str) -> list[Stored]:
    documents = []
    for number, order in enumerate(orders):
        content = f"{order} {number}".encode()
        file = folder / str(number)
        file.write_bytes(content)
        documents.append(
            Stored(str(file), f"{order}-{number}", hashlib.sha256(content).hexdigest(), "http://x.example")
        )
    return documents


def test_answers_come_in_the_order_given(tmp_path: Path) -> None:
    documents = stored(tmp_path, *["fine"] * 30)
    seen: list[int] = []
    with Workers(2, read=read) as workers:
        answers = workers.read(documents, seen.append)
        assert workers.read([]) == []
        assert workers.read(documents[:1]) == answers[:1]
    assert [(e.path, e.sha256, e.source_url) for e in answers] == [(d.path, d.sha256, d.source_url) for d in documents]
    assert sum(seen) == 30


def test_each_bad_document_costs_only_itself(tmp_path: Path) -> None:
    orders = ["fine", "crash", "fine", "fine", "leave", "devour", "fine", "crash", "fine", "fine"]
    documents = stored(tmp_path, *orders)
    with Workers(2, megabytes=1024, read=read) as workers:
        answers = workers.read(documents)
    bad = {e.path: (e.category, e.reason) for e in answers if e.status == "unreadable"}
    assert bad == {
        "crash-1": ("damaged", "reading it ended its process (SIGSEGV)"),
        "leave-4": ("damaged", "reading it ended its process (exit status 7)"),
        "devour-5": ("limits", "there was not enough memory to read it; --worker-megabytes gives a worker more"),
        "crash-7": ("damaged", "reading it ended its process (SIGSEGV)"),
    }
    assert [e.sha256 for e in answers] == [d.sha256 for d in documents]


def test_hang_that_no_alarm_reaches_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    documents = stored(tmp_path, "fine", "hang", "fine", "fine")
    with Workers(1, seconds=0.1, read=read) as workers:
        monkeypatch.setattr(workers, "_deadline", lambda: time.monotonic() + 1.0)
        answers = workers.read(documents)
    assert [e.category for e in answers] == [None, "limits", None, None]
    assert "on the clock" in (answers[1].reason or "")


def test_processor_time_ends_a_document_and_the_clock_does_not(tmp_path: Path) -> None:
    documents = stored(tmp_path, "burn", "nap", "pages", "load", f"burn-below {tmp_path}/pid", "late", "fine")
    with Workers(2, seconds=0.6, read=read) as workers:
        answers = workers.read(documents)
    assert [e.category for e in answers] == ["limits", None, None, None, "limits", "limits", None]
    started = tmp_path / "pid"
    assert not running(int(started.read_text()))  # what a worker had started ends with it
    for number in (0, 4, 5):
        assert (answers[number].status, answers[number].sha256) == ("unreadable", documents[number].sha256)
        assert "0.6 s of processor time" in (answers[number].reason or "")
        assert "--seconds" in (answers[number].reason or "")


def test_worker_that_has_grown_takes_no_document_with_it(tmp_path: Path) -> None:
    documents = stored(tmp_path, *["grow"] * 8)
    with Workers(2, megabytes=512, read=read) as workers:
        assert [e.status for e in workers.read(documents)] == ["ok"] * 8


def test_accident_that_does_not_happen_again_costs_nothing(tmp_path: Path) -> None:
    documents = stored(tmp_path, "fine", f"crash-once {tmp_path}/marker", "fine")
    with Workers(1, read=read) as workers:
        assert [e.status for e in workers.read(documents)] == ["ok"] * 3


def test_stored_copy_that_changed_or_is_gone_is_never_read(tmp_path: Path) -> None:
    documents = stored(tmp_path, "fine", "fine")
    (tmp_path / "0").write_bytes(b"fine, but other bytes")
    (tmp_path / "1").unlink()
    with Workers(1, read=read) as workers:
        changed, gone = workers.read(documents)
    assert (changed.status, changed.sha256) == (gone.status, gone.sha256) == ("unreadable", None)
    assert "damaged" in (changed.reason or "")
    assert "lost" in (gone.reason or "")


def test_real_reader_is_the_default(tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text("<p>没有这个页面</p>", encoding="utf-8")
    with Workers(1) as workers:
        (answer,) = workers.read([Stored(str(tmp_path / "page.html"), "page.html")])
    assert (answer.status, answer.path) == ("not_a_report", "page.html")


def test_closed_workers_refuse(tmp_path: Path) -> None:
    workers = Workers(1, read=read)
    workers.close()
    with pytest.raises(WorkersFailed):
        workers.read(stored(tmp_path, "fine"))
