"""The working copy of a lake in a bucket: brought up to the bucket's state before a job, sent after it.

A job runs on a folder as always. Before, what the bucket's manifest names and the copy lacks is fetched, each file against its hash;
documents only when somebody reads them. After, what is new goes up: documents, contents, and the manifest last. What a job that ended
before has not sent stays in the copy and goes up with the next one.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import replace
from pathlib import Path

import duckdb
from filelock import FileLock, Timeout

from extract import cached
from extract.fetch.night.collect import CollectBusy
from extract.fetch.night.collect import held as collecting_held
from extract.raw_store import is_name, kept_elsewhere
from flows.bucket import manifest as manifests
from flows.bucket.contents import Contents
from flows.bucket.documents import Documents
from flows.bucket.holder import Holder
from flows.bucket.manifest import HISTORY, NAME, Known, Manifest, Unit, object_name
from flows.bucket.standing import publish, standing
from flows.bucket.store import Address, BucketFailed, Store, at_once
from flows.exit_status import LOSSES, WRONG_USE
from flows.steps import lake_at
from transform.empty_warehouse import LoadFailed
from transform.lake import LakeBusy
from transform.load import load
from transform.sealed import fault, hashes, read_object, sha256_of

NOTE, LOCK = "bucket.json", "bucket.lock"
TRIES = 3
"""So often a state that goes on meanwhile is begun with."""
READ = ("builds/", "runs/")
"""The units that reading commands need."""


def folder_of(where: Address, told: Path | None) -> Path:
    """Where the working copy of a bucket stands."""
    if told is not None:
        return told.absolute()
    endpoint = os.environ.get("AWS_ENDPOINT_URL_S3") or os.environ.get("AWS_ENDPOINT_URL") or ""
    mark = hashlib.sha256(f"{endpoint} {where}".encode()).hexdigest()[:12]
    return cached.folder() / "buckets" / f"{where.bucket}-{mark}"


class WorkingCopy:
    """One bucket and its copy in `folder`; `said` collects lines for the person."""

    def __init__(self, store: Store, folder: Path) -> None:
        self.store, self.folder = store, folder
        self.said: list[str] = []
        self._lake = lake_at(str(folder))
        note = read_object(folder / NOTE) or {}
        if (other := note.get("address")) not in (None, str(store.where)):
            raise BucketFailed(f"{folder} is the working copy of {other}: name another folder in OGI_WORK.", WRONG_USE)
        self.token: str | None = note.get("token")
        self._base = manifests.read(json.dumps(note["state"]).encode()) if "state" in note else None
        self._known = Known(note.get("files") or {})
        self._holder: Holder | None = None
        self._stands: bytes | None = None
        self._state = Manifest()
        self._contents = Contents(store, self.said)
        self._documents = Documents(self._contents, self._lake)

    # -- a job, a question ----------------------------------------------------------------------------------------

    @contextmanager
    def writing(self, wait: float) -> Iterator[None]:
        """Hold bucket and copy for a job that writes, the copy brought up to date; `push` sends what it did. Raises BucketFailed."""
        self.folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(self.folder / LOCK)
        try:
            lock.acquire(timeout=wait)
        except Timeout:
            raise BucketFailed(f"another process works on {self.folder}: wait for it to end.", LOSSES) from None
        try:
            self.store.check()
            with Holder(self.store, self.token, wait) as self._holder:
                self.token, self._contents.may_write = self._holder.token, True
                self._note()
                self._pull(())
                with kept_elsewhere(self._lake.raw, self._documents.bring):
                    yield
        finally:
            lock.release()

    @contextmanager
    def reading(self, kinds: Sequence[str], whole: bool = False) -> Iterator[None]:
        """The copy with the bucket's state of these kinds of units (of none: all), and its database. `whole`: all documents, too.

        Where another process works on the copy, it is as that one has left it. Raises BucketFailed.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(self.folder / LOCK)
        try:
            lock.acquire(timeout=0)
        except Timeout:
            self.said.append(f"another process brings {self.folder} up to date: this is what stands there now.")
            yield
            return
        try:
            self.store.check()
            self._pull(kinds)
            with kept_elsewhere(self._lake.raw, self._documents.bring):
                if whole:
                    names = (name.rpartition("/")[2] for name in self._documents.there())
                    self._lake.raw_store.bring(sorted(filter(is_name, names)))
                yield
        finally:
            lock.release()

    # -- from the bucket ------------------------------------------------------------------------------------------

    def _pull(self, kinds: Sequence[str]) -> None:
        with self._to_ourselves():
            self._settle_history()
            for _ in range(TRIES):
                self._stands, self._state = standing(self._contents)
                self._documents.are_of(self._state)
                if self._come_up(kinds):
                    break
            built = self._lake.star_manifest()
            if built is not None:
                try:
                    load(self._lake, built)
                except (LoadFailed, duckdb.Error) as error:
                    if self._holder is None:  # a run builds it again
                        said = str(error).splitlines()[0]
                        raise BucketFailed(f"the star in {self.store.where} cannot be loaded: {said}") from None
            self._note()

    def _come_up(self, kinds: Sequence[str]) -> bool:
        """Bring the copy to the state; False where that has gone on meanwhile."""
        lake, state, base = self._lake, self._state, self._base or Manifest()
        if self._base is not None and not state.comes_after(base):
            base = self._base = state  # the bucket was put back, or has lost a state: what it lacks is ours to send
        here = self._units()
        wanted = {name: unit for name, unit in state.units.items() if not kinds or name.startswith(tuple(kinds))}
        own = {name for name, unit in here.items() if unit not in (base.units.get(name), state.units.get(name))}
        star = manifests.star_of(lake)
        is_own_star = star is not None and star not in (base.star, state.star) and base.star == state.star
        fetched = []
        for name, unit in wanted.items():
            has = here.get(name)
            if has == unit or (name in own and base.units.get(name) == unit):
                continue  # as it is there, or changed here only
            if has is None and self._went_here(name, unit, own, is_own_star):
                continue
            fetched.append((name, unit))
        by_content = {
            entry.sha256: self._file(name, file) for name, unit in here.items() for file, entry in unit.items()
        }
        for name, unit in fetched:
            if name == HISTORY and name in own:
                ours = lake.set_aside(self.folder / HISTORY, "was changed here and in the bucket")
                lake.healed.clear()
                self.said.append(f"{HISTORY} was changed here and in the bucket, whose one counts: ours is {ours}.")
            if self._fetch(name, unit, by_content):
                continue
            if self.store.read(NAME) != self._stands:
                return False
            if name == HISTORY:
                raise BucketFailed(f"{HISTORY} in {self.store.where} is damaged: put back a copy of its object.")
        if state.star is not None and not is_own_star and state.star != star and (lake.builds / state.star).is_dir():
            lake.stand_on(state.star)
        for name in here.keys() - state.units.keys() - own:
            if not kinds or name.startswith(tuple(kinds)):
                shutil.rmtree(self.folder / name, ignore_errors=True)
        left = {n: unit for n, unit in base.units.items() if kinds and not n.startswith(tuple(kinds))}
        self._base = replace(state, units=left | wanted)
        return True

    def _went_here(self, name: str, unit: Unit, own: set[str], is_own_star: bool) -> bool:
        """Whether a unit that the bucket has was taken away here since: merged into another, or a build of before."""
        if self._base is None or self._base.units.get(name) != unit:
            return False
        if name.startswith("builds/"):
            return is_own_star
        kind, _, part = name.rpartition("/")
        return bool(own) and part in self._lake.replaced(self.folder / kind)

    def _fetch(self, name: str, unit: Unit, by_content: dict[str, Path]) -> bool:
        """Put a unit in place whole; False where an object of it is missing or damaged."""
        with self._lake.scratch() as scratch:
            built = scratch / (name.rpartition("/")[2] or name)
            jobs = [(built / file if file else built, entry) for file, entry in unit.items()]
            for target, _ in jobs:
                target.parent.mkdir(parents=True, exist_ok=True)

            def one(job: tuple[Path, manifests.Entry]) -> bool:
                target, entry = job
                there = by_content.get(entry.sha256)
                if there is not None and there.is_file() and sha256_of(there) == entry.sha256:
                    os.link(there, target)
                    return True
                return self._contents.got(object_name(entry.sha256), target, entry.sha256)

            if not all(at_once(one, jobs)):
                return False
            if not unit:
                built.mkdir()
            self._lake.adopt(built, name)
        return True

    # -- into the bucket ------------------------------------------------------------------------------------------

    def push(self) -> None:
        """Send what is new, the manifest last. Raises BucketFailed; the copy then keeps it for the next job."""
        assert self._holder is not None
        with self._to_ourselves():
            self._settle_history()
            state = self._state
            added, lost = self._documents.send()
            segments = [*(s for s in state.segments if s not in self._contents.broken), *added]
            units = self._sound(self._units())
            said = replace(state, star=manifests.star_of(self._lake), units=units, segments=segments, lost=lost)
            stood = manifests.read(self._stands or b"")
            if stood is not None and stood == state and said.says_as(state) and not self._contents.broken:
                self._base = state
                self._note()
                return
            self._send_contents(units, set(state.contents()) - self._contents.broken)
            said = state.after(said, self._holder.token)
            self._stands = publish(self._contents, self._holder, self._stands, said)
            self._state = self._base = said
            self._note()
            kept = said.contents().keys() | set(said.retired)
            at_once(self.store.remove, [object_name(sha) for sha in state.retired if sha not in kept])

    def _send_contents(self, units: dict[str, Unit], there: Iterable[str]) -> None:
        found = {
            entry.sha256: (self._file(name, file), entry.bytes)
            for name, unit in units.items()
            for file, entry in unit.items()
        }

        def one(sha: str) -> None:
            file, size = found[sha]
            if sha in self._contents.broken or self.store.size(object_name(sha)) != size:
                self.store.send(object_name(sha), file)

        at_once(one, sorted(found.keys() - set(there)))

    def _sound(self, units: dict[str, Unit]) -> dict[str, Unit]:
        """The units, but of those that are new only such as are what they were published as; of others the bucket's stays."""
        kept = {}
        for name, unit in units.items():
            before, place = self._state.units.get(name), self.folder / name
            named = hashes(place) if name.startswith(("intake/", "extracted/", "builds/")) else None
            if unit != before and named is not None and fault(place, named):
                self.said.append(f"{name} is damaged here and was not sent: the next run makes it again.")
                if before is not None:
                    kept[name] = before
                continue
            kept[name] = unit
        return kept

    @contextmanager
    def _to_ourselves(self) -> Iterator[None]:
        """Hold the copy against jobs that use it as a folder."""
        try:
            with self._lake.lock(0), collecting_held(self.folder):
                yield
        except (LakeBusy, CollectBusy) as busy:
            raise BucketFailed(str(busy), LOSSES) from None

    # -- here -----------------------------------------------------------------------------------------------------

    def _units(self) -> dict[str, Unit]:
        return {name: manifests.unit_of(name, place, self._known) for name, place in manifests.places(self._lake)}

    def _file(self, unit: str, name: str) -> Path:
        return self.folder / unit / name if name else self.folder / unit

    def _settle_history(self) -> None:
        """What a killed job left in the history's log goes into the history."""
        if (self.folder / f"{HISTORY}-wal").exists():
            with suppress(sqlite3.DatabaseError), closing(sqlite3.connect(self.folder / HISTORY)) as con:
                con.execute("pragma wal_checkpoint(truncate)")

    def _note(self) -> None:
        """Keep what the copy is of, as of which state, and the hashes of its files."""
        said = {"address": str(self.store.where), "token": self.token, "files": self._known.now}
        if self._base is not None:
            said["state"] = json.loads(self._base.text())
        cached.keep(self.folder / NOTE, json.dumps(said).encode())
