"""What came of asking for one address, written into its history in one piece: log, content, version, links, next time."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from extract.fetch.http.client import Answer
from extract.fetch.model import Found, Link
from extract.fetch.night.queue import FRESH, LISTING, Recheck, Run, Wanted, add, moment

MAX_LISTINGS = 5_000
"""Listing pages of one source; a whole city's column over 20 years has some hundred. More is a trap (a calendar, a search)."""

KEPT = ("new", "changed", "unchanged", "moved")
"""Outcomes after which a report or an attachment is held: first content, another than before, the same as before, and
content that another address gave already."""

WELL = (*KEPT, "listed", "left")
"""Those after which nothing is missing: also a page that only lists, and an address that leads to another shard's host."""


@dataclass(frozen=True, slots=True)
class Result:
    """What came of one request. `answer` without its content; `sha256` and `bytes` of what was stored.

    `outcome`: fetched (a page, see `sha256`, `found`), unchanged (304), gone, failed or refused with the `reason`; left, where it
    leads to `left_to`, on a host of another shard.
    """

    outcome: str
    reason: str | None = None
    answer: Answer | None = None
    sha256: str | None = None
    bytes: int | None = None
    found: Found | None = None
    attachments: tuple[Link, ...] = ()
    reader: str | None = None
    left_to: str | None = None


def record(con: sqlite3.Connection, run: Run, wanted: Wanted, result: Result, recheck: Recheck) -> str:
    """Write a result down; gives the outcome as the log has it. The address is off tonight's queue."""
    now = datetime.now(UTC)
    outcome = _outcome(con, wanted, result)
    log = _log(con, run, wanted, result, outcome, now)
    if result.sha256 is not None:
        _version(con, wanted, result, outcome, log, now)
    _update(con, run, wanted, result, outcome, recheck, now)
    con.execute("delete from queue where host = ? and rank in (0, 1, 2) and url = ?", (wanted.host, wanted.id))
    if result.found is not None:
        _found(con, run, wanted, result, now)
    if result.left_to is not None:
        _left(con, wanted, result.left_to, now)
    for link in result.attachments:
        _want(
            con, run, FRESH, add(con, link.url, wanted.source, now, kind="attachment", parent=wanted.id, **_said(link))
        )
    return outcome


def _outcome(con: sqlite3.Connection, wanted: Wanted, result: Result) -> str:
    if result.outcome == "unchanged" and wanted.sha256 is None:
        return "listed"
    if result.outcome != "fetched":
        return result.outcome
    if result.sha256 is None:
        return "listed"
    (before,) = con.execute("select sha256 from url where id = ?", (wanted.id,)).fetchone()
    if before == result.sha256:
        return "unchanged"
    if before is not None:
        return "changed"
    return "moved" if con.execute("select 1 from content where sha256 = ?", (result.sha256,)).fetchone() else "new"


def _log(con: sqlite3.Connection, run: Run, wanted: Wanted, result: Result, outcome: str, now: datetime) -> int:
    answer = result.answer
    row: tuple[object, ...] = (run.id, wanted.id, moment(answer.at if answer else now), outcome, result.reason)
    if answer is not None:
        headers = json.dumps(answer.headers, ensure_ascii=False) if answer.status != 304 else None
        redirects = json.dumps(answer.redirects) if answer.redirects else None
        row += (round(answer.seconds, 3), answer.attempts, answer.status, answer.url, redirects, headers, answer.http)
    else:
        row += (None,) * 7
    log: int = con.execute(
        """insert into fetch (run, url, at, outcome, reason, seconds, attempts, status, final_url, redirects, headers, http,
                              sha256, bytes)
           values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) returning id""",
        (*row, result.sha256, result.bytes),
    ).fetchone()[0]
    return log


def _version(con: sqlite3.Connection, wanted: Wanted, result: Result, outcome: str, log: int, now: datetime) -> None:
    """A content that the address did not have the last time is its next version; the old ones stay."""
    con.execute("insert or ignore into content values (?, ?, ?)", (result.sha256, result.bytes, moment(now)))
    if outcome != "unchanged":
        con.execute(
            "insert into version select ?1, coalesce(max(n), 0) + 1, ?2, ?3, ?4, ?5 from version where url = ?1",
            (wanted.id, result.sha256, log, moment(now), outcome == "moved"),  # moved content has been taken in
        )


