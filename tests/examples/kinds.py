"""What must have an example: every reader, every family of sites, every check, by the names that the code declares."""

from __future__ import annotations

import re

from extract.fetch.discover.families import FAMILIES
from extract.read import READERS
from tests.conftest import ROOT

CHECKS: tuple[str, ...] = tuple(
    re.findall(r"^\| `([a-z_.]+)` \|", (ROOT / "docs" / "checks.md").read_text(encoding="utf-8"), re.MULTILINE)
)
"""The codes of docs/checks.md, which a test holds to what the code declares."""

ACROSS: frozenset[str] = frozenset(file.stem for file in (ROOT / "sql" / "checks").glob("*.sql"))
"""Checks that run over a warehouse: an example of one is a folder of documents that are loaded together."""

UNSHOWN: dict[str, str] = {
    "reading.value": "readers already refuse every number that no fact can hold; the loader asks once more",
}
"""Checks that no document brings about, with the reason."""

KINDS: frozenset[str] = frozenset({*READERS, *FAMILIES, *CHECKS} - UNSHOWN.keys())
