"""Finds what the project ships beside its code: `sql/` and `data/`, in the installed package, else in the checkout.

A wheel carries them below this package (see `force-include` in pyproject.toml); in a checkout they stand at its top.
"""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent
_CARRIED = _PACKAGE / "_shipped"


def is_installed() -> bool:
    """Whether this code runs from a wheel: then nothing is to be written where it lies."""
    return _CARRIED.is_dir()


def shipped(*parts: str) -> Path:
    """The path of a shipped file or folder, as in `shipped("data", "reference")`."""
    return (_CARRIED if is_installed() else _PACKAGE.parent).joinpath(*parts)


CORRECTIONS = Path("data/corrections") if is_installed() else shipped("data", "corrections")
"""Where people's corrections stand, unless told otherwise: a checkout has its own; an installed package is not written to, so
there it is the working folder's, beside the lake."""
