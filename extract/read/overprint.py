"""De-duplicates overprinted glyphs."""

from __future__ import annotations

from collections.abc import Iterable

from extract.read.layout.page import Glyph

APART = 0.3
"""Of the character's width: nearer than this, the same character at the same height is printed twice. Two that are meant stand a
width apart. The PDFs of the samples and shared reports have none: 0.02 to 0.95 read them alike.
"""


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
                twice = twice or abs(other - x0) < APART * (x1 - x0)
        if not twice:
            seen.setdefault((text, height), []).append(x0)
            found.append(glyph)
    return found
