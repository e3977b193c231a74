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


def looked_for(name: str) -> Path:
    """Where the corrections or the sources are looked for by who is not told: `data/<name>` of the working folder if it is there,
    else what is shipped. Where nothing is shipped (an installed package has no corrections), it is the working folder's all the same.
    """
    here, carried = Path("data", name), shipped("data", name)
    return here if here.is_dir() or not carried.is_dir() else carried
