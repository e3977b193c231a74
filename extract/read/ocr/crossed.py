"""Rules that run through characters: rows of their strokes, which look like lines."""

from __future__ import annotations

from collections.abc import Sequence

from extract.read.layout.page import Glyph, Rule

STRUCK = 0.25  # of a rule's length: what runs through more characters is made of them


def without_strokes(drawn: list[Rule], glyphs: Sequence[Glyph]) -> list[Rule]:
    """The rules without those that run through characters: a row of strokes may look like a line, but no text stands on
    a rule.
    """
    return [rule for rule in drawn if _crossed(rule, glyphs) <= STRUCK * (rule.x1 - rule.x0 + rule.bottom - rule.top)]


def _crossed(rule: Rule, glyphs: Sequence[Glyph]) -> float:
    """How much of the rule runs through the middle of characters, in points."""
    crossed = 0.0
    for g in glyphs:
        width, height = g.x1 - g.x0, g.bottom - g.top
        if rule.top == rule.bottom:
            if g.top + 0.2 * height < rule.top < g.bottom - 0.2 * height:
                crossed += max(0.0, min(rule.x1, g.x1) - max(rule.x0, g.x0))
        elif g.x0 + 0.2 * width < rule.x0 < g.x1 - 0.2 * width:
            crossed += max(0.0, min(rule.bottom, g.bottom) - max(rule.top, g.top))
    return crossed
