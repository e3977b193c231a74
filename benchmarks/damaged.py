"""Tables whose headings stand askew, damaged at random: how many are proved by their sums, and whether one is proved wrong.

Tables 三 and 四 with figures that add up are written as HTML with headings that overlap their neighbours' columns; then cells,
spans, rows or whole columns are dropped, doubled, blanked, merged or moved. A cell that the sums are said to prove and that
holds another number than the table had under its code is wrong.
"""

from __future__ import annotations

import random
import re
from collections import Counter

from extract import RawDocument, extract_document
from extract.forms.vocabulary import APPLICANT_CODES, CHANNELS, OUTCOMES, RESULT_CODES

Rows = list[list[str]]
Truth = dict[tuple[str, str, str], int]

LEAVES = [o for o in OUTCOMES if o.is_leaf and "2021" in o.forms]
HEADS = {
    "natural_person": "自然人",
    "enterprise": "商业企业",
    "research": "科研机构",
    "welfare": "社会公益组织",
    "legal_service": "法律服务机构",
    "other_org": "其他",
    "total": "总计",
}
GROUPS = {
    "denied": "（三）不予公开",
    "unavailable": "（四）无法提供",
    "not_processed": "（五）不予处理",
    "other": "（六）其他处理",
}
RESULTS = ("结果维持", "结果纠正", "其他结果", "尚未审结", "总计")
UNIT = 3  # grid columns that each column of values covers; a border that stands askew is off by one of them
KINDS = (
    *("drop cell", "double cell", "blank cell", "change span", "drop row", "double row", "swap rows", "cut label"),
    *("merge cells", "drop column", "blank column", "add column", "move cell"),
)


def measure(count: int, seed: int) -> Counter[str]:
    """`count` damaged tables: read (some cell of the table), proved (some by its sums), wrong (proved, and not so)."""
    rng = random.Random(seed)
    found: Counter[str] = Counter()
    for _ in range(count):
        rows, truth = rng.choice((requests, proceedings))(rng)
        for _ in range(rng.choice((0, 1, 1, 1, 2, 3))):
            damage(rows, rng)
        content = page(rows)
        cells = extract_document(RawDocument("damaged.html", "0" * 64, content)).cells
        wrong = [c for c in cells if c.value is not None and truth[c[:3]] != c.value]
        found["damaged"] += 1
        found["read"] += bool(cells)
        found["proved"] += any(c.proof == "arithmetic" for c in cells)
        found["wrong"] += any(c.proof == "arithmetic" for c in wrong)
        found["wrong by labels"] += any(c.proof != "arithmetic" for c in wrong)
    return found


def page(rows: Rows) -> bytes:
    """A small report around one table."""
    table = "".join(f"<tr>{''.join(row)}</tr>" for row in rows)
    return f"<h1>某县2023年政府信息公开工作年度报告</h1><p>一、总体情况</p><table>{table}</table>".encode()


def td(text: object, colspan: int = 1, rowspan: int = 1) -> str:
    """One cell."""
    return f'<td colspan="{colspan}" rowspan="{rowspan}">{text}</td>'


def _borders(count: int, rng: random.Random, askew: float) -> list[int]:
    inner = [UNIT * n + (rng.choice((-1, 1)) if rng.random() < askew else 0) for n in range(1, count)]
    return [0, *inner, UNIT * count]


def _number(rng: random.Random, sparse: bool) -> int:
    return 0 if sparse and rng.random() < 0.8 else rng.randrange(1, rng.choice((4, 30, 400)))


