"""Printed pages as a scanner gives them: turned a little, noisy, on grey paper, with a red seal over the table."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

import numpy as np
import pypdfium2
from PIL import Image, ImageDraw

POINTS_PER_INCH = 72


@dataclass(frozen=True)
class Scan:
    """How a page is scanned. `dpi`: pixels an inch; `skew`: degrees, counterclockwise; `noise`: standard deviation in
    grey levels (0 to 255); `paper`: the grey of the paper; `seal`: a red seal over the middle; `faded`: the ink's grey.
    """

    dpi: int = 200
    skew: float = 0.0
    noise: float = 0.0
    paper: int = 255
    seal: bool = False
    faded: int = 0


def scan(pdf: bytes, how: Scan, seed: int = 1) -> list[Image.Image]:
    """Every page of a PDF as an RGB picture."""
    random = Random(seed)
    opened = pypdfium2.PdfDocument(pdf)
    try:
        return [_scanned(page, how, random) for page in opened]
    finally:
        opened.close()


def _scanned(page: pypdfium2.PdfPage, how: Scan, random: Random) -> Image.Image:
    image = page.render(scale=how.dpi / POINTS_PER_INCH).to_pil().convert("RGB")
    if how.seal:
        image = _sealed(image, random)
    if how.skew:
        image = image.rotate(how.skew, Image.Resampling.BICUBIC, expand=True, fillcolor=(255, 255, 255))
    levels = np.asarray(image, dtype=np.float32)
    levels = how.faded + levels * ((how.paper - how.faded) / 255)
    if how.noise:
        levels += np.random.default_rng(random.getrandbits(32)).normal(0, how.noise, levels.shape[:2])[:, :, None]
    return Image.fromarray(levels.clip(0, 255).astype(np.uint8))


def _sealed(image: Image.Image, random: Random) -> Image.Image:
    """A round seal of 42 mm, its ring and star in red ink that lets the print through."""
    width, height = image.size
    size = round(width * 42 / 210)
    seal = Image.new("RGB", image.size, (255, 255, 255))
    left, top = round(width * random.uniform(0.35, 0.6)), round(height * random.uniform(0.3, 0.6))
    draw = ImageDraw.Draw(seal)
    draw.ellipse((left, top, left + size, top + size), outline=(225, 40, 40), width=max(3, size // 28))
    middle = (left + size / 2, top + size / 2)
    points = [_on_circle(middle, size * (0.17 if n % 2 == 0 else 0.07), n * 36 - 90) for n in range(10)]
    draw.polygon(points, fill=(225, 40, 40))
    inked = np.minimum(np.asarray(image), np.asarray(seal))
    return Image.fromarray(inked)


def _on_circle(middle: tuple[float, float], radius: float, degrees: float) -> tuple[float, float]:
    angle = np.deg2rad(degrees)
    return middle[0] + radius * float(np.cos(angle)), middle[1] + radius * float(np.sin(angle))


def encoded(pages: Sequence[Image.Image], kind: str, dpi: int) -> bytes:
    """The pages as `png` or `jpg` (one page), `tif` (grey), `fax` (a TIFF in black and white), `pdf` (a scanned PDF)."""
    target = io.BytesIO()
    first, *rest = pages
    if kind == "png":
        first.save(target, "PNG", dpi=(dpi, dpi))
    elif kind == "jpg":
        first.save(target, "JPEG", quality=75, dpi=(dpi, dpi))
    elif kind == "tif":
        grey = [page.convert("L") for page in pages]
        grey[0].save(target, "TIFF", save_all=True, append_images=grey[1:], compression="tiff_deflate", dpi=(dpi, dpi))
    elif kind == "fax":
        bits = [page.convert("L").point(lambda level: 255 * (level > 150)).convert("1") for page in pages]
        bits[0].save(target, "TIFF", save_all=True, append_images=bits[1:], compression="group4", dpi=(dpi, dpi))
    elif kind == "pdf":
        first.save(target, "PDF", save_all=True, append_images=rest, resolution=dpi, quality=80)
    else:
        raise ValueError(kind)
    return target.getvalue()
