"""The state that stands in a bucket: read, and replaced in one step where nobody else has replaced it meanwhile."""

from __future__ import annotations

from flows.bucket.contents import Contents, aside
from flows.bucket.holder import Holder
from flows.bucket.manifest import BEFORE, NAME, Manifest, is_newer, read
from flows.bucket.store import BucketFailed
from flows.exit_status import LOSSES, WRONG_USE


def standing(contents: Contents) -> tuple[bytes | None, Manifest]:
    """The manifest's text and what it says, or, where it is damaged, the one before; an empty state where a job begins a lake.

    Raises BucketFailed where there is none to read, or none that can be.
    """
    store = contents.store
    text = store.read(NAME)
    if text is None:
        if not contents.may_write:
            raise BucketFailed(f"there is no lake in {store.where} yet: begin with `ogi run`.", LOSSES)
        if store.size(BEFORE) is None:
            return None, Manifest()
    elif (found := read(text)) is not None:
        return text, found
    elif is_newer(text):
        raise BucketFailed(f"{store.where} was written by a newer ogi than this one: update it.", WRONG_USE)
    before = read(store.read(BEFORE) or b"")
    if before is None:
        raise BucketFailed(f"{store.where}/{NAME} is damaged, and so is the one before: put back a copy of it.")
    contents.said.append(
        f"{NAME} in the bucket is damaged or gone: the state before counts, and what is new here is sent again."
    )
    if contents.may_write and text is not None:
        store.send(aside(NAME), text)
    return text, before


def publish(contents: Contents, holder: Holder, stands: bytes | None, said: Manifest) -> bytes:
    """Let this state take the place of the one that `stands`; gives its text. Raises BucketFailed where another job was there first."""
    store = contents.store
    if stands is not None and read(stands) is not None:
        store.send(BEFORE, stands)
    holder.check()
    if store.read(NAME) != stands:
        raise BucketFailed(f"{store.where} was changed by another job meanwhile.")
    text = said.text()
    store.send(NAME, text)
    if store.read(NAME) != text:
        raise BucketFailed(f"{store.where} was changed by another job meanwhile.")
    return text
