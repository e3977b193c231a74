"""What of the program's surroundings is as it must be, and what to do about the rest."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from extract.read.converted import converter
from extract.read.ocr import available as recogniser_is_there
from flows.places import places
from flows.settings import CollectSettings, Settings

LEAST_FREE = 2 * 2**30
"""Bytes on the disk of the home: a warehouse is built beside the one that it replaces."""
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")


class Finding(NamedTuple):
    """One thing that was looked at. `state`: ok; missing, where less is read without it; wrong, where nothing works. `remedy` is
    empty where nothing is to be done.
    """

    what: str
    state: str
    found: str
    remedy: str = ""


def findings(chosen: CollectSettings) -> Iterator[Finding]:
    """Everything that is looked at, in order; nothing is changed but a file made and removed in the home."""
    yield _python()
    yield _prefect()
    yield _home(chosen.home.absolute())
    yield from _looked_for(chosen)
    yield _room(chosen.home.absolute())
    yield _memory(chosen)
    yield _zone()
    yield _clock()
    yield _libreoffice()
    yield _recogniser()
    yield _fonts()
    yield _chromium()


def _python() -> Finding:
    return Finding("Python", "ok", platform.python_version())  # an older one runs nothing of this


def _prefect() -> Finding:
    try:
        return Finding("Prefect", "ok", version("prefect"))
    except PackageNotFoundError:
        return Finding("Prefect", "wrong", "not installed", "run `make setup`, or install the package again")


def _looked_for(chosen: CollectSettings) -> Iterator[Finding]:
    """Where corrections and sources are taken from; only what was told can be wrong."""
    for place in places(chosen):
        if place.name == "home":
            continue
        found = f"{place.folder}, {place.why}"
        if place.folder.is_dir() or (place.name == "corrections" and place.name not in chosen.model_fields_set):
            yield Finding(place.name, "ok", found)
        else:
            remedy = f"make it, or name another with --{place.name} (OGI_{place.name.upper()})"
            yield Finding(
                place.name, "wrong" if place.name == "sources" else "missing", f"{found}: no such folder", remedy
            )


def _existing(home: Path) -> Path:
    return next(folder for folder in (home, *home.parents) if folder.exists())


def _home(home: Path) -> Finding:
    try:
        with tempfile.TemporaryDirectory(prefix=".ogi-", dir=_existing(home)) as made:
            (Path(made) / "link").symlink_to("target")
    except OSError as error:
        said = f"{home}: {error.strerror}"
        return Finding("home", "wrong", said, "give rights to it, or name another with --home (OGI_HOME)")
    return Finding("home", "ok", f"{home}, {'writable' if home.exists() else 'can be made'}")


def _room(home: Path) -> Finding:
    free = shutil.disk_usage(_existing(home)).free
    found = f"{free / 2**30:.1f} GB free"
    if free >= LEAST_FREE:
        return Finding("room", "ok", found)
    return Finding("room", "missing", found, f"make room: {LEAST_FREE / 2**30:.0f} GB at least")


def _memory(chosen: Settings) -> Finding:
    try:
        lines = dict(line.split(":", 1) for line in Path("/proc/meminfo").read_text(encoding="ascii").splitlines())
    except FileNotFoundError:
        return Finding("memory", "ok", "not told by this system")
    whole = int(lines["MemTotal"].split()[0]) / 2**10
    wanted = chosen.workers * min(chosen.worker_megabytes, 1024) + 1024
    found = f"{whole / 2**10:.1f} GB for {chosen.workers} workers"
    if whole >= wanted:
        return Finding("memory", "ok", found)
    return Finding("memory", "missing", found, "scans may run out of memory: fewer --workers (OGI_WORKERS)")


def _zone() -> Finding:
    try:
        here = datetime.now(ZoneInfo("Asia/Shanghai"))
    except ZoneInfoNotFoundError:
        return Finding("time zone", "wrong", "Asia/Shanghai is not known", "install the package tzdata")
    local = datetime.now().astimezone()
    return Finding("time zone", "ok", f"{local:%H:%M} {local.tzname()}, {here:%H:%M} in Asia/Shanghai")


def _clock() -> Finding:
    newest = max(file.stat().st_mtime for file in Path(__file__).parent.glob("*.py"))
    now = datetime.now(UTC)
    if now.timestamp() + 86_400 < newest:
        return Finding("clock", "wrong", f"{now:%Y-%m-%d}, before the program was installed", "set the clock")
    return Finding("clock", "ok", f"{now:%Y-%m-%d %H:%M} UTC")


def _libreoffice() -> Finding:
    found = converter()
    if found is not None:
        return Finding("LibreOffice", "ok", found)
    remedy = "install libreoffice-writer and libreoffice-calc: DOC, WPS, RTF, ODT, ODS cannot be read without"
    return Finding("LibreOffice", "missing", "not installed", remedy)


def _recogniser() -> Finding:
    remedy = "pip install 'ogi-reports[ocr]': scans cannot be read without"
    if not recogniser_is_there():
        return Finding("recogniser of scans", "missing", "not installed", remedy)
    spec = find_spec("rapidocr")
    places = (spec.submodule_search_locations or ()) if spec else ()
    models = [file for place in places for file in Path(place).glob("models/*.onnx") if file.stat().st_size]
    if not models:
        return Finding("recogniser of scans", "missing", "its models are not there", remedy)
    return Finding("recogniser of scans", "ok", f"{len(models)} models")


def _fonts() -> Finding:
    program = shutil.which("fc-list")
    if program is None:
        return Finding("Chinese fonts", "missing", "fc-list is not installed", "install fontconfig and fonts-noto-cjk")
    listed = subprocess.run([program, ":lang=zh", "family"], capture_output=True, check=False, timeout=60).stdout
    families = {line for line in listed.splitlines() if line}
    if families:
        return Finding("Chinese fonts", "ok", f"{len(families)} families")
    return Finding(
        "Chinese fonts", "missing", "none", "install fonts-noto-cjk: what LibreOffice draws has gaps without"
    )


def _chromium() -> Finding:
    found = next(filter(None, map(shutil.which, CHROMIUM)), None)
    if found is not None:
        return Finding("Chromium", "ok", os.fspath(found))
    return Finding("Chromium", "missing", "not installed", "only `make test-formats` needs it")
