"""`ogi demo` where it cannot do its work: one line says why, and nothing is asked of a warehouse that is not there."""

from __future__ import annotations

from pathlib import Path

from tests.flows.conftest import run_ogi


def test_a_home_that_cannot_be_made_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder", encoding="utf-8")
    done = run_ogi("demo", "--home", tmp_path / "file" / "lake")
    assert (done.returncode, done.stdout) == (1, b"")
    assert done.stderr.startswith(b"ogi: ") and done.stderr.count(b"\n") == 1, done.stderr.decode()
