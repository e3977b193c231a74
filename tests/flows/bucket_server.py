"""A bucket on this very machine, whose answers a test can spoil."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterable
from typing import Any

import boto3
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import make_server

Spoil = Callable[[str, str, int], "int | str | float | None"]
"""Method, path and how many requests came before → None for an honest answer; a status; an error's code of S3, as 403; seconds to
wait; `cut` for a body that is half of what it should be.
"""
BUCKET = "reports"


class BucketServer:
    """S3 as moto has it, in a thread. What is in its buckets is this process's: `is_empty` clears it."""

    def __init__(self, is_empty: bool = True) -> None:
        logging.getLogger("werkzeug").setLevel(logging.ERROR)
        self._inner = DomainDispatcherApplication(create_backend_app)
        self._server = make_server("127.0.0.1", 0, self._answer, threaded=True)
        self.endpoint = f"http://127.0.0.1:{self._server.server_port}"
        self.spoil: Spoil = lambda *_: None
        self.log: list[tuple[str, str]] = []
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self.s3: Any = boto3.client(
            "s3", endpoint_url=self.endpoint, region_name="us-east-1", aws_access_key_id="a", aws_secret_access_key="b"
        )
        self.s3.create_bucket(Bucket=BUCKET)
        for name in self.names() if is_empty else ():
            self.s3.delete_object(Bucket=BUCKET, Key=name)

    def environment(self, **more: str) -> dict[str, str]:
        """What makes a command use it."""
        return {
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_ACCESS_KEY_ID": "a",
            "AWS_SECRET_ACCESS_KEY": "b",
            "AWS_EC2_METADATA_DISABLED": "true",
        } | more

    def names(self, prefix: str = "") -> dict[str, int]:
        """The objects that are there, with their sizes."""
        pages = self.s3.get_paginator("list_objects_v2").paginate(Bucket=BUCKET, Prefix=prefix)
        return {each["Key"]: each["Size"] for page in pages for each in page.get("Contents", ())}

    def get(self, name: str) -> bytes:
        content: bytes = self.s3.get_object(Bucket=BUCKET, Key=name)["Body"].read()
        return content

    def put(self, name: str, content: bytes) -> None:
        self.s3.put_object(Bucket=BUCKET, Key=name, Body=content)

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _answer(self, environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        method, path = environ["REQUEST_METHOD"], environ["PATH_INFO"]
        how = self.spoil(method, path, len(self.log))
        self.log.append((method, path))
        if isinstance(how, float):
            time.sleep(how)
        elif isinstance(how, int):
            start(f"{how} Spoiled", [("Content-Type", "application/xml")])
            return [b"" if method == "HEAD" else b"<Error><Code>SlowDown</Code><Message>spoiled</Message></Error>"]
        elif how == "cut":
            return self._cut(environ, start)
        elif how is not None:
            start("403 Forbidden", [("Content-Type", "application/xml")])
            return [
                b"" if method == "HEAD" else f"<Error><Code>{how}</Code><Message>spoiled</Message></Error>".encode()
            ]
        given: Iterable[bytes] = self._inner(environ, start)
        return given

    def _cut(self, environ: dict[str, Any], start: Any) -> list[bytes]:
        """The first half of an answer, told as if it were whole."""
        told: list[Any] = []

        def note(status: str, headers: list[tuple[str, str]], *_: Any) -> None:
            told[:] = [status, headers]

        body = b"".join(self._inner(environ, note))
        half = body[: len(body) // 2]
        start(
            told[0],
            [*((n, v) for n, v in told[1] if n.lower() != "content-length"), ("Content-Length", str(len(half)))],
        )
        return [half]
