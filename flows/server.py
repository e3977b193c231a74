"""A Prefect API for the time of one run, where the operator has none.

Prefect would start one by itself, but that one outlives a killed run, writes into the terminal and starts only when
the flow does. This one dies with its run, writes into a file, and starts up while the run imports and looks for files.
"""

from __future__ import annotations

import gc
import os
import secrets
import socket
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import timedelta
from http.client import HTTPConnection, HTTPException
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from transform.lake import Lake

START_SECONDS = 120.0  # 3 s to start, 7 s with a new database without a template, on two busy cores three times that
STOP_SECONDS = 5.0
CHOSEN_BY_OPERATOR = ("PREFECT_API_URL", "PREFECT_HOME", "PREFECT_PROFILE", "PREFECT_PROFILES_PATH")
OWN = "OGI_OWN_PREFECT"
"""Set in the environment of what uses a server of our own."""
QUIET = {
    "DO_NOT_TRACK": "1",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_CLI_PROMPT": "false",
    "PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL": "CRITICAL",  # what fails is raised to us, and said once
    "PREFECT_LOGGING_SERVER_LEVEL": "ERROR",
}
_LOG = "PREFECT_LOGGING_TO_API_ENABLED"

MOST_BYTES = 16 * 2**20
"""Where no template can be kept, the database of servers for one run is made anew beyond this size; it grows by 2 MB a night."""
FORGETTING = {"PREFECT_SERVER_SERVICES_DB_VACUUM_ENABLED": "events,flow_runs"}
RETENTION = "PREFECT_SERVER_SERVICES_DB_VACUUM_RETENTION_PERIOD"

DATABASE = ("PREFECT_API_DATABASE", "PREFECT_SERVER_DATABASE")
SERVER = {"PREFECT_UI_ENABLED": "0"}
KNOWN = {
    # Blocks have been registered by the start that made the database; to look whether they are costs half a second.
    "PREFECT_API_BLOCKS_REGISTER_ON_START": "false",
    "PREFECT_MEMOIZE_BLOCK_AUTO_REGISTRATION": "false",
}


def is_chosen() -> bool:
    """Whether the operator has a Prefect of their own, who looks for every run there."""
    return any(name in os.environ for name in CHOSEN_BY_OPERATOR)


class ServerFailed(Exception):
    """The Prefect API did not start; the message says where its output is."""


def quiet_environment(verbose: bool, given: Mapping[str, str] = os.environ) -> dict[str, str]:
    """Prefect's settings for a run, as environment variables; what the operator has set is left as it is. The log goes to a Prefect
    of the operator's; nobody looks for it in one of our own.
    """
    wanted = {name: value for name, value in QUIET.items() if not (verbose and "CONSOLE" in name)}
    if not any(name in given for name in CHOSEN_BY_OPERATOR):
        wanted[_LOG] = "false"
    return {name: value for name, value in wanted.items() if name not in given}


