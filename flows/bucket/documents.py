"""The documents of a lake in a bucket: brought when somebody reads them, sent once, and listed in segments.

They are named by their content, so that what stands needs no look. Each job that adds some writes a list of these only: what a night
costs grows with what is new, not with what is there.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from extract.inside import FOLDER
from flows.bucket import manifest as manifests
from flows.bucket.contents import Contents
from flows.bucket.manifest import Manifest
from flows.bucket.store import at_once, in_lots
from transform.lake import Lake
from transform.sealed import sha256_of

SEGMENT = 50_000
"""Documents that are listed in one segment at most."""
LOT = 1_000
"""Documents that are put in place together."""


class Documents:
    """Those of one state (`are_of`), and those of the copy `lake`."""

    def __init__(self, contents: Contents, lake: Lake) -> None:
        self._contents, self._store, self._lake = contents, contents.store, lake
        self._state = Manifest()
        self._names: set[str] | None = None
        self._lost: set[str] = set()

    def are_of(self, state: Manifest) -> None:
        """Speak of the documents of this state."""
        self._state, self._names = state, None

    def there(self) -> set[str]:
        """The names below `raw/` that the bucket has (for 1.3 million documents, some 150 MB)."""
        if self._names is None:
            self._names = {name for segment in self._state.segments for name in self._segment(segment)}
            self._names -= set(self._state.lost)
        return self._names

    def bring(self, shas: Sequence[str]) -> None:
        """Put documents that somebody is about to read into the copy: files by themselves, else what they are inside of: archives,
        and the packs of their folders.
        """
        there = self.there()
        lists = [name for name in there if name.startswith(f"{FOLDER}/") and not (self._lake.raw / name).exists()]
        for lot in in_lots(sorted(lists), LOT):
            self._bring(lot)
        shas = sorted({holder for sha in shas for holder in self._holders(sha, there)})
        of_packs = {sha[:2] for sha in shas if f"{sha[:2]}/{sha}" not in there}
        packs = {name for name in there if name[:2] in of_packs and name.endswith(".pack")}
        packed = {name[:2] for name in packs}
        # in no list and in no pack: a list may be lost, so its own name is asked for
        names = [f"{sha[:2]}/{sha}" for sha in shas if f"{sha[:2]}/{sha}" in there or sha[:2] not in packed]
        names += sorted(name for name in packs if not (self._lake.raw / name).exists())
        for lot in in_lots(names, LOT):
            self._bring(lot)

    def _holders(self, sha256: str, there: set[str]) -> set[str]:
        """What is to be brought for a document: itself, or those archives that it is inside of and that are not here."""
        store = self._lake.raw_store
        archives = {member.archive for member in store.inside.find(sha256)}
        if f"{sha256[:2]}/{sha256}" in there or not archives:
            return {sha256}
        return {archive for archive in archives if store.own(archive) is None}

    def _bring(self, names: Sequence[str]) -> None:
        with self._lake.scratch() as scratch:

            def one(name: str) -> bool:
                target = scratch / name.rpartition("/")[2]
                return self._contents.got(f"raw/{name}", target, manifests.content_of(name))

            for name, is_here in zip(names, at_once(one, names), strict=True):
                if is_here:
                    self._lake.adopt(scratch / name.rpartition("/")[2], f"raw/{name}")
                elif name in self.there():
                    self._lost.add(name)

    def send(self) -> tuple[list[str], list[str]]:
        """Send what the bucket has not; gives the segments that list it, and which documents are lost now. Raises BucketFailed."""
        new = sorted({name for name, _ in manifests.documents(self._lake)} - (self.there() - self._lost))
        sent = {name for name, is_sent in zip(new, at_once(self._send, new), strict=True) if is_sent}
        lost = (set(self._state.lost) | self._lost) - sent
        segments = [self._list(lot) for lot in in_lots(sorted(sent - self.there() - set(self._state.lost)), SEGMENT)]
        return segments, sorted(lost)

    def _send(self, name: str) -> bool:
        """Whether a document stands in the bucket now; one that is damaged here is not sent."""
        file = self._lake.raw / name
        if name not in self._lost and self._store.size(f"raw/{name}") == file.stat().st_size:
            return True  # of a job that was ended before it could tell
        if sha256_of(file) != manifests.content_of(name):
            return False
        self._store.send(f"raw/{name}", file)
        return True

    def _list(self, names: Sequence[str]) -> str:
        lines = "".join(f"{name} {(self._lake.raw / name).stat().st_size}\n" for name in names).encode("ascii")
        sha = hashlib.sha256(lines).hexdigest()
        self._store.send(f"segments/{sha}", lines)
        return sha

    def _segment(self, sha256: str) -> list[str]:
        """The names that a segment lists; none where it is damaged: what it listed is then found by name, or listed again."""
        file = self._lake.state / "segments" / sha256
        if not file.is_file() or sha256_of(file) != sha256:
            with self._lake.scratch() as scratch:
                if not self._contents.got(f"segments/{sha256}", scratch / sha256, sha256):
                    return []
                self._lake.adopt(scratch / sha256, f"state/segments/{sha256}")
        return [line.partition(" ")[0] for line in file.read_text(encoding="ascii").splitlines()]
