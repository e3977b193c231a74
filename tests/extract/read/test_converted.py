"""What becomes of a document whose converter is missing, hangs, fails or outlives its reader. The converter is a script."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from extract import RawDocument, extract_document, watch
from extract.read import converted
from tests.conftest import read_bytes
from tests.extract.word_parts import document as word_document
from tests.extract.word_parts import p, r

RTF = b"{\\rtf1\\ansi hello}"


@pytest.fixture
def rooms(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder for what is converted, and no LibreOffice to be found."""
    room = tmp_path / "rooms"
    room.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(room))
    monkeypatch.setattr(converted, "PROGRAM_FOLDERS", ())
    monkeypatch.setenv("PATH", str(tmp_path))
    return room


def install(folder: Path, script: str) -> None:
    program = folder / "soffice"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)


def is_alive(process: int) -> bool:
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


@pytest.mark.usefixtures("rooms")
def test_without_libreoffice_the_reason_says_what_to_install() -> None:
    extraction = read_bytes(RTF)
    assert extraction.status == "unreadable"
    assert extraction.format == "rtf"
    assert "install LibreOffice (package libreoffice-writer)" in (extraction.reason or "")


def test_a_converter_that_hangs_is_ended(rooms: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install(tmp_path, f"echo $$ > {tmp_path}/pid; /bin/sleep 600 & /bin/sleep 600")
    monkeypatch.setattr(watch, "WALL_TIMES", 2)
    extraction = extract_document(RawDocument("given", "0" * 64, RTF), seconds=0.5)
    assert (extraction.status, extraction.category) == ("unreadable", "limits")
    assert "--seconds" in (extraction.reason or "")
    assert not is_alive(int((tmp_path / "pid").read_text()))
    assert list(rooms.iterdir()) == []


def test_a_converter_that_writes_nothing(rooms: Path, tmp_path: Path) -> None:
    install(tmp_path, "exit 1")
    assert "could not convert the file: it is damaged" in (read_bytes(RTF).reason or "")
    assert list(rooms.iterdir()) == []


def test_a_converter_that_asks_for_a_second_start_gets_one(rooms: Path, tmp_path: Path) -> None:
    install(tmp_path, f"echo x >> {tmp_path}/starts; exit {converted.RESTART}")
    assert read_bytes(RTF).status == "unreadable"
    assert (tmp_path / "starts").read_text() == "x\nx\n"
    assert list(rooms.iterdir()) == []


def install_result(folder: Path, content: bytes) -> None:
    """A converter that writes this, whatever it is given; `--outdir` is its eleventh argument."""
    (folder / "result.docx").write_bytes(content)
    install(
        folder,
        f'while [ "$1" != "--outdir" ]; do shift; done; /bin/mkdir -p "$2"; /bin/cp {folder}/result.docx "$2/given.docx"',
    )


@pytest.mark.usefixtures("rooms")
def test_a_converter_that_loses_the_tables(tmp_path: Path) -> None:
    install_result(tmp_path, word_document(p(r("一、总体情况"))))
    lost = read_bytes(b"{\\rtf1\\ansi \\trowd\\cellx1000 1\\cell\\row}")
    assert lost.status == "unreadable"
    assert "LibreOffice lost the document's tables" in (lost.reason or "")


@pytest.mark.usefixtures("rooms")
@pytest.mark.parametrize(("kept", "unread"), [(20, 0), (16, 1)])
def test_a_converter_that_loses_some_text(tmp_path: Path, kept: int, unread: int) -> None:
    lines = [f"第{number}村公布了惠农补贴的发放名单并逐户核对" for number in "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉"]
    install_result(tmp_path, word_document("".join(p(r(line)) for line in lines[:kept])))
    text = "".join(f"<w:p><w:r><w:t>{line}</w:t></w:r></w:p>" for line in lines)
    space = "http://schemas.microsoft.com/office/word/2003/wordml"
    given = f"<?xml version='1.0'?><w:wordDocument xmlns:w='{space}'><w:body>{text}</w:body></w:wordDocument>"
    assert len(converted.read(given.encode()).unread) == unread


@pytest.mark.usefixtures("rooms")
def test_a_converter_that_loses_most_text(tmp_path: Path) -> None:
    install_result(tmp_path, word_document(p(r("一、总体情况"))))
    text = "".join(
        f"<w:p><w:r><w:t>第{number}村公布了惠农补贴的发放名单并逐户核对</w:t></w:r></w:p>" for number in "甲乙丙丁"
    )
    space = "http://schemas.microsoft.com/office/word/2003/wordml"
    given = f"<?xml version='1.0'?><w:wordDocument xmlns:w='{space}'><w:body>{text}</w:body></w:wordDocument>"
    assert "lost most of the document's text" in (read_bytes(given.encode()).reason or "")


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends a process with its parent")
def test_a_converter_dies_with_its_reader(rooms: Path, tmp_path: Path) -> None:
    install(tmp_path, f"echo $$ > {tmp_path}/pid.part; /bin/mv {tmp_path}/pid.part {tmp_path}/pid; exec /bin/sleep 600")
    code = (
        "import sys; from extract.read import converted; converted.PROGRAM_FOLDERS = ()\n"
        "converted.read(sys.stdin.buffer.read())"
    )
    reader = subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, env={**os.environ, "TMPDIR": str(rooms)}
    )
    assert reader.stdin is not None
    reader.stdin.write(RTF)
    reader.stdin.close()
    wait_for((tmp_path / "pid").exists)
    process = int((tmp_path / "pid").read_text())
    assert is_alive(process)
    reader.send_signal(signal.SIGKILL)
    reader.wait()
    wait_for(lambda: not is_alive(process))


def wait_for(condition: object, seconds: float = 20) -> None:
    assert callable(condition)
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not come about"
        time.sleep(0.05)


def test_what_a_killed_reader_left_is_swept_once_it_is_old(rooms: Path, tmp_path: Path) -> None:
    install(tmp_path, "exit 1")
    old, young = rooms / "ogi-convert-old", rooms / "ogi-convert-young"
    for room in (old, young):
        room.mkdir()
        (room / "given").write_bytes(RTF)
    past = time.time() - converted.STALE_SECONDS - 60
    os.utime(old, (past, past))
    read_bytes(RTF)
    assert not old.exists()
    assert young.exists()