class Server:
    """A Prefect API process listening on a port of its own; see `serving`."""

    def __init__(self, home: Path, schedules: bool = False, keep: timedelta | None = None) -> None:
        """Start the process, with Prefect's home in `home`; nobody else may use that folder meanwhile.

        `schedules`: with the services that start scheduled runs and notice crashed ones; its database stays, and forgets runs that
        ended longer ago than `keep`. Without, the database is a new one wherever that costs nothing: nobody asks it for earlier runs.
        """
        from flows import template  # not at the top: the server's own process has no use for it

        home.mkdir(parents=True, exist_ok=True)
        self._database = home / "prefect.db"
        self._log = home / "server.log"
        self._ready = home / f"database-of-{version('prefect')}"
        is_elsewhere = any(name.startswith(DATABASE) for name in os.environ)  # as the operator wishes
        self._is_new = is_elsewhere
        if not schedules and (template.is_kept() or _size(self._database) > MOST_BYTES):
            self._ready.unlink(missing_ok=True)
        if not self._ready.exists() or not self._database.exists():  # never finished, or another Prefect's
            for file in home.glob("prefect.db*"):
                file.unlink()
            self._is_new = is_elsewhere or not template.use(self._database)
        self._listener = socket.create_server(("127.0.0.1", 0))
        port = self._listener.getsockname()[1]
        self.environment = {
            "PREFECT_HOME": str(home),
            "PREFECT_API_URL": f"http://127.0.0.1:{port}/api",
            OWN: "1",
            "NO_PROXY": ",".join(filter(None, [os.environ.get("NO_PROXY"), "127.0.0.1"])),
        }
        if "PREFECT_SERVER_API_AUTH_STRING" not in os.environ:  # other users of the machine have no business here
            secret = f"run:{secrets.token_urlsafe(24)}"
            self.environment |= {"PREFECT_API_AUTH_STRING": secret, "PREFECT_SERVER_API_AUTH_STRING": secret}
        forgetting = {RETENTION: str(keep.total_seconds()), **FORGETTING} if schedules and keep else {}
        for name, value in forgetting.items():
            self.environment.setdefault(name, os.environ.get(name, value))
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                [
                    sys.executable,
                    "-P",
                    __file__,  # by its place: a name would be looked for
                    str(self._listener.fileno()),
                    *(["schedules"] if schedules else []),
                ],
                env={**os.environ, **self.environment, **(SERVER if self._is_new else SERVER | KNOWN)},
                stdin=subprocess.PIPE,  # never written to: its end tells the server that the run is over
                stdout=log,
                stderr=subprocess.STDOUT,
                pass_fds=[self._listener.fileno()],
                start_new_session=True,  # Ctrl-C is for the run, which then stops the server
            )

    def wait(self) -> None:
        """Wait until the API answers. The socket listens from the start, so one request is enough."""
        connection = HTTPConnection("127.0.0.1", self._listener.getsockname()[1], timeout=START_SECONDS)
        dead = threading.Thread(target=self._refuse_when_dead, daemon=True)
        dead.start()
        try:
            connection.request("GET", "/api/health")
            status = connection.getresponse().status
        except (OSError, HTTPException) as error:
            raise ServerFailed(f"Prefect's API did not start ({error}); its output is in {self._log}.") from error
        finally:
            connection.close()
        if status != 200:
            raise ServerFailed(f"Prefect's API answers {status}; its output is in {self._log}.")
        self._ready.touch()
        if self._is_new:
            from flows import template

            template.keep(self._database)

    def _refuse_when_dead(self) -> None:
        """Close the listening socket when the server has ended, so that whoever waits for it learns it."""
        self._process.wait()
        self._listener.close()

    def stop(self) -> None:
        """End the server; waits for it."""
        self._process.terminate()
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._listener.close()


@contextmanager
def prefect_api(
    home: Path, lake: Lake, verbose: bool = False, schedules: bool = False, keep: timedelta | None = None
) -> Iterator[None]:
    """Prefect ready to run flows in this process: with the operator's API where one is set, else with one of our own (`Server`).

    Sets environment variables, so it must be entered before Prefect is imported. Raises ServerFailed.
    """
    os.environ.update(quiet_environment(verbose))
    if is_chosen():
        yield
        return
    if (why := damage(home)) is not None:
        _renew(home, lake, why)
    server = Server(home, schedules, keep)
    try:
        os.environ.update(server.environment)
        import flows.main_job  # noqa: F401 -- here, while the server starts: both take their time

        server.wait()
        yield
    finally:
        server.stop()


def damage(home: Path) -> str | None:
    """What is wrong with the database of a Prefect of our own, which holds nothing that is needed again."""
    file = home / "prefect.db"
    if not file.exists() or not any(home.glob("database-of-*")):
        return None
    try:
        with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=rw", uri=True)) as con:
            said = con.execute("pragma quick_check(1)").fetchone()
            con.execute("select count(*) from alembic_version").fetchone()
    except sqlite3.DatabaseError as error:
        return f"is no database that Prefect can use ({error})"
    return None if said == ("ok",) else "is a damaged database"


def _size(file: Path) -> int:
    return file.stat().st_size if file.exists() else 0


def _renew(home: Path, lake: Lake, why: str) -> None:
    """Set a damaged database aside, with its journals; Prefect makes a new one."""
    for file in sorted(home.glob("prefect.db*")):
        lake.set_aside(file, why if file.name == "prefect.db" else "belongs to a damaged database")
    for file in home.glob("database-of-*"):
        file.unlink()


def serve(listener: socket.socket, schedules: bool) -> None:
    """Answer Prefect's API on this socket until told to stop, or until standard input ends."""
    threading.Thread(target=_end_with_run, daemon=True).start()
    gc.disable()  # what is imported stays: to look through it again and again for garbage costs a sixth of the start
    import uvicorn
    from prefect.server.api.server import create_app

    config = uvicorn.Config(
        create_app(ephemeral=not schedules, final=True), log_level="error", lifespan="on", timeout_graceful_shutdown=1
    )
    gc.freeze()
    gc.enable()
    uvicorn.Server(config).run(sockets=[listener])


def _end_with_run() -> None:
    sys.stdin.buffer.read()
    os._exit(1)


if __name__ == "__main__":
    serve(socket.socket(fileno=int(sys.argv[1])), "schedules" in sys.argv[2:])