def _update(
    con: sqlite3.Connection,
    run: Run,
    wanted: Wanted,
    result: Result,
    outcome: str,
    recheck: Recheck,
    now: datetime,
) -> None:
    first_seen, failures = con.execute("select first_seen, failures from url where id = ?", (wanted.id,)).fetchone()
    failures = 0 if outcome in WELL else failures + 1
    age = (now - datetime.fromisoformat(first_seen)).total_seconds()
    values: dict[str, object] = {
        "state": outcome,
        "reason": result.reason,
        "run": run.id,
        "failures": failures,
        "next_at": now.timestamp() + recheck.after(age, wanted.lists, failures),
    }
    if failures == 0:
        values["checked_at"] = moment(now)
    if result.outcome == "fetched" and result.answer is not None:
        values["etag"], values["modified"] = result.answer.header("etag"), result.answer.header("last-modified")
        values["reader"] = result.reader
        if result.sha256 is not None:
            values["sha256"] = result.sha256
        if result.found is not None and result.found.meta:
            values["meta"] = json.dumps(result.found.meta, ensure_ascii=False)
    names = ", ".join(f"{name} = :{name}" for name in values)
    con.execute(f"update url set {names} where id = :id", {**values, "id": wanted.id})


def _found(con: sqlite3.Connection, run: Run, wanted: Wanted, result: Result, now: datetime) -> None:
    """Make known what a listing page gave."""
    found = result.found
    assert found is not None
    for link in found.reports:
        if is_itself(link, wanted, result.answer):
            con.execute("update url set kind = coalesce(kind, 'report') where id = ?", (wanted.id,))
            continue
        new = add(con, link.url, wanted.source, now, kind="report", parent=wanted.id, follow=link.follow, **_said(link))
        if run.since is None or link.year is None or link.year >= run.since:
            _want(con, run, FRESH, new)
    known = con.execute("select count(*) from url where source = ? and lists = 1", (wanted.source,)).fetchone()[0]
    for page in found.pages:
        if known >= MAX_LISTINGS:
            con.execute(
                "update source set reached_limit = ? where id = ?",
                (f"it has more than {MAX_LISTINGS:,} listing pages: the rest is not looked through", wanted.source),
            )
            break
        new = add(con, page, wanted.source, now, lists=True, parent=wanted.id)
        known += new is not None
        _want(con, run, LISTING, new)
    con.executemany(
        "insert into refusal values (?, ?, ?, ?, ?)"
        " on conflict do update set reason = excluded.reason, run = excluded.run, at = excluded.at",
        [(wanted.source, refused.url, refused.reason, run.id, moment(now)) for refused in found.refused],
    )


def _left(con: sqlite3.Connection, wanted: Wanted, url: str, now: datetime) -> None:
    """Make known where an address leads to, with all that is known of it; who has that host asks for it."""
    names = ("year", "organ", "published", "text")
    said = con.execute(f"select {', '.join(names)} from url where id = ?", (wanted.id,)).fetchone()
    more = dict(zip(names, said, strict=True)) | {"kind": wanted.kind, "follow": wanted.follow, "parent": wanted.id}
    add(con, url, wanted.source, now, lists=wanted.lists, **more)


def is_itself(link: Link, wanted: Wanted, answer: Answer | None) -> bool:
    """Whether a listing page is the report itself: a column that shows the newest one in place."""
    return link.url == wanted.url or (answer is not None and link.url == answer.url)


def _want(con: sqlite3.Connection, run: Run, rank: int, number: int | None) -> None:
    """Have an address asked for tonight, unless it was already, or another shard asks its host."""
    if number is None:
        return
    (host,) = con.execute("select host from url where id = ?", (number,)).fetchone()
    if run.shard.has(host):
        con.execute(
            "insert or ignore into queue select host, ?, id from url where id = ? and run is not ?",
            (rank, number, run.id),
        )


def _said(link: Link) -> dict[str, Any]:
    published = link.published.isoformat() if link.published else None
    return {"text": link.text, "year": link.year, "organ": link.organ, "published": published}
