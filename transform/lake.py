"""The lake: one home folder, and the only module that changes what stands in it.

    home/raw/ab/<sha256>                     documents, by content (`extract/raw_store.py`)
    home/raw/ab/packed/<sha256>.pack         many of them in one file (`extract/packs.py`); raw/inside/: what archives hold
    home/intake/<part>/                      which files were taken in, when
    home/extracted/<extractor>/<part>/       what a batch of extractions gave
    home/state/                              indexes of the register, made again when they are missing (`register_index.py`)
    home/builds/<build id>/, home/star → …   the star as Parquet (`partitions.py`), and the link to the current one
    home/ogi.duckdb                          the same star with views
    home/ogi.duckdb.known.json               its hash, so that damage shows
    home/releases/<YYYY.MM>/                 what was released; never changed (`flows/releasing.py`)
    home/runs/                               what runs say of themselves
    home/damaged/<date>/                     derived things that were damaged, and made again (`heal.py`)
    home/scratch/                            everything unfinished; swept when a run begins

Everything is built in scratch/ and moved into place by one rename, so that a run killed at any moment leaves what
was there before. Nothing published is ever changed; it is replaced.
"""

from __future__ import annotations

import errno
import itertools
import json
import os
import platform
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from extract.raw_store import RawStore
from transform.sealed import MANIFEST, fsync, is_as_signed, read_object, seal, sha256_of, signed, walked

MERGED = "merged-"
"""How the name of a part begins that replaces others."""


class LakeBusy(Exception):
    """Another run holds the lake; the message names it."""


@dataclass(frozen=True, slots=True)
class Holder:
    """The run that holds the lock."""

    pid: int
    host: str
    since: str  # ISO 8601, UTC


