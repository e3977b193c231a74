"""Contents fetched from a bucket, each against its hash; what is not what its name says is set aside there and named."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from flows.bucket.store import Store
from transform.sealed import sha256_of

TRIES = 3
"""So often what does not have its hash is fetched."""


class Contents:
    """Fetches from `store`. `said` gets a line on each that is damaged, `broken` its hash; `may_write`: whether it may be moved."""

    def __init__(self, store: Store, said: list[str]) -> None:
        self.store, self.said = store, said
        self.broken: set[str] = set()
        self.may_write = False

    def got(self, name: str, target: Path, sha256: str) -> bool:
        """Whether the object `name` is in `target` now, whole. Raises BucketFailed."""
        for _ in range(TRIES):
            if not self.store.fetch(name, target):
                return self._lacks(name, sha256, "is missing in the bucket")
            if sha256_of(target) == sha256:
                return True
        target.unlink()
        if self.may_write:
            self.store.move(name, aside(name))
        return self._lacks(name, sha256, "in the bucket is damaged")

    def _lacks(self, name: str, sha256: str, why: str) -> bool:
        self.broken.add(sha256)
        self.said.append(f"{name} {why}: a run makes again what it was for, or says what is lost.")
        return False


def aside(name: str) -> str:
    """Where a damaged object is kept for a person to look at."""
    return f"damaged/{datetime.now(UTC):%Y-%m-%d}/{name.replace('/', '-')}"
