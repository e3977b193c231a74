"""Pictures of pages → prose and grids, where the extra `ocr` is installed."""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy

    from extract.read.ocr.picture import PictureRead

MISSING = "install the extra that reads pictures: pip install 'ogi-reports[ocr]'"


def available() -> bool:
    """Whether the packages that recognise text are installed."""
    return all(find_spec(name) is not None for name in ("rapidocr", "onnxruntime", "cv2"))


def read_picture(
    image: numpy.ndarray[Any, Any], number: int, points_per_pixel: float, prose: bool = False
) -> PictureRead:
    """Read the picture (height × width × 3, BGR, or height × width) of page `number`; boxes come out in points.

    Without `prose` a page that shows no ruled table is not recognised, but for the first: it names the report.
    """
    from extract.read.ocr.picture import read  # numpy, OpenCV and the models: only where a picture is read

    return read(image, number, points_per_pixel, prose)
