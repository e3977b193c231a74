"""The table of indicators: complete, and refused where a line cannot be."""

from __future__ import annotations

from pathlib import Path

import pytest

from extract.forms.vocabulary import MEASURE_BY_CODE
from transform.indicators import INDICATORS, BadIndicator, indicators

HEAD, GOOD = INDICATORS.read_text(encoding="utf-8").splitlines()[:2]


def test_a_measure_is_named_only_for_forms_that_have_it() -> None:
    named = [(form.form, form.cell) for i in indicators() for form in i.forms if "." in form.cell]
    assert named
    assert all(form in MEASURE_BY_CODE[cell].forms for form, cell in named)


def test_a_form_without_tables_has_none() -> None:
    assert all(i.forms[-1].form == "narrative" and i.forms[-1].comparability == "not" for i in indicators())


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ([GOOD, GOOD], "line 3: new_requests stands there twice"),
        (["x,1,甲,a,requests,,,,exactly,,new,exactly,,new,not,why,"], "line 2: code, names, unit and formula"),
        (["x,one,甲,a,requests,f,,,exactly,,new,exactly,,new,not,why,"], "'one' is no version"),
        (["x,1,甲,a,requests,f,,,mostly,,new,exactly,,new,not,why,"], "form 2021 has it 'mostly'"),
        (["x,1,甲,a,requests,f,,,exactly,,,exactly,,new,not,why,"], "a cell of form 2021 is named"),
        (["x,1,甲,a,requests,f,,,exactly,,new,nearly,,new,not,why,"], "a note on form 2019"),
    ],
)
def test_a_bad_line_is_named(tmp_path: Path, lines: list[str], message: str) -> None:
    file = tmp_path / "indicators.csv"
    file.write_text("\n".join([HEAD, *lines]) + "\n", encoding="utf-8")
    with pytest.raises(BadIndicator, match=message):
        indicators(file)
