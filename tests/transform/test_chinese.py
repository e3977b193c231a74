"""Names in Chinese: each once, none missing, none of what is not there; what is wrong is said with its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from transform import chinese
from transform.empty_warehouse import warehouse_dictionary


def test_what_has_no_name_is_told_with_the_line_that_it_needs() -> None:
    with pytest.raises(
        chinese.NotNamed, match=r"v_new has no Chinese name: a line “view,v_new,…” in sql/chinese_names\.csv"
    ):
        chinese.statement("v_new", [("year", "SMALLINT")])
    with pytest.raises(chinese.NotNamed, match="“column,unheard_of,…”"):
        chinese.statement("v_report", [("unheard_of", "SMALLINT")])


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ("view,v_a,v_甲\nview,v_a,v_乙", "line 3: .* is doubled"),
        ("view,v_a,v_甲\nview,v_b,v_甲", "line 3: v_甲 is the name of another view"),
        ("view,v_a,", "line 2: .* says nothing"),
        ("view,v_a", "line 2: .* says nothing"),
        ("views,v_a,v_甲", "line 2: views is neither view nor column"),
    ],
)
def test_a_name_that_is_doubled_or_none_is_refused(lines: str, said: str, tmp_path: Path) -> None:
    """A second view under one name would take the place of the first one's."""
    file = tmp_path / "chinese_names.csv"
    file.write_text(f"kind,name,chinese\n{lines}\n", encoding="utf-8")
    with pytest.raises(ValueError, match=said):
        chinese.names("view", file)


def test_two_values_that_would_look_the_same_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "chinese_values.csv"
    file.write_text("column,value,chinese\nscope,own,本级\nkind,own,本级\n", encoding="utf-8")
    assert chinese.values(file) == {"scope": {"own": "本级"}, "kind": {"own": "本级"}}
    file = tmp_path / "same.csv"
    file.write_text("column,value,chinese\nscope,own,本级\nscope,all,本级\n", encoding="utf-8")
    with pytest.raises(ValueError, match="line 3: 本级 is another value of scope"):
        chinese.values(file)


def test_what_has_a_name_is_there() -> None:
    relations = [relation for relation in warehouse_dictionary() if relation.is_view and relation.name.isascii()]
    columns = {column.name for relation in relations for column in relation.columns}
    assert set(chinese.names("view")) == {relation.name for relation in relations}
    assert set(chinese.names("column")) - columns == set()
    assert set(chinese.values()) - columns == set()
