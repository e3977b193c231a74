"""Keeps what files are in the raw store: documents by themselves, archives as they came with a list of the documents in each.

A store of before has every document of an archive as a file by itself; such a one is complete, and its archive is not added.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from extract.archives import members
from extract.files import LeftOut
from extract.inside import Listed
from extract.model import RawDocument
from extract.raw_store import Damaged, RawStore


def put(store: RawStore, raw: RawDocument, found: Sequence[RawDocument | LeftOut]) -> None:
    """Keep a file of which these are the `members`. Errors as of `RawStore.put`."""
    if holds(store, raw, found):
        return
    for document in _documents(found):
        if not document.inside or store.own(document.sha256) is not None:
            store.put(document.content, document.sha256)
    if within := [document for document in _documents(found) if document.inside]:
        store.put(raw.content, raw.sha256)
        store.put_list(raw.sha256, _listed(raw, within))


def holds(store: RawStore, raw: RawDocument, found: Sequence[RawDocument | LeftOut]) -> bool:
    """Whether all that is found in a file stands whole in the store: by itself, or in its archive only."""
    not_alone = [each for each in _documents(found) if not store.holds(each.content, each.sha256)]
    if not not_alone:
        return True
    if not all(each.inside and store.own(each.sha256) is None for each in not_alone):
        return False  # it is not there, or a copy of its own is damaged
    return set(_listed(raw, not_alone)) <= {one.listed for one in store.inside.of(raw.sha256)} and store.holds(
        raw.content, raw.sha256
    )


def mend_lists(store: RawStore) -> None:
    """Write damaged lists again, from their archives; where an archive is damaged or gone, too, its list stays as it is."""
    for archive, path in store.inside.damaged():
        with suppress(ValueError, FileNotFoundError):  # `ogi verify` names both
            raw = RawDocument(archive, archive, store.get(archive))
            within = [each for each in _documents(members(raw)) if each.inside]
            if store.put_list(archive, _listed(raw, within)) != path:
                store.drop_list(path)


def damaged_lists(store: RawStore) -> Iterator[Damaged]:
    """The lists that are not what was written, by their archives."""
    for archive, path in store.inside.damaged():
        yield Damaged(archive, path, "is damaged: the next run, or --repair, writes it again from its archive")


def lost_with(store: RawStore, archive: str) -> Iterator[Damaged]:
    """The documents of a damaged or missing archive that can be read nowhere, each once."""
    for member in {one.listed.sha256: one for one in store.inside.of(archive)}.values():
        try:
            store.get(member.listed.sha256)
        except (ValueError, FileNotFoundError):
            yield Damaged(member.listed.sha256, Path(member.file, member.listed.name), "is lost with its archive")


def _documents(found: Sequence[RawDocument | LeftOut]) -> list[RawDocument]:
    return [each for each in found if isinstance(each, RawDocument)]


def _listed(raw: RawDocument, within: Sequence[RawDocument]) -> list[Listed]:
    """As a list has them: by their names inside, which of a sole member is nothing."""
    return [Listed(each.sha256, len(each.content), each.inside, each.path[len(raw.path) + 1 :]) for each in within]
