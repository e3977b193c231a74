"""A new database of Prefect's is made once and copied; what is damaged, foreign or another Prefect's is not used."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from importlib.metadata import version
from pathlib import Path

import pytest

from flows import template
from flows.server import Server

NEWEST = "select version_num from alembic_version"


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where templates are kept, still empty."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "ogi"


@pytest.fixture
def made(tmp_path: Path) -> Path:
    """A small database as Prefect leaves it: its last change stands in the journal."""
    file = tmp_path / "made.db"
    con = sqlite3.connect(file)
    con.execute("pragma journal_mode = wal")
    con.execute("create table alembic_version (version_num)")
    con.execute("insert into alembic_version values ('abc')")
    con.commit()
    return file


def said(database: Path) -> list[tuple[str]]:
    with closing(sqlite3.connect(database)) as con:
        return con.execute(NEWEST).fetchall()


def test_without_a_template_nothing_is_copied(kept: Path, tmp_path: Path) -> None:
    assert not template.use(tmp_path / "prefect.db")
    assert not (tmp_path / "prefect.db").exists()


def test_a_kept_database_is_copied_with_what_stood_in_its_journal(kept: Path, made: Path, tmp_path: Path) -> None:
    template.keep(made)
    template.keep(made)
    assert len(list(kept.iterdir())) == 1
    assert template.use(tmp_path / "home" / "prefect.db")
    assert said(tmp_path / "home" / "prefect.db") == [("abc",)]
    assert [file.name for file in (tmp_path / "home").iterdir()] == ["prefect.db"]


def test_a_damaged_template_is_deleted_and_made_anew(kept: Path, made: Path, tmp_path: Path) -> None:
    template.keep(made)
    (file,) = kept.iterdir()
    content = bytearray(file.read_bytes())
    content[-100] ^= 1
    file.write_bytes(content)
    assert not template.use(tmp_path / "prefect.db")
    assert not file.exists()
    template.keep(made)
    assert template.use(tmp_path / "prefect.db")


def test_the_template_of_another_prefect_is_passed_by(kept: Path, made: Path, tmp_path: Path) -> None:
    template.keep(made)
    (file,) = kept.iterdir()
    other = file.rename(file.with_name(file.name.replace(version("prefect"), "0.0.1")))
    assert not template.use(tmp_path / "prefect.db")
    assert other.exists()


def test_a_link_is_no_template_and_gives_way_to_one(kept: Path, made: Path, tmp_path: Path) -> None:
    template.keep(made)
    (file,) = kept.iterdir()
    file.symlink_to(file.rename(tmp_path / "elsewhere"))
    assert not template.use(tmp_path / "prefect.db")
    template.keep(made)
    assert not file.is_symlink() and template.use(tmp_path / "prefect.db")
    assert (tmp_path / "elsewhere").exists()


def test_where_nothing_can_be_kept_a_start_costs_as_before(kept: Path, made: Path, tmp_path: Path) -> None:
    kept.parent.write_text("a file, so that no folder can be made here")
    template.keep(made)
    assert not template.use(tmp_path / "prefect.db")


@pytest.mark.services
def test_the_second_new_lake_starts_with_a_copy_of_what_the_first_made(kept: Path, tmp_path: Path) -> None:
    for name in ("first", "second"):
        server = Server(tmp_path / name)
        try:
            server.wait()
        finally:
            server.stop()
        assert len(list(kept.iterdir())) == 1
        with closing(sqlite3.connect(tmp_path / name / "prefect.db")) as con:
            assert con.execute("select count(*) from block_type").fetchone()[0] > 10
    assert said(tmp_path / "first" / "prefect.db") == said(tmp_path / "second" / "prefect.db")
    assert not (tmp_path / "second" / "memo_store.toml").exists()  # no blocks were registered again
