"""PNG, JPEG, TIFF and other pictures of pages → prose and grids, by recognising them."""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from extract.model import Document
from extract.outcomes import MissingProgram, Unreadable, Unsupported
from extract.read import ocr

if TYPE_CHECKING:
    import numpy
    from PIL.Image import Image as Picture

    from extract.read.ocr.picture import PictureRead

MAX_PIXELS = 60_000_000  # an A3 page at 400 dpi has 31 million
MOST_PIXELS = 32_000_000  # larger ones are made so small first: what recognises needs 50 bytes a pixel
MAX_FRAMES = 40  # pages of one TIFF
PAGE_INCHES = 11.7  # the longer side of the sheet that a picture without a resolution is taken for (A4)
LOWEST_DPI, HIGHEST_DPI = 100, 600  # what a picture says of its resolution beyond these is not believed


def read(content: bytes, prose: bool = False) -> Document:
    """Read every page. Errors: `Unreadable` for a damaged or overlarge picture, and where nothing can recognise it."""
    if not ocr.available():
        raise MissingProgram(f"the file is a picture; {ocr.MISSING}")
    reads = [ocr.read_picture(frame, number, scale, prose) for number, (frame, scale) in enumerate(frames(content), 1)]
    if not prose and not any(_has_table(read) for read in reads):
        reads = [
            ocr.read_picture(frame, number, scale, True) for number, (frame, scale) in enumerate(frames(content), 1)
        ]
    blocks = tuple(block for read in reads for block in read.blocks)
    if not blocks:
        raise Unreadable("no text could be recognised in the picture")

    def again(wanted: frozenset[int]) -> Document:
        found = (block for number, read in enumerate(reads, 1) if number in wanted for block in read.again())
        return Document("image", tuple(found), by_position=True)

    return Document("image", blocks, by_position=True, rereadings=(again,))


def _has_table(read: PictureRead) -> bool:
    from extract.model import Grid

    return any(isinstance(block, Grid) and block.width > 2 for block in read.blocks)


def frames(content: bytes) -> Iterator[tuple[numpy.ndarray[Any, Any], float]]:
    """Each page as pixels (height × width × 3, BGR), and how many points a pixel is; one at a time, as they are large."""
    import numpy as np
    from PIL import Image, ImageOps, ImageSequence, UnidentifiedImageError

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content)) as opened:
                _check(opened.size)
                count = int(getattr(opened, "n_frames", 1))
                if count > MAX_FRAMES:
                    raise Unsupported(f"the picture has {count} pages; the limit is {MAX_FRAMES}")
                for frame in ImageSequence.Iterator(opened):
                    _check(frame.size)
                    shown = _on_paper(ImageOps.exif_transpose(frame))
                    scale = min(1.0, (MOST_PIXELS / (shown.width * shown.height)) ** 0.5)
                    if scale < 1:
                        size = (max(1, int(shown.width * scale)), max(1, int(shown.height * scale)))
                        shown = shown.resize(size, Image.Resampling.BOX)
                    pixels = np.ascontiguousarray(np.asarray(shown)[:, :, ::-1])
                    del shown
                    yield pixels, _points(frame) / scale
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise Unsupported(f"the picture has more than {MAX_PIXELS:,} pixels") from None
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError, OverflowError) as error:
        raise Unreadable(f"the picture is damaged ({type(error).__name__})") from None


def _on_paper(shown: Picture) -> Picture:
    """In colours without transparency: what is transparent shows white paper."""
    from PIL import Image

    if not shown.has_transparency_data:
        return shown.convert("RGB")
    white = Image.new("RGB", shown.size, "white")
    white.paste(shown, mask=shown.convert("RGBA").getchannel("A"))
    return white


def _check(size: tuple[int, int]) -> None:
    if size[0] * size[1] > MAX_PIXELS:
        raise Unsupported(f"the picture has {size[0]:,} × {size[1]:,} pixels; the limit is {MAX_PIXELS:,} in all")


def _points(frame: Any) -> float:
    """Points a pixel: by the resolution that the file states, if a scanner can have it, else as if it showed a page."""
    dpi = float(frame.info.get("dpi", (0, 0))[0] or 0)
    if not LOWEST_DPI <= dpi <= HIGHEST_DPI:
        dpi = max(frame.size) / PAGE_INCHES
    return 72 / dpi
