"""What may become a label: words that mean one row of the form, by every way in which a label is looked up."""

from __future__ import annotations

import pytest

from extract.forms import labels, vocabulary
from extract.forms.labels import FORM, Axis

AXES = {
    "OUTCOME_LABELS": {outcome.code for outcome in vocabulary.OUTCOMES},
    "GROUP_LABELS": {*vocabulary.GROUPS, "results"},
    "APPLICANT_LABELS": {*vocabulary.APPLICANT_CODES, "subtotal"},
    "POWER_LABELS": {measure.row for measure in vocabulary.MEASURES},
    "MEASURE_LABELS": {measure.column for measure in vocabulary.MEASURES},
    "CHANNEL_LABELS": {*vocabulary.CHANNELS, "litigation"},
    "RESULT_LABELS": set(vocabulary.RESULT_CODES),
}
"""The codes of each axis that forms have, and those that are recognised without being in one."""


@pytest.mark.parametrize("axis", AXES)
def test_a_label_is_of_a_code_that_the_forms_have(axis: str) -> None:
    """A row of another code would be read and have no place: neither a number nor a finding would come of it."""
    assert set(getattr(labels, axis)) - AXES[axis] == set(), f"{axis}: a code of extract/forms/vocabulary.py"


@pytest.mark.parametrize("axis", AXES)
def test_the_words_of_the_form_come_first(axis: str) -> None:
    """docs/labels.md says that the first label of each line is the form's."""
    table = getattr(labels, axis)
    assert [code for code, aliases in table.items() if aliases[0][1] != FORM and code != "subtotal"] == []


@pytest.mark.parametrize("axis", AXES)
def test_no_alias_is_nearest_to_the_words_of_another_row(axis: str) -> None:
    """What the matcher would take as another row's misprint could be two rows."""
    table = getattr(labels, axis)
    two = []
    for code, aliases in table.items():
        for alias in aliases:
            others = {other: tuple(each for each in words if each != alias) for other, words in table.items()}
            nearest = Axis(others).nearest(alias[0]) if alias[1] != FORM else code
            if nearest not in (None, code):
                two.append((alias[0], code, nearest))
    assert two == [], f"{axis}: must not be added, only the arithmetic proof may tell it"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"a": (("重复申请", FORM),), "b": (("（二）重复 申请", "x"),)}, "is a label of a and of b"),
        ({"a": (("（二）", "x"),), "b": (("重复申请", FORM),)}, "is no label"),
        ({"a": (("维", "x"),), "b": (("重复申请", FORM),)}, "is no label"),
        ({"a": (("重复申请", " "),), "b": (("总计", FORM),)}, "names no witness"),
    ],
)
def test_what_is_no_label_is_refused_at_once(given: dict[str, tuple[tuple[str, str], ...]], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        Axis(given)


def test_a_row_has_no_word_of_a_group() -> None:
    """不予公开 heads eight rows: as the word of one of them it could be either."""
    rows = Axis({"denied.state_secret": (("属于国家秘密", FORM), ("不予公开", "x"))})
    with pytest.raises(ValueError, match=r"不予公开 is a label of denied\.state_secret and of denied"):
        Axis({"denied": (("不予公开", FORM),)}, others=rows)
