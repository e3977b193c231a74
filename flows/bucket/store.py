"""Objects of one prefix in a bucket of S3's kind: read, written and asked for with bounded patience, each failure one sentence."""

from __future__ import annotations

import os
import random
import re
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple, TypeVar

from pyarrow import fs

from flows.exit_status import BROKEN, WRONG_USE

T = TypeVar("T")
R = TypeVar("R")

AT_ONCE = 16
"""Objects that are sent or fetched at the same time."""
ANSWER_SECONDS, CONNECT_SECONDS = 30.0, 10.0
"""Nothing arriving for so long is no answer."""
FIRST_WAIT, LONGEST_WAIT = 0.2, 15.0
_CHUNK = 2**22

_ADDRESS = re.compile(r"s3:/{1,2}([^/]*)/?(.*)", re.DOTALL)
_BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
_PREFIX = re.compile(r"[\w.=@+-]+(/[\w.=@+-]+)*")
_CODE = re.compile(r"AWS Error (\w+)(?: \(HTTP status (\d+)\))?")
_UNKNOWN = re.compile(r"Unable to parse ExceptionName: (\w+)")
_FINAL = {
    "NO_SUCH_BUCKET": "there is no such bucket: create it, or check --home",
    "ACCESS_DENIED": "no right to it: allow ListBucket, GetObject, PutObject and DeleteObject below the prefix",
    "INVALID_ACCESS_KEY_ID": "the credentials are wrong: see AWS_ACCESS_KEY_ID and AWS_PROFILE",
    "INVALID_CLIENT_TOKEN_ID": "the credentials are wrong: see AWS_ACCESS_KEY_ID and AWS_PROFILE",
    "SIGNATURE_DOES_NOT_MATCH": "the credentials are wrong: see AWS_SECRET_ACCESS_KEY and AWS_PROFILE",
    "MISSING_AUTHENTICATION_TOKEN": "there are no credentials: see AWS_ACCESS_KEY_ID and AWS_PROFILE",
    "EXPIRED_TOKEN": "the credentials have expired: get new ones",
    "REQUEST_TIME_TOO_SKEWED": "this machine's clock is off: set it",
    "REQUEST_EXPIRED": "this machine's clock is off: set it",
}
"""What no waiting mends, by the names that the library gives to S3's codes."""
_NOT_OURS = {"REQUEST_TIME_TOO_SKEWED", "REQUEST_EXPIRED"}


class BucketFailed(Exception):
    """A bucket cannot be used, or not any more; the message is one sentence, `status` the exit status."""

    def __init__(self, message: str, status: int = BROKEN) -> None:
        super().__init__(message)
        self.status = status


class Address(NamedTuple):
    """Where in which bucket a lake stands."""

    bucket: str
    prefix: str

    def __str__(self) -> str:
        return f"s3://{self.bucket}/{self.prefix}"

    @property
    def root(self) -> str:
        """As the library names it."""
        return f"{self.bucket}/{self.prefix}"


def address(told: str) -> Address | None:
    """The bucket that a home names, with one slash or two after `s3:`; None for a folder. Raises BucketFailed for no such name."""
    found = _ADDRESS.fullmatch(told)
    if found is None:
        return None
    bucket, prefix = found[1], found[2].strip("/")
    dots = {".", ".."} & set(prefix.split("/"))
    if not _BUCKET.fullmatch(bucket) or not _PREFIX.fullmatch(prefix) or dots:
        raise BucketFailed(
            f"{told} names no lake: it is s3://BUCKET/PREFIX, without queries; the endpoint is AWS_ENDPOINT_URL.",
            WRONG_USE,
        )
    return Address(bucket, prefix)


