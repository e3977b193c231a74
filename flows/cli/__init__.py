"""The `ogi` command: one module a command, each with one sentence and one example.

Worker processes import what started them, so this door itself imports nothing.
"""

from __future__ import annotations

import atexit
import io
import os
import signal
import sys
from typing import NoReturn

STOPPED = 130  # 128 + SIGINT, as shells have it


def main() -> None:
    """Run the `ogi` command; what it prints is UTF-8 whatever the terminal's locale says."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    ended: list[int] = []
    atexit.register(_wind_down, ended)  # the first that is registered is the last that is called
    os.environ["PYTHONSAFEPATH"] = (
        "1"  # processes of ours import what is installed, not what lies in the working folder
    )
    # Arrow's own allocator keeps what it has freed: 60 MB beside the engine that builds
    os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")
    try:
        asked = signal.getsignal(signal.SIGINT)
        if asked is signal.default_int_handler:  # an import that is interrupted may swallow it, and complain
            signal.signal(signal.SIGINT, lambda *_: _leave())
        from flows.cli.app import app

        signal.signal(signal.SIGINT, asked)
        app()
    except KeyboardInterrupt:
        _leave()  # before a command has begun, or after it has ended
    except SystemExit as end:
        if end.code == STOPPED:
            _leave()
        ended.append(end.code if isinstance(end.code, int) else 0 if end.code is None else 1)
        raise


def _wind_down(ended: list[int]) -> None:
    """The very end of a command that knows its exit status: what native libraries would say of objects that a thread still holds
    (`nanobind: leaked …`) is nobody's business.
    """
    if not ended:
        return
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except OSError:
        return  # Python says so itself
    os._exit(ended[0])


def _leave() -> NoReturn:
    """End at once: the libraries that were interrupted would complain about it at length while Python winds down."""
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(STOPPED)
