"""What is known of reports that gave none: addresses that are gone or failed, and documents that could not be read or wait.

Whose report and which year it would be is told as for a title: by what the link said, or by the file's name.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple

import pandas as pd

from extract.identify.link import addressed
from transform import frames
from transform.keys import organ_key
from transform.schema import TABLE

_LOST = "select url, text, organ, year, state, reason from url where kind is not null and state in ('gone', 'failed', 'refused')"
_NAMED = "select text, organ, year from url where url = ?"


class Unread(NamedTuple):
    """A document that gave no report: `status` unreadable, quarantined or pending."""

    sha256: str
    path: str
    source_url: str | None
    status: str
    reason: str | None


class _Link(NamedTuple):
    """What a listing said of an address."""

    text: str | None
    organ: str | None
    year: int | None


def history(home: Path) -> Path:
    """Where collecting keeps what it knows of every address of a lake."""
    return home / "fetch" / "history.sqlite"


def digest(history: Path) -> str:
    """A stable name of the lost addresses of a history of addresses; empty where there is none."""
    rows = sorted(map(repr, _asked(history, _LOST)))
    return hashlib.sha256("\n".join(rows).encode()).hexdigest()[:24] if rows else ""


def known(history: Path, unread: Iterable[Unread]) -> pd.DataFrame:
    """One row an address or file whose organ and year are told, as TABLE["address"]."""
    schema = TABLE["address"].arrow
    rows = sorted(set(_rows(history, unread)), key=repr)
    return frames.frame({name: [row[n] for row in rows] for n, name in enumerate(schema.names)}, schema)


def _asked(history: Path, query: str, *values: str) -> list[Any]:
    if not history.exists():
        return []
    with closing(sqlite3.connect(f"{history.resolve().as_uri()}?mode=ro", uri=True)) as con:
        return con.execute(query, values).fetchall()


def _rows(history: Path, unread: Iterable[Unread]) -> Iterator[tuple[Any, ...]]:
    for url, text, name, year, state, reason in _asked(history, _LOST):
        if (who := _whose(_Link(text, name, year), url)) is not None:
            yield (url, *who, "address gone" if state == "gone" else "not fetched", reason, None)
    for document in unread:
        url = document.source_url
        said = _asked(history, _NAMED, url) if url is not None else []
        link = _Link(*said[0]) if said else _Link(PurePosixPath(document.path).stem, None, None)
        if (who := _whose(link, url)) is not None:
            state = "unreadable" if document.status == "unreadable" else "waits"
            yield (url or document.path, *who, state, document.reason, document.sha256)


def _whose(link: _Link, url: str | None) -> tuple[int, str | None, int] | None:
    """(key of the organ, division, year) that a link and its address name; None where they do not."""
    found = addressed(link.text or "", url, link.organ, link.year)
    if found is None:
        return None
    who, year = found
    return organ_key(str(who.identity)), who.division_code, year
