"""A real Prefect server with all its services, and what watches its runs."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.fetch.site import TestSite
from tests.flows.conftest import environment
from tests.flows.test_collect import settings

PATIENCE = 240.0  # seconds on two busy cores


def wait_for(
    what: Callable[[], Any], process: subprocess.Popen[bytes] | None = None, patience: float = PATIENCE
) -> Any:
    """What `what` gives, as soon as it is something."""
    until = time.monotonic() + patience
    while not (found := what()):
        assert time.monotonic() < until, "waited in vain"
        assert process is None or process.poll() is None, "the process has ended"
        time.sleep(0.2)
    return found


class Prefect:
    """A running server; `environment` is that of its users."""

    def __init__(self, home: Path) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        self.api = f"http://127.0.0.1:{port}/api"
        self.environment = {
            "PREFECT_HOME": str(home),
            "PREFECT_API_URL": self.api,
            "PREFECT_UI_ENABLED": "0",
            "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
            "DO_NOT_TRACK": "1",
            "PREFECT_CLI_PROMPT": "false",
            "PREFECT_SERVER_SERVICES_SCHEDULER_LOOP_SECONDS": "5",
            "PREFECT_RUNNER_POLL_FREQUENCY": "1",
            "PREFECT_WORKER_QUERY_SECONDS": "1",
        }
        self._command = ["server", "start", "--host", "127.0.0.1", "--port", str(port)]

    @contextmanager
    def running(self) -> Iterator[Prefect]:
        with self.start(*self._command) as server:
            wait_for(self._answers, server)
            yield self

    def _answers(self) -> bool:
        try:
            return httpx.get(f"{self.api}/health", timeout=5).status_code == 200
        except httpx.HTTPError:
            return False

    @contextmanager
    def start(self, *arguments: str, module: str = "prefect", **more: str) -> Iterator[subprocess.Popen[bytes]]:
        """A long-running command; ended with all that it started."""
        process = subprocess.Popen(
            [sys.executable, "-m", module, *arguments],
            env=environment(**self.environment, **more),
            stdout=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            yield process
        finally:
            process.send_signal(signal.SIGINT)
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()

    def run(self, *arguments: str, **more: str) -> None:
        """A command, to its end."""
        done = subprocess.run(
            [sys.executable, "-m", "prefect", *arguments],
            env=environment(**self.environment, **more),
            capture_output=True,
            check=False,
            cwd=Path(__file__).resolve().parents[2],
        )
        assert done.returncode == 0, (done.stdout + done.stderr).decode()

    def runs(self, state: str, deployment: str) -> list[dict[str, Any]]:
        """The runs of a deployment (its id) in a state, the earliest first."""
        wish = {
            "flow_runs": {"state": {"type": {"any_": [state]}}},
            "deployments": {"id": {"any_": [deployment]}},
            "sort": "START_TIME_ASC",
        }
        found: list[dict[str, Any]] = httpx.post(f"{self.api}/flow_runs/filter", json=wish, timeout=30).json()
        return found

    def post(self, path: str, wish: dict[str, Any]) -> list[dict[str, Any]]:
        """What a filter of the API finds."""
        found: list[dict[str, Any]] = httpx.post(f"{self.api}/{path}", json=wish, timeout=30).json()
        return found

    def named(self, flow: str) -> list[dict[str, Any]]:
        """All runs of a flow, the earliest first."""
        wish = {"flows": {"name": {"any_": [flow]}}, "sort": "START_TIME_ASC"}
        return self.post("flow_runs/filter", wish)

    def deployment(self) -> dict[str, Any] | None:
        """The deployment of the nightly flow, once there is one."""
        answer = httpx.get(f"{self.api}/deployments/name/nightly/nightly", timeout=30)
        found: dict[str, Any] | None = answer.json() if answer.status_code == 200 else None
        return found

    def remove(self, deployment: str) -> None:
        httpx.delete(f"{self.api}/deployments/{deployment}", timeout=30).raise_for_status()


@pytest.fixture(scope="session")
def prefect(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Prefect]:
    with Prefect(tmp_path_factory.mktemp("prefect")).running() as server:
        yield server


@pytest.fixture(autouse=True)
def alone(prefect: Prefect) -> Iterator[None]:
    """No deployment of this test is there in the next."""
    yield
    if found := prefect.deployment():
        prefect.remove(found["id"])


@pytest.fixture
def site() -> Iterator[TestSite]:
    with TestSite(pause=0.01, retry_after=0) as site:
        yield site


@pytest.fixture
def chosen(site: TestSite, tmp_path: Path) -> dict[str, str]:
    """Settings under which a night takes a while."""
    return settings(site, tmp_path, "trs", "jcms") | {"OGI_RATE": "4"}


def process_that_collects(site: TestSite, tmp_path: Path) -> int:
    """The process of the run that is going on, once it has stored something."""
    wait_for(lambda: len(site.log) > 5)
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                held = [str(file.readlink()) for file in (folder / "fd").iterdir()]
            except OSError:
                continue
            if str(tmp_path / "home" / "fetch" / "collect.lock") in held:
                return int(folder.name)
    raise AssertionError("no process collects")
