"""What the tests of flows share: the real `ogi` command, a few sample reports, and a warehouse made from them."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from flows.server import OWN, Server
from tests.conftest import made_once
from tests.flows.plain_job import plain_job

SAMPLES = Path(__file__).resolve().parents[2] / "data" / "samples" / "reports"
OGI = str(Path(sys.executable).with_name("ogi"))
NEWS = (
    "<html><head><title>区领导调研</title></head><body><p>"
    + "今天上午，区领导调研了新建的公园。" * 20
    + "</p></body></html>"
)

Ogi = Callable[..., subprocess.CompletedProcess[bytes]]


def environment(**more: str) -> dict[str, str]:
    """This process's environment without settings of ogi and Prefect."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("OGI_", "PREFECT_"))}
    return kept | more


def run_ogi(*arguments: str | bytes | Path, **more: str) -> subprocess.CompletedProcess[bytes]:
    """Run the command to its end."""
    return subprocess.run([OGI, *arguments], env=environment(**more), capture_output=True, timeout=180, check=False)


@pytest.fixture(scope="session")
def prefect(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """A running Prefect server, as the environment of an operator who has one."""
    server = Server(tmp_path_factory.mktemp("prefect"))
    try:
        server.wait()
        yield {name: value for name, value in server.environment.items() if name != OWN}
    finally:
        server.stop()


@pytest.fixture(scope="session")
def ogi(prefect: dict[str, str]) -> Ogi:
    """The command of an operator who has a Prefect server, for tests of runs: `run_ogi` starts its own where one is needed."""
    return partial(run_ogi, **prefect)


def given_files(folder: Path, *names: str) -> Path:
    """A folder with copies of these samples."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        shutil.copyfile(SAMPLES / name, folder / name)
    return folder


@pytest.fixture(scope="session")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A lake with three reports and a news page, made by the steps alone, without a Prefect; only looked at."""

    def make(top: Path) -> None:
        plain_job(str(top / "home"), [str(three_reports(top / "given"))])

    return made_once(tmp_path_factory, "lake", make) / "home"


def three_reports(folder: Path) -> Path:
    """A folder with three reports and a news page."""
    files = given_files(folder, "pingtan-2022.html", "pingtan-2024.html", "qiyi-2023.txt")
    (files / "news.html").write_text(NEWS, encoding="utf-8")
    return files


@pytest.fixture(scope="session")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same after one real run, with a Prefect server of its own; only looked at."""

    def make(top: Path) -> None:
        done = run_ogi("run", three_reports(top / "given"), "--home", top / "home")
        assert done.returncode == 1, done.stderr.decode()

    return made_once(tmp_path_factory, "ran", make) / "home"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Where a lake will be."""
    return tmp_path / "home"
