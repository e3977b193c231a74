"""Rules in pictures of pages: found under noise and skew, cut by the page, and not in seals. Recognised cells are tests of formats."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from PIL import Image, ImageDraw

from extract.read.layout.page import Rule

pytest.importorskip("cv2", reason="the extra `ocr` is not installed")

from extract.read.ocr.rules import rules
from extract.read.ocr.upright import grey, straight

DPI = 200
SCALE = 72 / DPI
XS, YS = [200, 600, 800, 1000, 1400], [400, 450, 500, 560, 620]


def table(page: Image.Image, foot: bool = True) -> Image.Image:
    """A table of rules two pixels wide at `XS` and `YS`; without `foot` the page cuts it above its lowest rule."""
    draw = ImageDraw.Draw(page)
    for y in YS if foot else YS[:-1]:
        draw.line((XS[0], y, XS[-1], y), fill=(40, 40, 40), width=2)
    for x in XS:
        draw.line((x, YS[0], x, YS[-1]), fill=(40, 40, 40), width=2)
    return page


def scanned(page: Image.Image, skew: float = 0.0, noise: float = 0.0, paper: int = 235) -> np.ndarray:
    turned = page.rotate(skew, Image.Resampling.BICUBIC, fillcolor=(255, 255, 255))
    shades = np.asarray(turned, dtype=np.float32) * (paper / 255)
    shades += np.random.default_rng(1).normal(0, noise, shades.shape[:2])[:, :, None]
    return shades.clip(0, 255).astype(np.uint8)[:, :, ::-1].copy()


def seen(picture: np.ndarray) -> tuple[list[Rule], list[Rule]]:
    """(horizontal, vertical) rules of a page that was made upright."""
    found = rules(straight(grey(picture)), SCALE)
    return [r for r in found if r.top == r.bottom], [r for r in found if r.x0 == r.x1]


def blank() -> Image.Image:
    return Image.new("RGB", (1654, 1200), "white")


@pytest.mark.parametrize(("skew", "noise"), [(0.0, 0.0), (0.4, 8.0), (3.0, 8.0), (-5.0, 12.0)])
def test_every_rule_is_found_and_no_other(skew: float, noise: float) -> None:
    across, down = seen(scanned(table(blank()), skew, noise))
    assert (len(across), len(down)) == (len(YS), len(XS))
    widths = [b - a for a, b in pairwise(XS)]
    found = sorted(r.x0 / SCALE for r in down)
    assert [b - a for a, b in pairwise(found)] == pytest.approx(widths, abs=3)


@pytest.mark.parametrize("skew", [0.0, 2.0])
def test_rules_that_the_page_cuts_are_kept_to_their_ends(skew: float) -> None:
    across, down = seen(scanned(table(blank(), foot=False), skew, 6.0))
    assert (len(across), len(down)) == (len(YS) - 1, len(XS))
    assert all((r.bottom - r.top) / SCALE == pytest.approx(YS[-1] - YS[0], abs=6) for r in down)


def test_a_rule_that_goes_on_in_another_shade_and_a_little_aside_is_kept_to_its_end() -> None:
    """As a browser prints the side of a cell that the page cuts, below the last row that is whole."""
    page = blank()
    draw = ImageDraw.Draw(page)
    for y in YS[:-1]:
        draw.line((XS[0], y, XS[-1], y), fill=(40, 40, 40), width=2)
    for x in XS:
        draw.line((x, YS[0], x, YS[-2]), fill=(40, 40, 40), width=3)
        if x in (XS[0], XS[1], XS[-1]):
            draw.line((x - 3, YS[-2], x - 3, YS[-1]), fill=(150, 150, 150), width=2)
    _, down = seen(scanned(page, 0.3, 6.0))
    high = [round((r.bottom - r.top) / SCALE) for r in sorted(down, key=lambda r: r.x0)]
    whole, cut = YS[-1] - YS[0], YS[-2] - YS[0]
    assert high == [pytest.approx(h, abs=6) for h in (whole, whole, cut, cut, whole)]


def test_a_double_dash_that_reaches_from_rule_to_rule_parts_no_cell() -> None:
    page = Image.new("RGB", (1654, 1200), "white")
    draw = ImageDraw.Draw(page)
    xs = (200, 700, 770, 1000)  # the second column is as wide as a double dash
    for y in YS:
        draw.line((xs[0], y, xs[-1], y), fill=(40, 40, 40), width=2)
    for x in xs:
        draw.line((x, YS[0], x, YS[-1]), fill=(40, 40, 40), width=2)
    draw.line((xs[1] + 2, 475, xs[2] - 2, 475), fill=(40, 40, 40), width=2)
    across, down = seen(scanned(page, 0.4, 6.0))
    assert (len(across), len(down)) == (len(YS), len(xs))


@pytest.mark.parametrize("ink", [(225, 40, 40), (110, 110, 110)], ids=["red", "in a grey scan"])
def test_a_seal_is_no_rule(ink: tuple[int, int, int]) -> None:
    """Stamped over the table: the print shows through its ink."""
    page = blank()
    ImageDraw.Draw(page).ellipse((650, 380, 980, 710), outline=ink, width=12)
    across, down = seen(scanned(table(page), 1.0, 6.0))
    assert (len(across), len(down)) == (len(YS), len(XS))


def test_a_page_of_large_characters_has_no_table() -> None:
    page = blank()
    draw = ImageDraw.Draw(page)
    for x in range(200, 1400, 60):  # strokes like those of a title's characters
        draw.line((x, 300, x, 345), fill=(20, 20, 20), width=5)
        draw.line((x, 300, x + 40, 300), fill=(20, 20, 20), width=5)
        draw.line((x, 322, x + 40, 322), fill=(20, 20, 20), width=5)
    assert seen(scanned(page)) == ([], [])
