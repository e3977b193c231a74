"""Traditional characters → simplified ones: some publishers, and most mirrors, print 寧 for 宁."""

from __future__ import annotations

from functools import cache, lru_cache

from opencc import OpenCC  # type: ignore[import-untyped]


@cache
def _converter() -> OpenCC:
    return OpenCC("t2s")


@lru_cache(maxsize=4096)
def simplified(text: str) -> str:
    """The text in simplified characters."""
    converted: str = _converter().convert(text)
    return converted
