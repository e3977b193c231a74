"""What all rooms' tests share: where the real reports are, and reading one document through the public door."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from filelock import FileLock
from hypothesis import settings

from extract import Extraction, RawDocument, extract_document

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared"

# how long one example takes says how busy the machine is; what must be fast is measured where it is promised
settings.register_profile("ogi", deadline=None)
settings.load_profile("ogi")


NOT_HERE = "not on this machine: ../shared"


def shared_path(name: str) -> Path:
    """A file or folder of ../shared, which is not the project's to ship; the test is left out where it is not there."""
    path = SHARED / name
    if not path.exists():
        pytest.skip(f"{NOT_HERE}/{name}")
    return path


@pytest.fixture(scope="session")
def shared() -> Callable[[str], Path]:
    """`shared_path`, for tests that are given it."""
    return shared_path


@pytest.fixture
def real_reports() -> Path:
    """The folder of real published reports."""
    return shared_path("reports")


def made_once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], object]) -> Path:
    """A folder that `make` fills once for all processes that run tests, of which each would make its own; only looked at."""
    top = factory.getbasetemp()
    folder = (top.parent if "PYTEST_XDIST_WORKER" in os.environ else top) / name
    with FileLock(f"{folder}.lock"):
        if not (done := folder / "made").exists():
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            make(folder)
            done.touch()
    return folder


LONG = ("transform", "flows", "fetch")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the rooms first whose files take long: one that is begun last keeps a single process busy while the others wait."""
    rooms = {name: place for place, name in enumerate(LONG)}
    items.sort(key=lambda item: rooms.get(item.path.relative_to(ROOT / "tests").parts[0], len(LONG)))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say how many tests were left out because ../shared is not there: a green run without it has shown less."""
    skipped = terminalreporter.stats.get("skipped", [])
    count = sum(isinstance(each.longrepr, tuple) and NOT_HERE in each.longrepr[2] for each in skipped)
    if count:
        terminalreporter.write_line(
            f"{count} tests were left out: they read real reports of ../shared, which is {NOT_HERE.split(':')[0]}."
        )


def read_bytes(content: bytes, name: str = "report.html") -> Extraction:
    """Extract bytes as the command does."""
    return extract_document(RawDocument(name, hashlib.sha256(content).hexdigest(), content))