class Lake:
    """One home folder. Making a `Lake` touches nothing; whoever writes holds `lock()`."""

    def __init__(self, home: Path) -> None:
        self.home = home.absolute()
        self.raw = self.home / "raw"
        self.intake = self.home / "intake"
        self.extracted = self.home / "extracted"
        self.builds = self.home / "builds"
        self.star = self.home / "star"
        self.database = self.home / "ogi.duckdb"
        self.known_database = self.home / "ogi.duckdb.known.json"
        self.foreign_log = self.home / "ogi.duckdb.wal"
        self.state = self.home / "state"
        self.runs = self.home / "runs"
        self.releases = self.home / "releases"
        self.damaged = self.home / "damaged"
        self.raw_store = RawStore(self.raw, self.home / "scratch")
        self.is_looked_through = False
        """Whether the run that holds the lock has looked for damage (`heal.py`)."""
        self.healed: list[str] = []
        """What was set aside and is not told yet, a line each; whoever tells it empties the list."""
        self._scratch = self.home / "scratch"
        self._holder = self.home / "lake.holder.json"
        # not thread_local: the threads of one run share its lock
        self._lock = FileLock(self.home / "lake.lock", thread_local=False)

    # -- who may write ------------------------------------------------------------------------------------------

    @contextmanager
    def lock(self, wait_seconds: float = 0) -> Iterator[None]:
        """Hold the lake against other runs; waits up to `wait_seconds` (negative: for ever).

        What a killed run left unfinished is removed on entry. Raises LakeBusy when the wait ends in vain.
        """
        self.home.mkdir(parents=True, exist_ok=True)
        nested = self._lock.is_locked
        try:
            self._lock.acquire(timeout=wait_seconds)
        except Timeout:
            raise LakeBusy(self._busy(wait_seconds)) from None
        try:
            if not nested:
                self.is_looked_through = False
                self._sweep()
                if self._holder.exists() and self.holder() is None:
                    self.set_aside(self._holder, "is no record of a run")
                here = Holder(os.getpid(), platform.node(), datetime.now(UTC).isoformat(timespec="seconds"))
                self._replace(self._holder, json.dumps(asdict(here)).encode())
            yield
        finally:
            if not nested:
                self._holder.unlink(missing_ok=True)
            self._lock.release()

    def holder(self) -> Holder | None:
        """The run that last took the lock and has not given it back (it may have been killed since). None also where the
        record is damaged."""
        try:
            return Holder(**json.loads(self._holder.read_bytes()))
        except (FileNotFoundError, IsADirectoryError, ValueError, TypeError):
            return None

    def _busy(self, waited: float) -> str:
        holder = self.holder()
        who = f"process {holder.pid} on {holder.host}, since {holder.since}" if holder else "another process"
        return f"The lake {self.home} is held by {who} (waited {waited:g} s). Wait for it to end, or use another home."

    def _sweep(self) -> None:
        """Remove what is unfinished, and builds that are neither current nor the one before."""
        if self._scratch.exists():
            shutil.rmtree(self._scratch)
        keep = {self._build(), (self.star_manifest() or {}).get("previous")}
        for folder in folders(self.builds):
            if folder.name not in keep:
                shutil.rmtree(folder)

    # -- building aside -----------------------------------------------------------------------------------------

    @contextmanager
    def scratch(self) -> Iterator[Path]:
        """An empty folder to build in, on the lake's own file system; removed afterwards if still there."""
        self._scratch.mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(dir=self._scratch))
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def set_aside(self, path: Path, why: str) -> Path:
        """Move something damaged or foreign out of the way, into damaged/<date>/, and note one line about it."""
        folder = self.damaged / f"{datetime.now(UTC):%Y-%m-%d}"
        folder.mkdir(parents=True, exist_ok=True)
        name = str(path.relative_to(self.home))
        flat = name.replace(os.sep, "-")
        taken = (folder / (f"{flat}.{n}" if n else flat) for n in itertools.count())
        target = next(free for free in taken if not os.path.lexists(free))
        path.rename(target)
        fsync(folder)
        self.healed.append(f"{name} {why}: set aside in {target.relative_to(self.home)}, and made again.")
        return target

    def _replace(self, target: Path, content: bytes) -> None:
        with self.scratch() as aside:
            built = aside / target.name
            built.write_bytes(content)
            self._move(built, target)

    def _move(self, built: Path, target: Path) -> None:
        """Make `built` durable, then let it take the place of `target` in one step."""
        for path in [built, *built.rglob("*")] if built.is_dir() else [built]:
            if path.is_dir() or path.stat().st_nlink == 1:  # what has another name was made durable under that
                fsync(path)
        target.parent.mkdir(parents=True, exist_ok=True)
        built.replace(target)
        fsync(target.parent)

    # -- parts --------------------------------------------------------------------------------------------------

    def publish_part(self, built: Path, kind: Path, name: str, replaces: Sequence[str] = ()) -> Path:
        """Move a finished part into `kind` (the intake or an extractor's folder). The same name is the same part.

        The hashes of its files are added to it. `replaces`: the parts whose rows it has (`compaction.py`).
        """
        target = kind / name
        if not target.exists():
            seal(built, replaces)
            self._move(built, target)
        return target

    def publish_run(self, built: Path, name: str) -> None:
        """Move a run's record into place."""
        self._move(built, self.runs / name)

    def add_to_run(self, built: Path, name: str) -> None:
        """Put further files, those in the folder `built`, beside a run's record."""
        for file in sorted(built.iterdir()):
            self._move(file, self.runs / name / file.name)

    def parts_of(self, extractor_version: str) -> Path:
        """The folder of an extractor version's parts."""
        return self.extracted / extractor_version

    def parts(self, kind: Path) -> list[Path]:
        """The parts in `kind` that count, by name: those that a merged one replaces do not."""
        replaced = self.replaced(kind)
        return [folder for folder in folders(kind) if folder.name not in replaced]

    def replaced(self, kind: Path) -> set[str]:
        """The names of the parts in `kind` whose rows stand in merged ones, whether they are still there or not."""
        merged = (folder for folder in folders(kind) if folder.name.startswith(MERGED))
        return {name for folder in merged for name in (read_object(folder / MANIFEST) or {}).get("replaces", [])}

    def part_files(self, kind: Path, name: str) -> list[str]:
        """The file `name` of every part in `kind`, sorted."""
        return [str(folder / name) for folder in self.parts(kind)]

    # -- star and database --------------------------------------------------------------------------------------

    def _build(self) -> str | None:
        return self.star.readlink().name if self.star.is_symlink() else None

    def star_manifest(self) -> dict[str, Any] | None:
        """What the current star says of itself, None where there is none, or it or a file of it is missing, cut or damaged.

        Files are told by their sizes; `heal.py` tells them by their hashes.
        """
        manifest = read_object(self.star / MANIFEST)
        wanted = {"build_id", "rows", "documents", "files", "extractor"}
        if manifest is None or not wanted <= set(manifest) or not is_as_signed(manifest):
            return None
        there = {name: stat.st_size for name, stat in walked(self.star)}
        return manifest if manifest["files"].items() <= there.items() else None

    def _hashes_by_place(self) -> dict[tuple[int, int, int], str]:
        """The hashes of the current star's files, by where they stand on the disk: a new star may have links to them."""
        named = (self.star_manifest() or {}).get("sha256", {})
        return {_place(stat): named[name] for name, stat in (walked(self.star) if named else ()) if name in named}

    def publish_star(self, built: Path, manifest: dict[str, Any]) -> None:
        """Make the Parquet files in `built` the current star; the one before is kept until the next publication.

        `manifest` must hold `build_id`; sizes and hashes of the files and the name of the build before are added.
        """
        before, build_id = self._build(), str(manifest["build_id"])
        found = dict(sorted(walked(built)))
        files = {name: stat.st_size for name, stat in found.items()}
        known = self._hashes_by_place()
        hashes = {name: known.get(_place(stat)) or sha256_of(built / name) for name, stat in found.items()}
        text = json.dumps(signed({**manifest, "previous": before, "files": files, "sha256": hashes}), indent=1)
        (built / MANIFEST).write_text(text, encoding="utf-8")
        self.adopt(built, f"{self.builds.name}/{build_id}")  # one that was never linked, or is damaged, makes room
        self.stand_on(build_id)
        for folder in folders(self.builds):
            if folder.name not in {build_id, before}:
                shutil.rmtree(folder)

    def adopt(self, built: Path, name: str) -> None:
        """Put in place, below the home, what is finished: a folder or file that was brought from another copy of this lake, too."""
        target = self.home / name
        if target.is_dir():
            with self.scratch() as aside:
                target.rename(aside / target.name)
        self._move(built, target)

    def stand_on(self, build_id: str) -> None:
        """Make a build that is there the current star."""
        with self.scratch() as aside:
            link = aside / "star"
            link.symlink_to(Path(self.builds.name) / build_id)
            link.replace(self.star)
        fsync(self.home)

    def publish_database(self, built: Path, rows: int | None = None) -> None:
        """Let a closed database file take the old one's place; whoever has the old one open keeps it. `rows`: where it was loaded
        whole, how many it holds.

        A log that somebody's writing left beside it belongs to the old file: the new one could not be opened with it.
        """
        # first the hash, then the file: whatever ends this, and however often, the file that stands is a known one
        known: dict[str, Any] = {"sha256": [*self.known_databases()[-7:], sha256_of(built)]}
        if rows is not None:
            known["whole"] = {"bytes": built.stat().st_size, "rows": rows}
        elif (before := read_object(self.known_database)) is not None:
            known["whole"] = before.get("whole")
        self.known_database.write_text(json.dumps(known), encoding="utf-8")
        fsync(self.known_database)
        if self.foreign_log.exists():
            self.set_aside(self.foreign_log, "was left by somebody who wrote into the database")
        if self.database.is_dir():
            self.set_aside(self.database, "is a folder")
        self._move(built, self.database)

    def publish_release(self, built: Path) -> Path:
        """Move a finished release, under its folder's name, into place; gives where. Raises FileExistsError where it is taken."""
        target = self.releases / built.name
        if os.path.lexists(target):
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(target))
        self._move(built, target)
        return target

    def known_databases(self) -> list[str]:
        """The SHA-256 of each file that may stand as the database; empty where nothing is known of it."""
        try:
            known = json.loads(self.known_database.read_bytes())["sha256"]
        except (FileNotFoundError, IsADirectoryError, ValueError, KeyError, TypeError):
            return []
        return [name for name in known if isinstance(name, str)] if isinstance(known, list) else []


def _place(stat: os.stat_result) -> tuple[int, int, int]:
    """Where a file stands on the disk, and when it was written."""
    return (stat.st_dev, stat.st_ino, stat.st_mtime_ns)


def folders(parent: Path) -> list[Path]:
    """The folders in a folder, by name; none where it is not there."""
    return sorted(path for path in parent.iterdir() if path.is_dir()) if parent.is_dir() else []
