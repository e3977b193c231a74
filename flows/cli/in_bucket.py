"""Commands whose home may be a bucket: they run on its working copy, which is brought up to date before and sent after."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import TYPE_CHECKING, Any

import typer

from flows.cli import STOPPED, screen

if TYPE_CHECKING:
    from flows.bucket.working_copy import WorkingCopy

Command = Callable[..., None]
_SCHEME = "s3:"


def writes(command: Command) -> Command:
    """A command that changes a lake."""
    return _with(command, lambda _: True)


def reads(command: Command) -> Command:
    """A command that looks into a lake's star and the records of its runs."""
    return _with(command, lambda _: False)


def repairs(command: Command) -> Command:
    """A command that hashes all of a lake, and changes it where `--repair` asks for it."""
    return _with(command, lambda given: bool(given["repair"]), whole=True)


def _with(command: Command, is_writing: Callable[[dict[str, Any]], bool], whole: bool = False) -> Command:
    @wraps(command)
    def inner(**given: Any) -> None:
        home = given.get("home")
        if home is None or not str(home).startswith(_SCHEME):
            command(**given)
            return
        with screen.edge(), _failing():
            _on_copy(command, given, is_writing(given), whole)

    return inner


def _on_copy(command: Command, given: dict[str, Any], is_writing: bool, whole: bool) -> None:
    from flows.bucket.store import Store, address
    from flows.bucket.working_copy import READ, WorkingCopy, folder_of
    from flows.settings import settings

    where = address(str(given["home"]))
    assert where is not None
    chosen = settings(home=".", lock_wait=given.get("lock_wait"))
    copy = WorkingCopy(Store(where, chosen.patience), folder_of(where, chosen.work))
    held = copy.writing(chosen.lock_wait) if is_writing else copy.reading(() if whole else READ, whole)
    try:
        with held:
            _tell(copy.said)
            status = _status(command, given | {"home": copy.folder})
            if is_writing and status != screen.WRONG_USE:
                _push(copy)
    finally:
        _tell(copy.said)
    raise typer.Exit(status)


def _status(command: Command, given: dict[str, Any]) -> int:
    try:
        command(**given)
    except typer.Exit as end:
        if end.exit_code == STOPPED:
            raise
        return end.exit_code
    return screen.FINE


def _push(copy: WorkingCopy) -> None:
    from flows.bucket.store import BucketFailed

    try:
        copy.push()
    except BucketFailed as error:
        said = f"{error} What was made stands in {copy.folder} and goes up with the next run."
        raise BucketFailed(said, error.status) from None


def _tell(said: list[str]) -> None:
    for line in said:
        screen.say(line)
    said.clear()


@contextmanager
def _failing() -> Iterator[None]:
    """A bucket that fails is a command that fails, in one line."""
    from flows.bucket.store import BucketFailed

    try:
        yield
    except BucketFailed as error:
        raise screen.Failed(str(error), error.status) from None
