"""The project's promise, attacked: structure damaged at random, and no number may come out under another's label.

Every number of the page is different, so a number that moved is a wrong number. Damage that takes a number away may
make it missing; it may never make it somebody else's.
"""

from __future__ import annotations

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from extract.as_json import to_contract
from tests.conftest import read_bytes
from tests.extract.pages import DISCLOSURE_ROWS, PROCEEDINGS, PROCEEDINGS_ROWS, figures, report, requests_rows, table

_CELL = re.compile(r"<td[^>]*>.*?</td>", re.DOTALL)
_SPAN = re.compile(r'(colspan|rowspan)="(\d+)"')

KINDS = (
    "drop cell",
    "double cell",
    "blank cell",
    "change span",
    "drop span",
    "drop row",
    "double row",
    "swap rows",
    "cut label",
    "merge cells",
)


def damage(rows: list[str], kind: str, draw: st.DataObject) -> None:
    """Damage one place of a table's rows, in the ways that editors, converters and copyists do."""
    at = draw.draw(st.integers(0, len(rows) - 1), label="row")
    cells = _CELL.findall(rows[at])
    if kind == "drop row":
        del rows[at]
    elif kind == "double row":
        rows.insert(at, rows[at])
    elif kind == "swap rows":
        rows[at - 1], rows[at] = rows[at], rows[at - 1]
    elif not cells:
        return
    elif kind in ("change span", "drop span"):
        spans = list(_SPAN.finditer(rows[at]))
        if spans:
            span = draw.draw(st.sampled_from(spans), label="span")
            size = 1 if kind == "drop span" else max(1, int(span[2]) + draw.draw(st.sampled_from([-1, 1]), label="by"))
            rows[at] = rows[at][: span.start()] + f'{span[1]}="{size}"' + rows[at][span.end() :]
    else:
        which = draw.draw(st.integers(0, len(cells) - 1), label="cell")
        if kind == "drop cell":
            del cells[which]
        elif kind == "double cell" and not re.search(r">[\d.]+<", cells[which]):  # a doubled number is another number
            cells.insert(which, cells[which])
        elif kind == "blank cell":
            cells[which] = re.sub(r">.*</td>", ">&nbsp;</td>", cells[which], flags=re.DOTALL)
        elif kind == "cut label":
            text = re.sub(r"<[^>]+>", "", cells[which])
            if not text.replace(".", "").isdigit() and len(text) > 1:
                cut = draw.draw(st.integers(0, len(text) - 1), label="cut")
                if text[cut] != "万":  # 单位：元 is another statement, and nothing tells that it is none
                    cells[which] = cells[which].replace(text, text[:cut] + text[cut + 1 :])
        elif kind == "merge cells" and which + 1 < len(cells) and "span" not in cells[which]:
            cells[which] = cells[which].replace("<td>", '<td colspan="2">')
            del cells[which + 1]
        rows[at] = "".join(cells)


def moved(content: bytes) -> list[str]:
    """Cells of the extraction that hold another number than the undamaged page has under that code."""
    found = to_contract(read_bytes(content))
    want = {"requests": figures(), "proceedings": PROCEEDINGS}
    wrong = []
    for name, rows in want.items():
        for code, values in (found[name] or {}).items():
            for column, value in enumerate(values):
                if value is not None and value != rows[code][column]:
                    wrong.append(f"{name}.{code}[{column}] = {value}")
    fixed: dict[str, dict[str, float]] = {
        "rules": {"issued": 1, "repealed": 2, "in_force": 3},
        "normative_documents": {"issued": 4, "repealed": 5, "in_force": 6},
    }
    fixed |= {
        "licensing": {"decisions": 7},
        "penalties": {"decisions": 8},
        "coercion": {"decisions": 9},
        "fees": {"amount": 10.5},
    }
    for code, measures in (found["disclosure"] or {}).items():
        wrong += [
            f"disclosure.{code}.{m} = {v}" for m, v in measures.items() if v is not None and v != fixed[code].get(m)
        ]
    return wrong


@settings(max_examples=150, deadline=None)
@given(st.data(), st.lists(st.sampled_from(KINDS), min_size=1, max_size=2))
def test_damage_to_the_requests_table_moves_no_number(data: st.DataObject, kinds: list[str]) -> None:
    rows = requests_rows(figures())
    for kind in kinds:
        damage(rows, kind, data)
    assert moved(report(requests=table(rows))) == []


@settings(max_examples=150, deadline=None)
@given(st.data(), st.lists(st.sampled_from(KINDS), min_size=1, max_size=2))
def test_damage_to_the_other_tables_moves_no_number(data: st.DataObject, kinds: list[str]) -> None:
    disclosure, proceedings = list(DISCLOSURE_ROWS), list(PROCEEDINGS_ROWS)
    for kind in kinds:
        damage(data.draw(st.sampled_from([disclosure, proceedings]), label="table"), kind, data)
    assert moved(report(disclosure=table(disclosure), proceedings=table(proceedings))) == []
