"""Numbers that two recognisers give differently: told by the sums of their table, or left waiting."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pytest

from extract.check.second_reading import weigh
from extract.check.settled import settled
from extract.forms.match import match
from extract.forms.vocabulary import APPLICANT_CODES
from extract.model import Cell, Document, Grid
from extract.read import html
from tests.extract.check.test_proof import sums
from tests.extract.pages import Figures, requests_rows, table

Place = tuple[str, str]


def grid_of(rows: list[str]) -> Grid:
    (found,) = html.read(f"<html><body>{table(rows)}</body></html>".encode()).blocks
    assert isinstance(found, Grid)
    return replace(found, page=1, cells=tuple(c._replace(confidence=0.98) for c in found.cells))


def told(values: Mapping[str, Sequence[object]], open_: dict[Place, tuple[str, str]]) -> dict[Place, Cell]:
    """What becomes of table 三 where each open place is read in two ways."""
    first = grid_of(requests_rows(values))
    at = {
        (c.row, c.column): (c.row_index, c.column_index)
        for c in match(Document("image", (first,)), "image").collected.settle()
    }
    said = {at[place]: texts for place, texts in open_.items()}

    def reading(which: int) -> Grid:
        cells = tuple(
            c._replace(text=said[c.row, c.column][which], confidence=0.0) if (c.row, c.column) in said else c
            for c in first.cells
        )
        return replace(first, cells=cells)

    again = Document("image", (reading(1),), by_position=True)
    document = Document("image", (reading(0),), by_position=True, rereadings=(lambda _: again,))
    cells = tuple(match(document, "image").collected.settle())
    return {(c.row, c.column): c for c in settled(document, "image", cells)}


def texts(values: Figures, *places: Place, wrong: int = 1, first: bool = True) -> dict[Place, tuple[str, str]]:
    found = {}
    for row, column in places:
        right = values[row][APPLICANT_CODES.index(column)]
        both = (str(right + wrong), str(right))
        found[row, column] = both if first else both[::-1]
    return found


GRANTED, DUPLICATE = ("granted", "enterprise"), ("not_processed.duplicate", "research")


@pytest.mark.parametrize("first", [True, False])
@pytest.mark.parametrize("places", [[GRANTED], [GRANTED, DUPLICATE]])
def test_the_only_combination_that_the_sums_allow(places: list[Place], first: bool) -> None:
    values = sums()
    found = told(values, texts(values, *places, first=first))
    for row, column in places:
        cell = found[row, column]
        assert (cell.proof, cell.confidence) == ("arithmetic", 1.0)
        assert cell.value == values[row][APPLICANT_CODES.index(column)]
        assert cell.raw == str(cell.value)


def waits(found: dict[Place, Cell], *places: Place) -> bool:
    return all(found[place].confidence == 0.0 for place in places)


def test_where_neither_reading_fits_it_waits() -> None:
    values = sums()
    assert waits(told(values, {GRANTED: ("97", "91")}), GRANTED)


def test_where_a_sum_fails_elsewhere_it_waits() -> None:
    values = sums()
    open_ = texts(values, GRANTED)
    values["new"][0] += 1
    assert waits(told(values, open_), GRANTED)


def test_where_two_combinations_fit_all_wait() -> None:
    """Four cells at the corners of a rectangle: raised and lowered by one, rows and columns add up as before."""
    values = sums()
    corners = [(row, column) for row in ("granted", "partially_granted") for column in ("natural_person", "enterprise")]
    for row, own in (("granted", (4, 5)), ("partially_granted", (6, 3))):
        change = [new - old for new, old in zip(own, values[row], strict=False)]
        for n, by in enumerate(change):
            for code in (row, "total", "new"):
                values[code][n] += by
                values[code][-1] += by
    lower = {corners[0]: ("4", "5"), corners[1]: ("5", "4"), corners[2]: ("6", "5"), corners[3]: ("3", "4")}
    assert waits(told(values, lower), *corners)


def test_a_blank_and_a_zero_are_not_told_by_sums() -> None:
    values = sums()
    values["granted"] = [0] * 7
    leaves = [code for code in values if code not in ("new", "carried_in", "total", "carried_out")]
    values["total"] = [sum(values[code][n] for code in leaves) for n in range(7)]
    values["new"] = [
        a + b - c for a, b, c in zip(values["total"], values["carried_out"], values["carried_in"], strict=True)
    ]
    assert waits(told(values, {GRANTED: ("1", "7")}), GRANTED)
    assert waits(told(values, {GRANTED: ("1", "0")}), GRANTED)


def test_one_whose_sums_cannot_be_tested_waits() -> None:
    values = sums()
    open_ = texts(values, GRANTED)
    open_["granted", "total"] = ("98", "99")
    assert waits(told(values | {"carried_in": [""] * 7}, open_), GRANTED)


@pytest.mark.parametrize(("other", "proof"), [("{}", "second reading"), ("1{}", "labels")])
def test_what_both_recognisers_give_is_proved_by_the_second(other: str, proof: str) -> None:
    values = sums()
    first = grid_of(requests_rows(values))
    cells = tuple(match(Document("image", (first,)), "image").collected.settle())
    place = next((c.row_index, c.column_index) for c in cells if (c.row, c.column) == GRANTED)
    again = replace(
        first,
        cells=tuple(c._replace(text=other.format(c.text)) if (c.row, c.column) == place else c for c in first.cells),
    )
    document = Document("image", (first,), by_position=True, rereadings=(lambda _: Document("image", (again,)),))
    weighed = weigh(document, "image", cells, [])
    assert {c.proof for c in weighed.cells if (c.row, c.column) == GRANTED} == {proof}
    assert {c.proof for c in weighed.cells if (c.row, c.column) != GRANTED} == {"second reading"}
