"""De-duplicates overprinted glyphs."""

from __future__ import annotations

from collections.abc import Iterable

from extract.read.layout.page import Glyph


def deduplicated(glyphs: Iterable[Glyph]) -> list[Glyph]:
    """The characters in their order. Bold print made by printing twice, a hair apart, counts once: `11` must not become of `1`."""
    seen: dict[tuple[str, int], list[float]] = {}  # text and height → where it begins
    found: list[Glyph] = []
    for glyph in glyphs:
        text, x0, top, x1, _, _ = glyph
        height = round(top)
        twice = False
        for near in (height, height - 1, height + 1):
            for other in seen.get((text, near), ()):
                twice = twice or abs(other - x0) < 0.3 * (x1 - x0)
        if not twice:
            seen.setdefault((text, height), []).append(x0)
            found.append(glyph)
    return found
