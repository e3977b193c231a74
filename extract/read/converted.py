"""DOC, WPS, RTF, ODT and Word's old XML: LibreOffice turns them into DOCX, which `docx` reads.

Each document gets a process and a profile of its own: a start takes 0.9 s, 0.1 s more than with a profile in use, and
what hangs or breaks costs only itself. Macros, links and Java are off, and the process dies with the one that reads.
"""

from __future__ import annotations

import ctypes
import os
import resource
import shutil
import signal
import subprocess
import tempfile
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from extract.model import Document
from extract.outcomes import Unreadable
from extract.read import docx

SECONDS = 40  # a report of 20 pages takes 1 s
MAX_OUTPUT = 256 * 2**20
PROGRAM_FOLDERS = ("/usr/lib/libreoffice/program", "/usr/lib64/libreoffice/program", "/opt/libreoffice/program",
                   "/Applications/LibreOffice.app/Contents/MacOS")  # fmt: skip
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
    """Convert and read. Errors: `Unreadable` where LibreOffice is missing, fails or takes longer than `SECONDS`."""
    program = converter()
    if program is None:
        raise Unreadable(
            "the file is an old Office document, which LibreOffice converts; install LibreOffice Writer "
            "(package libreoffice-writer)"
        )
    with tempfile.TemporaryDirectory(prefix="ogi-convert-", ignore_cleanup_errors=True) as folder:
        room = Path(folder)
        profile = room / "profile" / "user"
        profile.mkdir(parents=True)
        (profile / "registrymodifications.xcu").write_text(_PROFILE, encoding="utf-8")
        (room / "given").write_bytes(content)
        _convert(program, room)
        made = room / "out" / "given.docx"
        if not made.is_file():
            raise Unreadable("LibreOffice could not convert the document; it may be damaged or protected by a password")
        if made.stat().st_size > MAX_OUTPUT:
            raise Unreadable("the converted document is too large")
        converted = made.read_bytes()
    return replace(docx.read(converted), format="converted")


def _convert(program: str, room: Path) -> None:
    command = [
        program, f"-env:UserInstallation={(room / 'profile').as_uri()}", "--headless", "--norestore", "--nologo",
        "--nolockcheck", "--nodefault", "--convert-to", "docx:MS Word 2007 XML", "--outdir", str(room / "out"),
        str(room / "given"),
    ]  # fmt: skip
    environment = {**os.environ, "HOME": str(room), "SAL_USE_VCLPLUGIN": "svp"}
    for _ in range(2):
        process = subprocess.Popen(
            command,
            cwd=room,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=_bound,
        )
        try:
            ended = process.wait(SECONDS)
        except subprocess.TimeoutExpired:
            raise Unreadable(f"LibreOffice took longer than {SECONDS} seconds to convert the document") from None
        finally:
            with suppress(ProcessLookupError):  # it has ended
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        if ended != RESTART:
            return


def _bound() -> None:
    """In the new process: die with the reader, and use no more time and space than a document needs."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (MAX_OUTPUT, MAX_OUTPUT))
