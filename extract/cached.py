"""The user's folder for what is dear to make and may be lost at any time; who has none pays each time."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path


def folder() -> Path:
    """Where such things are kept; it need neither exist nor be writable."""
    given = os.environ.get("XDG_CACHE_HOME", "")
    return (Path(given) if Path(given).is_absolute() else Path(os.path.expanduser("~/.cache"))) / "ogi"  # noqa: PTH111 -- never raises


def keep(file: Path, content: bytes) -> None:
    """Write a file whole or not at all, its folder with it. Raises OSError."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=file.parent, delete=False) as made:
        try:
            made.write(content)
            made.flush()
            Path(made.name).replace(file)
        except OSError:
            Path(made.name).unlink(missing_ok=True)
            raise
