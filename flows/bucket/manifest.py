"""What a state of a lake in a bucket is: `manifest.json`, which names every file by its content, and says that it is whole itself.

    objects/ab/<sha256>       the bytes of files other than documents: of parts, builds, records of runs, releases, the history
    raw/ab/<sha256>           documents, as in a folder; raw/ab/packed/<sha256>.pack; raw/inside/<sha256>-<sha256>.json
    segments/<sha256>         which documents one job has added, a line each
    manifest.json             the state that stands; written last
    manifest.before.json      the one before, whose objects are still there
    damaged/<date>/           objects that were not what their names say

A unit is what a lake publishes in one step (a part, a build, a run's record) and never changes; only the history is one file that does.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, NamedTuple

from extract.raw_store import is_name
from transform.lake import Lake, folders
from transform.sealed import is_as_signed, sha256_of, signed

NAME, BEFORE = "manifest.json", "manifest.before.json"
HISTORY = "fetch/history.sqlite"
FORMAT = 1
LINE = 100
"""So many states that came before are named in one."""


class Entry(NamedTuple):
    """A file's content."""

    sha256: str
    bytes: int


Unit = dict[str, Entry]
"""The files of a unit by their names below it; of a unit that is one file, by an empty name."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """A state. `star`: the current build; `segments`: the lists of documents; `lost`: documents of them that are not there any more;
    `retired`: contents that the state before had and this one has not; `by`: the token of the job that wrote it; `line`: of those
    that wrote the states before.
    """

    generation: int = 0
    by: str = ""
    star: str | None = None
    units: dict[str, Unit] = field(default_factory=dict)
    segments: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    retired: list[str] = field(default_factory=list)
    line: list[str] = field(default_factory=list)

    def contents(self) -> dict[str, int]:
        """The sizes of all contents that it names, but documents."""
        return {entry.sha256: entry.bytes for unit in self.units.values() for entry in unit.values()}

    def says_as(self, other: Manifest) -> bool:
        """Whether two describe the same lake, whoever wrote them."""
        return _what(self) == _what(other)

    def comes_after(self, other: Manifest) -> bool:
        """Whether another state is this one, or one of those that it was made from."""
        return other.by in (self.by, *self.line) or other.generation < self.generation - LINE

    def after(self, said: Manifest, token: str) -> Manifest:
        """The state `said` as this one's successor, written by the job with this token."""
        gone = sorted(self.contents().keys() - said.contents().keys())
        line = [*self.line, self.by][-LINE:]
        return replace(said, generation=self.generation + 1, by=token, retired=gone, line=line)

    def text(self) -> bytes:
        """As it is written."""
        return json.dumps(signed({"format": FORMAT, **asdict(self)}), separators=(",", ":")).encode()


def _what(said: Manifest) -> Manifest:
    return replace(said, generation=0, by="", retired=[], line=[])


def read(content: bytes) -> Manifest | None:
    """A manifest from its text; None where that is cut, changed, or not one of this format."""
    try:
        said: dict[str, Any] = json.loads(content)
        if said["format"] != FORMAT or not is_as_signed(said):
            return None
        units = {
            name: {file: Entry(str(sha), int(size)) for file, (sha, size) in unit.items()}
            for name, unit in said["units"].items()
        }
        names = [*units, *(file for unit in units.values() for file in unit)]
        shas = [
            *said["segments"],
            *said["retired"],
            *(entry.sha256 for unit in units.values() for entry in unit.values()),
        ]
        if any(name.startswith("/") or ".." in name.split("/") for name in names) or not all(map(is_name, shas)):
            return None
        rest = {name: said[name] for name in ("generation", "by", "star", "segments", "lost", "retired", "line")}
        return Manifest(units=units, **rest)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


def is_newer(content: bytes) -> bool:
    """Whether this is a manifest of a format that came after this one."""
    try:
        return int(json.loads(content)["format"]) > FORMAT
    except (ValueError, KeyError, TypeError, RecursionError):
        return False


def object_name(sha256: str) -> str:
    """Where a content stands."""
    return f"objects/{sha256[:2]}/{sha256}"


class Known:
    """The hashes of the files of a working copy, by their sizes and times of writing, so that what stands is not hashed again."""

    def __init__(self, said: dict[str, Any]) -> None:
        self._before, self.now = said, dict[str, list[Any]]()

    def entry(self, file: Path, name: str) -> Entry:
        """A file's content."""
        stat = file.stat()
        place = [stat.st_size, stat.st_mtime_ns, stat.st_ino]
        before = self._before.get(name) or self.now.get(name)
        sha = before[-1] if before and before[:-1] == place else sha256_of(file)
        self.now[name] = [*place, sha]
        return Entry(sha, stat.st_size)


def places(lake: Lake) -> Iterator[tuple[str, Path]]:
    """The units of a working copy, by name. What is derived and cheap (the database, indexes) is none; what a run has not ended is none."""
    kinds = [lake.intake, *folders(lake.extracted), lake.builds, lake.releases]
    found = [unit for kind in kinds for unit in folders(kind)]
    found += [run for run in folders(lake.runs) if (run / "run.json").is_file()]
    for unit in found:
        yield unit.relative_to(lake.home).as_posix(), unit
    if (lake.home / HISTORY).is_file():
        yield HISTORY, lake.home / HISTORY


def unit_of(name: str, place: Path, known: Known) -> Unit:
    """A unit's files and their contents."""
    if place.is_file():
        return {"": known.entry(place, name)}
    files = sorted(file for file in place.rglob("*") if file.is_file())
    return {(inside := file.relative_to(place).as_posix()): known.entry(file, f"{name}/{inside}") for file in files}


def star_of(lake: Lake) -> str | None:
    """The current build of a working copy."""
    return lake.star.readlink().name if lake.star.is_symlink() and lake.star.is_dir() else None


def content_of(name: str) -> str:
    """The SHA-256 that a file of the raw store has, by its name."""
    return name.rpartition("/")[2].partition(".")[0].rpartition("-")[2]


def documents(lake: Lake) -> Iterator[tuple[str, int]]:
    """The files of the raw store and their sizes, by their names below `raw/`: documents, packs, and the lists of archives."""
    for file in lake.raw_store.inside.files():
        yield f"{file.parent.name}/{file.name}", file.stat().st_size
    for folder in lake.raw_store.folders():
        for file in sorted(folder.iterdir()):
            if is_name(file.name):
                yield f"{folder.name}/{file.name}", file.stat().st_size
        for pack in sorted((folder / "packed").glob("*.pack")):
            yield f"{folder.name}/packed/{pack.name}", pack.stat().st_size
