"""One night as a script, for the tests to kill: HOME LISTING..."""

from __future__ import annotations

import sys
from pathlib import Path

from extract.fetch.model import Source
from extract.fetch.night.collect import collecting, night
from tests.fetch.night.conftest import HASTY, LOOPBACK
from tests.fetch.night.standin import READING

if __name__ == "__main__":
    with collecting(Path(sys.argv[1]), HASTY, READING, LOOPBACK) as opened:
        night(opened, [Source(f"source {number}", (url,)) for number, url in enumerate(sys.argv[2:])])
