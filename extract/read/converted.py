"""DOC, WPS, RTF, ODT and Word's old XML: LibreOffice turns them into DOCX, which `docx` reads; ODS and XLSB into XLSX.

Each document gets a process and a profile of its own: a start takes 0.9 s, 0.1 s more than with a profile in use, and
what hangs or breaks costs only itself. Macros, links and Java are off, and the process dies with the one that reads.
"""

from __future__ import annotations

import ctypes
import errno
import math
import os
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import NamedTuple

from lxml import etree

from extract import watch
from extract.model import Document
from extract.outcomes import MissingProgram, OutOfTime, Unreadable, Unsupported
from extract.read import docx, whole, xlsx
from extract.read.detect import detect
from extract.read.wordtables import inside, places
from extract.read.xml import child_of, name_of, parse

SECONDS = 40  # of processor time, where the document is given none: a report of 20 pages takes 1 s
MAX_OUTPUT = 256 * 2**20
LEAST_ROOM = 16 * 2**20  # bytes: a disk with less free has no room for what LibreOffice writes
COLUMN = "1000"  # twentieths of a point: how wide a column is says nothing here
PROGRAM_FOLDERS = ("/usr/lib/libreoffice/program", "/usr/lib64/libreoffice/program", "/opt/libreoffice/program",
                   "/Applications/LibreOffice.app/Contents/MacOS")  # fmt: skip
STALE_SECONDS = 3600
_ROOM = "ogi-convert-"
RESTART = 81  # what LibreOffice ends with to be started again with the profile that it has just made
_PR_SET_PDEATHSIG = 1

_PROFILE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema">
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="DisableMacrosExecution" oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="MacroSecurityLevel" oor:op="fuse"><value>3</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="DisableActiveContent" oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="BlockUntrustedRefererLinks" oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Writer/Content/Update"><prop oor:name="Link" oor:op="fuse"><value>0</value></prop></item>
<item oor:path="/org.openoffice.Office.Java/VirtualMachine"><prop oor:name="UserJavaSettings" oor:op="fuse"><value></value></prop></item>
</oor:items>
"""


class _Target(NamedTuple):
    """What LibreOffice makes, by which of its filters, and the package that brings the program for it."""

    suffix: str
    filter: str
    package: str


_TEXT = _Target("docx", "MS Word 2007 XML", "libreoffice-writer")
_BOOK = _Target("xlsx", "Calc MS Excel 2007 XML", "libreoffice-calc")


def converter() -> str | None:
    """LibreOffice's program, None where it is not installed. Its launcher script is passed by: it would leave a child."""
    for name in ("soffice", "libreoffice"):
        launcher = shutil.which(name)
        if launcher is not None:
            binary = Path(launcher).resolve().parent / "soffice.bin"
            return str(binary) if binary.is_file() else launcher
    for folder in PROGRAM_FOLDERS:
        for name in ("soffice.bin", "soffice"):
            if (Path(folder) / name).is_file():
                return str(Path(folder) / name)
    return None


def read(content: bytes, prose: bool = False) -> Document:
    """Convert and read. Errors: `Unreadable` where LibreOffice is missing or fails; `OutOfTime`."""
    kind = detect(content)
    target = _BOOK if kind in ("ods", "xlsb", "xlsxml") else _TEXT
    program = converter()
    if program is None:
        raise MissingProgram(
            f"the file is in a format that LibreOffice converts; install LibreOffice (package {target.package})"
        )
    _sweep()
    with tempfile.TemporaryDirectory(prefix=_ROOM, ignore_cleanup_errors=True) as folder:
        made = _converted(_with_grids(content) if kind == "docxml" else content, target, program, Path(folder))
    document = xlsx.read(made) if target is _BOOK else docx.read(made)
    return replace(whole.checked(content, kind, document), format="converted")


def _sweep() -> None:
    """Remove what processes that were killed while they converted have left behind."""
    for room in Path(tempfile.gettempdir()).glob(f"{_ROOM}*"):
        with suppress(OSError):  # another process was faster, or it is another user's
            if room.stat().st_uid == os.getuid() and time.time() - room.stat().st_mtime > STALE_SECONDS:
                shutil.rmtree(room, ignore_errors=True)


def _converted(content: bytes, target: _Target, program: str, room: Path) -> bytes:
    """The converted file's bytes; everything is written below `room`."""
    profile = room / "profile" / "user"
    profile.mkdir(parents=True)
    (profile / "registrymodifications.xcu").write_text(_PROFILE, encoding="utf-8")
    (room / "given").write_bytes(content)
    _convert(program, room, target)
    made = room / "out" / f"given.{target.suffix}"
    if not made.is_file():
        if shutil.disk_usage(room).free < LEAST_ROOM:
            raise OSError(errno.ENOSPC, "no room to convert the document")
        raise Unreadable(
            "LibreOffice could not convert the file: it is damaged or protected by a password, or the package "
            f"{target.package} is not installed"
        )
    if made.stat().st_size > MAX_OUTPUT:
        raise Unsupported("the converted document is too large")
    return made.read_bytes()


def _with_grids(content: bytes) -> bytes:
    """Word's old XML with a `tblGrid` in every table: LibreOffice drops tables that have none."""
    root = parse(content)
    tables = [
        table for table in root.iter(etree.Element) if name_of(table) == "tbl" and child_of(table, "tblGrid") is None
    ]
    for table in tables:
        width = max((place.column + place.colspan for row in inside(table, "tr") for place in places(row)), default=0)
        space = str(table.tag).removesuffix("tbl")
        grid = etree.Element(f"{space}tblGrid")
        for _ in range(width):
            etree.SubElement(grid, f"{space}gridCol").set(f"{space}w", COLUMN)
        table.insert(1 if child_of(table, "tblPr") is not None else 0, grid)
    return etree.tostring(root.getroottree(), encoding="UTF-8", xml_declaration=True) if tables else content


def _convert(program: str, room: Path, target: _Target) -> None:
    command = [
        program, f"-env:UserInstallation={(room / 'profile').as_uri()}", "--headless", "--norestore", "--nologo",
        "--nolockcheck", "--nodefault", "--convert-to", f"{target.suffix}:{target.filter}", "--outdir", str(room / "out"),
        str(room / "given"),
    ]  # fmt: skip
    environment = {**os.environ, "HOME": str(room), "SAL_USE_VCLPLUGIN": "svp"}
    seconds = watch.allowed() or SECONDS
    for _ in range(2):
        process = subprocess.Popen(
            command,
            cwd=room,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=partial(_bound, math.ceil(seconds)),
        )
        try:
            ended = process.wait(watch.wall_seconds(seconds))
        except subprocess.TimeoutExpired:
            raise OutOfTime(watch.wall_reason(seconds)) from None
        finally:
            with suppress(ProcessLookupError):  # it has ended
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        if ended == -signal.SIGXCPU:
            raise OutOfTime(watch.time_reason(seconds))
        if ended == -signal.SIGKILL:
            raise MemoryError("the system has ended LibreOffice")
        if ended != RESTART:
            return


def _bound(seconds: int) -> None:
    """In the new process: die with the reader, and use no more time and space than a document needs."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    resource.setrlimit(resource.RLIMIT_FSIZE, (MAX_OUTPUT, MAX_OUTPUT))