def requests(rng: random.Random) -> tuple[Rows, Truth]:
    """Table 三: 自然人 and 总计 in the row above, the five others in a row of their own, borders of either askew."""
    sparse = rng.random() < 0.6
    values = {o.code: [_number(rng, sparse) for _ in range(6)] for o in LEAVES}
    values["total"] = [sum(row[n] for row in values.values()) for n in range(6)]
    values["carried_out"] = [_number(rng, sparse) for _ in range(6)]
    due = [a + b for a, b in zip(values["total"], values["carried_out"], strict=True)]
    values["carried_in"] = [rng.randint(0, n) if rng.random() < 0.3 else 0 for n in due]
    values["new"] = [n - m for n, m in zip(due, values["carried_in"], strict=True)]
    full = {code: [*row, sum(row)] for code, row in values.items()}
    upper, lower = _borders(7, rng, 0.4), _borders(7, rng, 0.4)
    heads = list(HEADS.values())
    rows = [
        [
            td("", 2, 2),
            td("自然人", upper[1]),
            td("法人或其他组织", upper[6] - upper[1]),
            td("总计", upper[7] - upper[6]),
        ],
        [td("", lower[1])]
        + [td(heads[n], lower[n + 1] - lower[n]) for n in range(1, 6)]
        + [td("", lower[7] - lower[6])],
    ]
    rows[0][0] = td("", 2, 2)
    order = ["new", "carried_in", *(o.code for o in LEAVES), "total", "carried_out"]
    names = {o.code: o.zh for o in OUTCOMES}
    for code in order:
        group = GROUPS.get(code.partition(".")[0]) if "." in code else None
        members = [o.code for o in LEAVES if o.code.startswith(code.partition(".")[0] + ".")]
        label = [td(names[code], 2)] if group is None else [td(names[code])]
        if group is not None and code == members[0]:
            label.insert(0, td(group, 1, len(members)))
        rows.append(label + [td(value, UNIT) for value in full[code]])
    truth = {
        ("requests", code, column): value
        for code, row in full.items()
        for column, value in zip(APPLICANT_CODES, row, strict=True)
    }
    return rows, truth


def proceedings(rng: random.Random) -> tuple[Rows, Truth]:
    """Table 四 in fifteen columns: the rules between channels stand askew to those between results."""
    sparse = rng.random() < 0.6
    parts = {code: [_number(rng, sparse) for _ in range(4)] for code in CHANNELS}
    full = {code: [*row, sum(row)] for code, row in parts.items()}
    top, leaf = _borders(15, rng, 0.4), _borders(15, rng, 0.2)
    rows = [
        [td("行政复议", top[5]), td("行政诉讼", top[15] - top[5])],
        [td("", top[5]), td("未经复议直接起诉", top[10] - top[5]), td("复议后起诉", top[15] - top[10])],
        [td(RESULTS[n % 5], leaf[n + 1] - leaf[n]) for n in range(15)],
        [td(value, UNIT) for row in full.values() for value in row],
    ]
    truth = {
        ("proceedings", code, result): value
        for code, row in full.items()
        for result, value in zip(RESULT_CODES, row, strict=True)
    }
    return rows, truth


def damage(rows: Rows, rng: random.Random) -> None:
    """Damage a table in one place, or all of its rows alike. A number is never made, nor doubled beside itself."""
    kind = rng.choice(KINDS)
    at = rng.randrange(len(rows))
    row = rows[at]
    if kind in ("drop column", "blank column", "add column"):
        back = rng.randint(1, 7)
        for one in rows[rng.choice((0, 2, 3)) :]:
            if len(one) >= back:
                if kind == "drop column":
                    del one[-back]
                elif kind == "blank column":
                    one[-back] = re.sub(r">[^<]*<", "><", one[-back])
                else:
                    one.insert(len(one) - back, td("", rng.choice((1, UNIT))))
        return
    if kind == "drop row" and len(rows) > 1:
        del rows[at]
    elif kind == "double row":
        rows.insert(at, list(row))
    elif kind == "swap rows":
        rows[at - 1], rows[at] = rows[at], rows[at - 1]
    elif row:
        _damage_cell(row, rng.randrange(len(row)), kind, rng)


def _damage_cell(row: list[str], n: int, kind: str, rng: random.Random) -> None:
    text = re.sub(r"<[^>]*>", "", row[n])
    if kind == "drop cell":
        del row[n]
    elif kind == "double cell" and not text.isdigit():
        row.insert(n, row[n])
    elif kind == "blank cell":
        row[n] = row[n].replace(f">{text}<", "><")
    elif kind == "change span":
        span = int(re.search(r'colspan="(\d+)"', row[n])[1])  # type: ignore[index]
        row[n] = row[n].replace(f'colspan="{span}"', f'colspan="{max(1, span + rng.choice((-2, -1, 1, 2)))}"')
    elif kind == "cut label" and len(text) > 1 and not text.isdigit():
        cut = rng.randrange(len(text))
        row[n] = row[n].replace(f">{text}<", f">{text[:cut] + text[cut + 1 :]}<")
    elif kind == "merge cells" and n + 1 < len(row):
        row[n] = row[n].replace('colspan="', 'colspan="1', 1) if rng.random() < 0.1 else row[n]
        del row[n + 1]
    elif kind == "move cell" and text == "" and n + 1 < len(row):
        row[n], row[n + 1] = row[n + 1], row[n]
