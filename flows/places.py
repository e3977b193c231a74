"""Which folders a command uses, and why these: told, found in the working folder, or shipped."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from extract.shipped import shipped
from flows.settings import CollectSettings, variable


class Place(NamedTuple):
    """One folder: its setting (home, corrections, sources), where it is, and why there."""

    name: str
    folder: Path
    why: str


def places(chosen: CollectSettings) -> list[Place]:
    """The lake, the corrections and the sources. The lake is never looked for: it is `data/lake` of the working folder unless told."""
    found = []
    for name in ("home", "corrections", "sources"):
        folder: Path = getattr(chosen, name)
        if name in chosen.model_fields_set:
            why = f"told by --{name} or {variable(name)}"
        elif folder == shipped("data", name):
            why = "shipped with the program"
        else:
            why = "of the working folder"
        found.append(Place(name, folder.absolute(), why))
    return found
