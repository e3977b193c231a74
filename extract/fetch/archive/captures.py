"""The captures of others in the history: which address gave which content at which moment, and what of it the lake has.

A capture tells that a content existed by then: it never tells when it was published, and changes nothing of what was asked for.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from extract.fetch.archive.payload import Capture
from extract.fetch.night.history import History
from extract.fetch.night.queue import moment

_TURNS = """
    with turn as (  -- what an address gave and had not given at the capture before
        select id, url, at, sha256, in_register from (
            select *, lag(sha256) over (partition by url order by at, id) as before from capture
        ) where before is not sha256
    ), waiting as (
        select *, row_number() over (partition by url order by at, id) as nth from turn where in_register = 0
    )
    select id, url, at, sha256 from waiting where nth = 1 order by at, id limit ?
"""


class Held(NamedTuple):
    """A captured content that is stored already."""

    sha256: str
    bytes: int
    kind: str


class Captured(NamedTuple):
    """A capture that the lake has not taken in yet; `key` names it for `taken_in`."""

    key: int
    url: str
    at: datetime
    sha256: str


def is_known(history: History, capture: Capture, sha256: str) -> bool:
    """Whether an import has brought this capture before."""
    found = history.read(
        "select 1 from capture where url = ? and at = ? and sha256 = ?", capture.url, moment(capture.at), sha256
    )
    return bool(found)


def by_content(history: History, sha256: str) -> Held | None:
    """A content that a capture, or a site itself, has given before."""
    rows = history.read("select sha256, bytes, kind from capture where sha256 = ? limit 1", sha256)
    rows = rows or history.read("select sha256, bytes, 'report' from content where sha256 = ?", sha256)
    return Held(*rows[0]) if rows else None


def by_reference(history: History, capture: Capture) -> Held | None:
    """What a revisit refers to: by its payload's digest, or by address and moment."""
    rows = []
    if capture.digest is not None:
        rows = history.read("select sha256, bytes, kind from capture where digest = ? limit 1", capture.digest)
    elif capture.refers_to is not None and capture.refers_to[1] is not None:
        url, at = capture.refers_to[0], moment(capture.refers_to[1])
        rows = history.read("select sha256, bytes, kind from capture where url = ? and at = ? limit 2", url, at)
    return Held(*rows[0]) if len(rows) == 1 else None


def is_linked(history: History, url: str) -> bool:
    """Whether a report's page links this address as one of its files, captured or asked for."""
    found = history.read(
        "select 1 from capture_link where url = ?1 union all select 1 from url where url = ?1 and kind = 'attachment'",
        url,
    )
    return bool(found)


def add(history: History, capture: Capture, held: Held, digest: str, archive: str, files: Sequence[str]) -> bool:
    """Enter a capture, whose content is stored, and the files that its page links; gives whether it is new."""
    now = moment(datetime.now(UTC))
    row = (capture.url, moment(capture.at), *held[:2], digest, held.kind, archive, now)

    def change(con: sqlite3.Connection) -> bool:
        done = con.execute(
            "insert or ignore into capture (url, at, sha256, bytes, digest, kind, archive, imported)"
            " values (?, ?, ?, ?, ?, ?, ?, ?)",
            row,
        )
        con.executemany("insert or ignore into capture_link values (?, ?)", [(url, capture.url) for url in files])
        return done.rowcount == 1

    return history.change(change).result()


def waiting(history: History, most: int) -> list[Captured]:
    """The next captures for the lake, the oldest first, at most one of each address. Of captures one after another of the same
    content only the first is one.
    """
    return [Captured(key, url, datetime.fromisoformat(at), sha) for key, url, at, sha in history.read(_TURNS, most)]


def taken_in(history: History, captures: Sequence[Captured]) -> None:
    """The lake has these."""
    keys = [(capture.key,) for capture in captures]
    history.change(lambda con: con.executemany("update capture set in_register = 1 where id = ?", keys)).result()
