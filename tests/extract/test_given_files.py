"""Files from disk: everything that can stand at a path is a file to read or left out by name."""

from __future__ import annotations

import hashlib
import os
import subprocess
from pathlib import Path

import pytest

from extract.files import GivenFile, LeftOut, find, read, shown
from extract.model import RawDocument


def names(*paths: Path) -> list[str]:
    return [Path(item.name).name for item in find(paths)]


def test_folders_are_walked_in_order_and_sidecars_passed_over(tmp_path: Path) -> None:
    for name in ("b.html", "a/z.pdf", "a/b/c.txt", ".hidden", ".git/x.html", "b.truth.json", "make.py", "README.md"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("x")
    assert names(tmp_path) == ["c.txt", "z.pdf", "b.html"]
    assert names(tmp_path / "make.py", tmp_path / ".hidden", tmp_path / "a") == ["make.py", ".hidden", "c.txt", "z.pdf"]


def test_links(tmp_path: Path) -> None:
    (tmp_path / "d").mkdir()
    (tmp_path / "d" / "x.html").write_text("x")
    (tmp_path / "d" / "loop").symlink_to(tmp_path)
    (tmp_path / "self").symlink_to("self")
    (tmp_path / "dangling").symlink_to("nowhere")
    (tmp_path / "twin").symlink_to("d")
    (tmp_path / "x2.html").symlink_to("d/x.html")
    found = {Path(item.name).relative_to(tmp_path).as_posix(): item for item in find([tmp_path])}
    assert {name for name, item in found.items() if isinstance(item, GivenFile)} == {"d/x.html", "x2.html"}
    reasons = {name: item.reason for name, item in found.items() if isinstance(item, LeftOut)}
    assert reasons.keys() == {"d/loop", "self", "dangling"}
    assert "leads back" in reasons["d/loop"]
    assert "leads nowhere" in reasons["dangling"]


def test_what_is_no_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "empty").mkdir()
    for path, reason in (
        (tmp_path / "pipe", "a named pipe, not a file"),
        (Path("/dev/null"), "a device, not a file"),
        (tmp_path / "none", "there is no such file or folder (or a link that leads nowhere)"),
        (tmp_path / "empty", "the folder holds no file to read"),
        (tmp_path / ("x" * 300), "it cannot be opened: file name too long"),
        (tmp_path / "a\0b", "it cannot be opened: no file's name has a null byte"),
    ):
        (item,) = find([path])
        assert isinstance(item, LeftOut), path
        assert item.reason == reason
    # replaced by a pipe after it was found: reading must not wait for a writer
    assert read(GivenFile(str(tmp_path / "pipe"), "pipe")) == LeftOut(
        "pipe", "a named pipe, not a file", category="unsupported"
    )


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_unreadable(tmp_path: Path) -> None:
    (tmp_path / "f").write_text("x")
    (tmp_path / "d").mkdir()
    (tmp_path / "f").chmod(0)
    (tmp_path / "d").chmod(0)
    opened = [read(item) if isinstance(item, GivenFile) else item for item in find([tmp_path])]
    (tmp_path / "d").chmod(0o700)
    assert [item.reason for item in opened if isinstance(item, LeftOut)] == ["permission to read it is denied"] * 2


def test_content_and_hash(tmp_path: Path) -> None:
    content = bytes(range(256)) * 8192
    (tmp_path / "x").write_bytes(content)
    raw = read(GivenFile(str(tmp_path / "x"), "x"), max_bytes=len(content))
    assert raw == RawDocument("x", hashlib.sha256(content).hexdigest(), content)
    large = read(GivenFile(str(tmp_path / "x"), "x"), max_bytes=2**20)
    assert large == LeftOut(
        "x", "the file has 2 MB; the limit is 1 MB", hashlib.sha256(content).hexdigest(), 2**21, "unsupported"
    )


def test_names_that_are_no_text(tmp_path: Path) -> None:
    path = os.fsdecode(bytes(tmp_path) + b"/\xff\xe4.html")
    Path(path).write_bytes(b"x")
    (item,) = find([tmp_path])
    assert isinstance(item, GivenFile)
    assert item.name.endswith("\\xff\\xe4.html")
    assert item.name.encode("utf-8")
    assert isinstance(read(item), RawDocument)
    assert shown("年报.html") == "年报.html"


def test_folder_a_thousand_deep(tmp_path: Path) -> None:
    top = tmp_path / "top"
    path = top
    path.mkdir()
    try:
        while len(str(path)) < 4000:
            path = path / "d"
            path.mkdir()
        (path / "x.html").write_bytes(b"x")
        (item,) = find([top])
        assert isinstance(item, GivenFile)
        assert isinstance(read(item), RawDocument)
    finally:
        subprocess.run(["rm", "-rf", top], check=True)  # deeper than shutil.rmtree can go
