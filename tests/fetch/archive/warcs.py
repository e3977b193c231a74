"""Archives made for the tests: records written by hand where they are to be wrong, else by warcio's own writer."""

from __future__ import annotations

import gzip
import io
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from tests.fetch.reports import report

HOST = "http://www.jiaxian.gov.cn"
HTTP = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n"
DAY = "2022-03-01T00:00:00Z"


def page(year: int = 2021, count: int = 5, organ: str = "平潭综合实验区") -> bytes:
    """A whole report."""
    return report(organ, year, count).encode()


class Writer:
    """A WARC by warcio, gzip or plain."""

    def __init__(self, is_gzip: bool = True) -> None:
        self.file = io.BytesIO()
        self.writer = WARCWriter(self.file, gzip=is_gzip)
        self.writer.write_record(self.writer.create_warcinfo_record("test.warc", {"software": "tests"}))

    def response(
        self,
        url: str,
        body: bytes,
        date: str = DAY,
        status: str = "200 OK",
        headers: Iterable[tuple[str, str]] = (),
        **more: str,
    ) -> Any:
        """A response as it went over the wire; `more`: headers of the record, with _ for -."""
        http = StatusAndHeaders(status, [("Content-Type", "text/html"), *headers], protocol="HTTP/1.1")
        return self._write(url, "response", body, date, more, http_headers=http)

    def resource(self, url: str, body: bytes, date: str = DAY, content_type: str = "text/html") -> Any:
        return self._write(url, "resource", body, date, {}, warc_content_type=content_type)

    def revisit(self, url: str, digest: str, date: str, **more: str) -> Any:
        record = self.writer.create_revisit_record(
            url, digest=digest, refers_to_uri=url, refers_to_date=DAY, warc_headers_dict={"WARC-Date": date}
        )
        self.writer.write_record(record)

    def _write(self, url: str, kind: str, body: bytes, date: str, more: dict[str, str], **given: Any) -> Any:
        named = {"WARC-" + name.replace("_", "-"): value for name, value in more.items()}
        record = self.writer.create_warc_record(
            url,
            kind,
            payload=io.BytesIO(body),
            length=len(body),
            warc_headers_dict={"WARC-Date": date, **named},
            **given,
        )
        self.writer.write_record(record)
        return record

    @property
    def content(self) -> bytes:
        return self.file.getvalue()

    def save(self, file: Path) -> Path:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(self.content)
        return file


def by_hand(
    url: str, body: bytes, length: int | None = None, packed: bool = True, http: bytes = b"", date: str = DAY
) -> bytes:
    """One response with a length, or headers, of one's own."""
    block = (http or HTTP) + body
    head = (
        f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: {url}\r\nWARC-Date: {date}\r\n"
        f"Content-Type: application/http;msgtype=response\r\nContent-Length: {len(block) if length is None else length}\r\n\r\n"
    )
    record = head.encode() + block + b"\r\n\r\n"
    return gzip.compress(record) if packed else record


def wacz(file: Path, members: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(file, "w") as package:
        package.writestr("datapackage.json", "{}")
        for name, content in members.items():
            package.writestr(name, content)
    return file
