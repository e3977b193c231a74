"""Who may write into a bucket: one job at a time, told by an object that it writes again and again while it lives.

No clock is compared. A job that finds the object of another one looks at it for a while: one that does not change was left by a job
that is dead, and is taken over. After writing its own, a job waits and reads it again: of two that wrote at the same moment the last
one is told, the other refused. S3's conditional writes would close the moment that is left (a job that is stopped for longer than
`SETTLE` between reading and writing), but the library has none: so a state is written only after the object and the state before were
read again, and a state is always one job's whole (`manifest.py`).
"""

from __future__ import annotations

import json
import os
import platform
import secrets
import threading
import time
from contextlib import suppress
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Self

from flows.bucket.store import BucketFailed, Store
from flows.exit_status import LOSSES

NAME = "holder.json"
BEAT, DEAD = 10.0, 45.0
"""Seconds between two writings, and without any after which the job counts as dead."""
SETTLE = 2.0


class Holder:
    """This job's hold on a bucket while it is entered. `own`: tokens of jobs of this working copy, which nobody else runs on now."""

    def __init__(self, store: Store, own: str | None, wait: float) -> None:
        self.token = secrets.token_hex(16)
        self._store, self._own, self._wait = store, own, wait
        self._beats = 0
        self._ended = threading.Event()
        self._lost: str | None = None
        self._beating = threading.Thread(target=self._beat, daemon=True)

    def __enter__(self) -> Self:
        """Raises BucketFailed where another job holds it."""
        self._until_free()
        self._write()
        time.sleep(SETTLE)
        self.check()
        self._beating.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ended.set()
        self._beating.join(timeout=self._store.patience)
        with suppress(BucketFailed):  # the next job finds that nobody lives
            if self._told() == self.token:
                self._store.remove(NAME)

    def check(self) -> None:
        """See that the bucket is still ours. Raises BucketFailed."""
        if self._lost is not None or self._told() != self.token:
            raise BucketFailed(f"another job has taken {self._store.where} over: {self._who()}.")

    def _until_free(self) -> None:
        seen, since = self._store.read(NAME), time.monotonic()
        begun = since
        while seen is not None and _token(seen) not in (self._own, None):
            now = time.monotonic()
            if now - since >= DEAD:
                return
            if now - begun > self._wait + DEAD:
                raise BucketFailed(f"{self._store.where} is held by {self._who()}: wait for it to end.", LOSSES)
            time.sleep(min(BEAT / 5, DEAD / 5))
            again = self._store.read(NAME)
            if again != seen:
                if now - begun > self._wait and again is not None:
                    raise BucketFailed(f"{self._store.where} is held by {self._who()}: wait for it to end.", LOSSES)
                seen, since = again, time.monotonic()

    def _beat(self) -> None:
        while not self._ended.wait(BEAT):
            try:
                if self._told() != self.token:
                    self._lost = "taken"
                    return
                self._write()
            except BucketFailed:
                continue  # the job itself will find out; that nobody took it over is told by the next reading

    def _write(self) -> None:
        self._beats += 1
        since = datetime.now(UTC).isoformat(timespec="seconds")
        said = {"token": self.token, "host": platform.node(), "pid": os.getpid(), "written": since, "beat": self._beats}
        self._store.send(NAME, json.dumps(said).encode())

    def _told(self) -> str | None:
        content = self._store.read(NAME)
        return None if content is None else _token(content)

    def _who(self) -> str:
        said = _read(self._store.read(NAME) or b"")
        return f"process {said.get('pid')} on {said.get('host')}" if said else "nobody that can be told"


def _read(content: bytes) -> dict[str, Any]:
    try:
        found = json.loads(content)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _token(content: bytes) -> str | None:
    token = _read(content).get("token")
    return token if isinstance(token, str) else None