class Store:
    """The objects below an address. `patience`: seconds for which one of them is asked for again."""

    def __init__(self, where: Address, patience: float) -> None:
        self.where, self.patience = where, patience
        endpoint = os.environ.get("AWS_ENDPOINT_URL_S3") or os.environ.get("AWS_ENDPOINT_URL") or ""
        scheme, _, host = endpoint.rpartition("://")
        region = os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION") or None
        self._fs = fs.S3FileSystem(
            endpoint_override=host.rstrip("/") or None,
            scheme=scheme or "https",
            region=region or ("us-east-1" if host else None),
            request_timeout=min(ANSWER_SECONDS, patience),
            connect_timeout=min(CONNECT_SECONDS, patience),
            retry_strategy=fs.AwsStandardS3RetryStrategy(max_attempts=1),  # it is tried again here
            background_writes=False,
            allow_delayed_open=True,  # small objects in one request
        )

    def check(self) -> None:
        """See that the bucket is there and answers us. Raises BucketFailed."""
        # a listing: of the requests that need no right to write the one whose refusal says why
        self._tried("", lambda: self._fs.get_file_info(fs.FileSelector(self.where.root, allow_not_found=True)))
        kind = self._tried("", lambda: self._fs.get_file_info([self.where.bucket]))[0].type
        if kind is fs.FileType.NotFound:
            raise self._failed("", "NO_SUCH_BUCKET")

    def read(self, name: str) -> bytes | None:
        """An object's bytes; None where there is no such object. Raises BucketFailed."""

        def read() -> bytes | None:
            try:
                with self._fs.open_input_file(self._path(name)) as opened:
                    content: bytes = opened.read()
                    if len(content) != opened.size():
                        raise OSError("the answer was cut")
                    return content
            except FileNotFoundError:
                return None

        return self._tried(name, read)

    def fetch(self, name: str, target: Path) -> bool:
        """Write an object's bytes into a file; False where there is no such object. Raises BucketFailed."""

        def fetch() -> bool:
            try:
                with self._fs.open_input_stream(self._path(name)) as opened, target.open("wb") as out:
                    while chunk := opened.read(_CHUNK):
                        out.write(chunk)
                return True
            except FileNotFoundError:
                return False

        return self._tried(name, fetch)

    def send(self, name: str, content: bytes | Path) -> None:
        """Write an object and see that it stands there whole, by its size. Raises BucketFailed."""

        def send() -> None:
            if isinstance(content, bytes):
                with self._fs.open_output_stream(self._path(name)) as out:
                    out.write(content)
                size = len(content)
            else:
                size = content.stat().st_size
                with content.open("rb") as opened, self._fs.open_output_stream(self._path(name)) as out:
                    while chunk := opened.read(_CHUNK):
                        out.write(chunk)
            if (stands := self._size(name)) != size:
                raise OSError(f"{stands} bytes stand there of {size}")

        self._tried(name, send)

    def size(self, name: str) -> int | None:
        """An object's size; None where there is no such object. Raises BucketFailed."""
        return self._tried(name, lambda: self._size(name))

    def remove(self, name: str) -> None:
        """Delete an object, if it is there. Raises BucketFailed."""

        def remove() -> None:
            if self._size(name) is not None:
                self._fs.delete_file(self._path(name))

        self._tried(name, remove)

    def move(self, name: str, to: str) -> None:
        """Give an object another name, if it is there. Raises BucketFailed."""

        def move() -> None:
            if self._size(name) is not None:
                self._fs.move(self._path(name), self._path(to))

        self._tried(name, move)

    def _path(self, name: str) -> str:
        return f"{self.where.root}/{name}"

    def _size(self, name: str) -> int | None:
        info = self._fs.get_file_info([self._path(name)])[0]
        return info.size if info.type is fs.FileType.File else None

    def _tried(self, name: str, do: Callable[[], T]) -> T:
        """What a request gives, tried again with growing waits while that may help."""
        until, wait = time.monotonic() + self.patience, FIRST_WAIT
        while True:
            try:
                return do()
            except OSError as error:
                if not _is_of_network(error):
                    raise  # of the disk here
                found = _CODE.search(str(error))
                code, http = (found[1], found[2] or "") if found else ("", "")
                if unknown := _UNKNOWN.search(str(error)):  # as S3 spells it: ExpiredToken
                    code = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", unknown[1]).upper()
                is_final = code in _FINAL or (http.startswith("4") and http not in ("408", "425", "429"))
                left = until - time.monotonic()
                if is_final or left <= 0:
                    raise self._failed(name, code, str(error), is_final) from None
            time.sleep(min(wait * random.uniform(0.5, 1), left))
            wait = min(2 * wait, LONGEST_WAIT)

    def _failed(self, name: str, code: str, said: str = "", is_final: bool = True) -> BucketFailed:
        where = f"{self.where}{f'/{name}' if name else ''}"
        if code in _FINAL:
            return BucketFailed(f"{where}: {_FINAL[code]}.", BROKEN if code in _NOT_OURS else WRONG_USE)
        said = said.partition("AWS Error ")[2] or said
        how = "refused a request" if is_final else f"did not answer as it should for {self.patience:g} s"
        return BucketFailed(f"{where} {how} ({' '.join(said.split())[:200]}).")


def _is_of_network(error: OSError) -> bool:
    return error.errno is None


def at_once(do: Callable[[T], R], items: Iterable[T]) -> list[R]:
    """What `do` gives for each, some at the same time; the first failure ends it: what has not begun is left."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        waiting = [pool.submit(do, item) for item in items]
        try:
            return [each.result() for each in waiting]
        finally:
            for each in waiting:
                each.cancel()


def in_lots(items: Sequence[T], size: int) -> Iterable[Sequence[T]]:
    """Consecutive pieces of at most `size`."""
    return (items[at : at + size] for at in range(0, len(items), size))
