"""The `ogi` command: one module a command, each with one sentence and one example.

Worker processes import what started them, so this door itself imports nothing.
"""

from __future__ import annotations

import io
import os
import sys
from typing import NoReturn

STOPPED = 130  # 128 + SIGINT, as shells have it


def main() -> None:
    """Run the `ogi` command; what it prints is UTF-8 whatever the terminal's locale says."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    os.environ["PYTHONSAFEPATH"] = (
        "1"  # processes of ours import what is installed, not what lies in the working folder
    )
    try:
        from flows.cli.app import app

        app()
    except KeyboardInterrupt:
        _leave()  # before a command has begun, or after it has ended
    except SystemExit as end:
        if end.code == STOPPED:
            _leave()
        raise


def _leave() -> NoReturn:
    """End at once: the libraries that were interrupted would complain about it at length while Python winds down."""
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(STOPPED)
