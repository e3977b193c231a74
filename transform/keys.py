"""Stable keys: derived from what a thing is, never from the order in which it came."""

from __future__ import annotations

from functools import lru_cache
from hashlib import blake2b

KEY_BITS = 53
"""Keys stay below 2**53, so that JSON, JavaScript and float64 columns carry them unharmed."""


def key(kind: str, *identity: str | int | None) -> int:
    """The key of one `kind` of thing with this identity: an integer in [0, 2**53).

    None, "" and "None" are three different identities, and ("ab", "c") is not ("a", "bc").
    """
    parts = (kind, *("n" if part is None else f"{type(part).__name__[0]}{part}" for part in identity))
    text = "".join(f"{len(part)}:{part}" for part in parts)
    digest = blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "big") >> (64 - KEY_BITS)


@lru_cache(maxsize=100_000)  # the reports of a build name the same organs year after year
def organ_key(identity: str) -> int:
    """The key of the organ that `Extraction.organ_identity` names."""
    return key("organ", identity)


def report_key(organ_identity: str | None, year: int | None, sha256: str) -> int:
    """The key of one report: of an organ for a year, or of its document alone where the organ is not known."""
    return key("report", organ_identity or sha256, year, sha256)
