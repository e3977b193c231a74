"""The raw store as WARC (ISO 28500), the format in which archives of the web keep and exchange what was fetched.

Bodies stand decompressed, as the store has them; headers that spoke of their transfer are left out. What an address gave
again unchanged becomes a `revisit` record.
"""

from __future__ import annotations

import io
import json
from base64 import b32encode
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from hashlib import sha1
from http import HTTPStatus
from pathlib import Path
from typing import Any, NamedTuple

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from extract.fetch.night.collect import Places
from extract.fetch.night.history import History

FILE_BYTES = 2**30  # of one WARC file, about; the standard recommends 1 GB
_OF_TRANSFER = frozenset({"content-encoding", "transfer-encoding", "content-length", "connection", "keep-alive"})
_FETCHES = """
    select f.id, f.at, coalesce(f.final_url, u.url), f.status, f.headers, f.http, coalesce(f.sha256, v.sha256)
    from fetch f join url u on u.id = f.url
    left join version v on f.status = 304 and v.url = f.url
        and v.n = (select max(n) from version e where e.url = f.url and e.fetch < f.id)
    where (f.sha256 is not null or v.sha256 is not null) and (? is null or f.at >= ?)
    order by f.id
"""


class Held(NamedTuple):
    """A content that the export has already: what a revisit refers to."""

    digest: str
    url: str
    at: str


@dataclass(slots=True)
class Exported:
    """What was written. `damaged`: documents that were left out because their stored bytes are not whole."""

    files: list[Path] = field(default_factory=list)
    responses: int = 0
    revisits: int = 0
    damaged: list[str] = field(default_factory=list)


def export(places: Places, folder: Path, since: date | None = None, file_bytes: int = FILE_BYTES) -> Exported:
    """Write everything that was fetched (since a day, UTC) into new files `ogi-<time>-<n>.warc.gz` in `folder`.

    A file gets its name when it is finished. Raises FileNotFoundError where nothing was ever collected.
    """
    if not places.history.exists():
        raise FileNotFoundError(f"{places.history}: nothing was collected yet")
    folder.mkdir(parents=True, exist_ok=True)
    done, store = Exported(), places.store()
    with History(places.history) as history, _Files(folder, file_bytes, done) as files:
        con = history.reader()
        con.execute("pragma query_only = false")
        con.execute("create temp table held (sha256 text primary key, digest text, url text, at text) without rowid")
        after = since.isoformat() if since else None
        for row in con.execute(_FETCHES, (after, after)):
            sha256 = row[6]
            held = con.execute("select digest, url, at from held where sha256 = ?", (sha256,)).fetchone()
            if held is not None:
                files.revisit(row, Held(*held))
                continue
            if row[3] == 304:
                continue  # its content was fetched before `since`: the export of those days has it
            try:
                content = store.get(sha256)
            except (ValueError, FileNotFoundError):
                done.damaged.append(sha256)
                continue
            digest = files.response(row, content)
            con.execute("insert into held values (?, ?, ?, ?)", (sha256, digest, row[2], row[1]))
    return done


class _Files:
    """WARC files one after another, each about as large as agreed."""

    def __init__(self, folder: Path, file_bytes: int, done: Exported) -> None:
        self._folder, self._file_bytes, self._done = folder, file_bytes, done
        self._stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
        self._open: tuple[Any, WARCWriter, Path] | None = None

    def __enter__(self) -> _Files:
        return self

    def __exit__(self, *_: object) -> None:
        self._close()

    def response(self, row: tuple[Any, ...], content: bytes) -> str:
        """Write what an address gave; gives the digest of its payload."""
        _, at, url, _, _, _, _ = row
        digest = "sha1:" + b32encode(sha1(content, usedforsecurity=False).digest()).decode("ascii")
        writer = self._writer()
        record = writer.create_warc_record(
            url,
            "response",
            payload=io.BytesIO(content),
            length=len(content),
            http_headers=_headers(row, len(content)),
            warc_headers_dict={"WARC-Date": _date(at), "WARC-Payload-Digest": digest},
        )
        writer.write_record(record)
        self._done.responses += 1
        return digest

    def revisit(self, row: tuple[Any, ...], held: Held) -> None:
        """Write that an address gave what is there already."""
        _, at, url, _, _, _, _ = row
        writer = self._writer()
        record = writer.create_revisit_record(
            url,
            digest=held.digest,
            refers_to_uri=held.url,
            refers_to_date=_date(held.at),
            http_headers=_headers(row, None),
            warc_headers_dict={"WARC-Date": _date(at)},
        )
        writer.write_record(record)
        self._done.revisits += 1

    def _writer(self) -> WARCWriter:
        if self._open is not None and self._open[0].tell() >= self._file_bytes:
            self._close()
        if self._open is None:
            target = self._folder / f"ogi-{self._stamp}-{len(self._done.files):05d}.warc.gz"
            file = target.with_name(target.name + ".open").open("wb")
            writer = WARCWriter(file, gzip=True)
            info = {"software": "ogi-reports", "format": "WARC File Format 1.1", "conformsTo": "ISO 28500:2017"}
            writer.write_record(writer.create_warcinfo_record(target.name, info))
            self._open = (file, writer, target)
        return self._open[1]

    def _close(self) -> None:
        if self._open is not None:
            file, _, target = self._open
            file.close()
            Path(file.name).replace(target)
            self._done.files.append(target)
            self._open = None


def _date(at: str) -> str:
    return datetime.fromisoformat(at).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _headers(row: tuple[Any, ...], length: int | None) -> StatusAndHeaders:
    status, headers, http = row[3], row[4], row[5]
    kept = [(name, value) for name, value in json.loads(headers or "[]") if name.lower() not in _OF_TRANSFER]
    if length is not None:
        kept.append(("Content-Length", str(length)))
    protocol = http if http and http.startswith("HTTP/1") else "HTTP/1.1"
    return StatusAndHeaders(f"{status} {HTTPStatus(status).phrase}", kept, protocol=protocol)
