"""How a process ended, in words."""

from __future__ import annotations

import signal


def cause(exitcode: int | None) -> str:
    """The name of the signal that ended it, or its exit status."""
    if exitcode is not None and exitcode < 0:
        return signal.Signals(-exitcode).name
    return f"exit status {exitcode}"
