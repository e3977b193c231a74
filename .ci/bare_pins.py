"""Pins each package that is pinned with extras a second time without them: `python .ci/bare_pins.py requirements.txt`.

With --require-hashes pip takes a package only as a pin names it: some packages ask for sqlalchemy, others for sqlalchemy[asyncio].
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

_ENTRY = re.compile(r"^(?=\S)", re.MULTILINE)
_WITH_EXTRAS = re.compile(r"([\w.-]+)\[[^\]]*\](?===)")


def twice(pins: str) -> str:
    """The pins of a requirements file, those with extras both ways."""
    entries = []
    for entry in _ENTRY.split(pins):
        if found := _WITH_EXTRAS.match(entry):
            entries.append(found[1] + entry[found.end() :])
        entries.append(entry)
    return "".join(entries)


if __name__ == "__main__":
    file = Path(sys.argv[1])
    file.write_text(twice(file.read_text(encoding="utf-8")), encoding="utf-8")
