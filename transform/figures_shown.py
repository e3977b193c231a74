"""The figures that the summary views derive: each with its formula in words and the cells that it is made of."""

from __future__ import annotations

from dataclasses import dataclass

from extract.forms.vocabulary import GROUPS, OUTCOMES, RESULT_CODES

REQUESTS, PROCEEDINGS = "v_request_summary", "v_proceeding_summary"
_CHANNELS = {
    "reconsideration": ("reconsideration", "行政复议"),
    "litigation_direct": ("litigation_direct", "直接诉讼"),
    "litigation_after": ("litigation_after_reconsideration", "复议后诉讼"),
}
_RESULTS = {"upheld": "维持", "corrected": "纠正", "other": "其他结果", "pending": "尚未审结", "total": "总计"}


@dataclass(frozen=True, slots=True)
class Figure:
    """A column of a view, or a group of rows in one applicant column (`view` None). `rows` and `column`: its cells."""

    name: str
    zh: str
    view: str | None
    formula: str
    table: str
    rows: tuple[str, ...]
    column: str = "total"
    columns: tuple[str, ...] = ()  # of table 四: the results of its one row

    @property
    def is_rate(self) -> bool:
        """Whether `rates_withheld` of its view can say why it is NULL."""
        return self.name.endswith("_rate")


def _rows(group: str) -> tuple[str, ...]:
    return tuple(o.code for o in OUTCOMES if o.group == group)


_ONE_ROW = {
    "new": ("new", "本年新收"),
    "carried_in": ("carried_in", "上年结转"),
    "granted": ("granted", "予以公开"),
    "partially_granted": ("partially_granted", "部分公开"),
    "not_held": ("unavailable.not_held", "不掌握信息"),
    "total": ("total", "办理总计"),
    "carried_out": ("carried_out", "结转下年"),
}
_DISCLOSED = ("granted", "partially_granted")
_LEAVES = tuple(o.code for o in OUTCOMES if o.is_leaf)


def _requests() -> list[Figure]:
    def one(name: str, zh: str, formula: str, rows: tuple[str, ...]) -> Figure:
        return Figure(name, zh, REQUESTS, formula, "fact_request", rows)

    found = [one(name, zh, f"总计 of the row requests.{row}", (row,)) for name, (row, zh) in _ONE_ROW.items()]
    found.append(one("disclosed", "公开合计", "granted + partially_granted", _DISCLOSED))
    for group, (zh, _) in GROUPS.items():
        formula = f"sum of the rows requests.{group}.*"
        if group == "other":
            formula = "the one row requests.other of form 2019; where it is absent, " + formula
        found.append(one(group, zh, formula, _rows(group)))
    found += [
        one(f"{f.name}_at_least", f.zh + "至少", f"{f.formula}, of those that have a figure", f.rows)
        for f in found
        if f.name not in ("carried_in", "granted", "partially_granted", "carried_out")
    ]
    rates = (
        ("disclosure_rate", "公开率", "disclosed / total", _DISCLOSED),
        ("refusal_rate", "不予公开率", "denied / total", _rows("denied")),
        ("not_held_rate", "不掌握率", "not_held / total", ("unavailable.not_held",)),
    )
    found += [one(name, zh, formula, (*rows, "total")) for name, zh, formula, rows in rates]
    gap = "total - disclosed - denied - unavailable - not_processed - other"
    return [*found, one("outcome_gap", "结果差额", gap, (*_LEAVES, "total"))]


def _proceedings() -> list[Figure]:
    found = []
    for name, (channel, zh) in _CHANNELS.items():

        def one(
            what: str,
            said: str,
            formula: str,
            columns: tuple[str, ...],
            name: str = name,
            row: str = channel,
            zh: str = zh,
        ) -> Figure:
            return Figure(f"{name}_{what}", zh + said, PROCEEDINGS, formula, "fact_proceeding", (row,), columns=columns)

        cell = f"proceedings.{channel}"
        found += [one(r, said, f"{cell}.{r}", (r,)) for r, said in _RESULTS.items() if r != "total"]
        found.append(
            one(
                "total", "总计", f"{cell}.total; where it is absent or blank, the sum of the four results", RESULT_CODES
            )
        )
        found.append(
            one("total_at_least", "总计至少", f"{cell}.total, else the sum of the results that are known", RESULT_CODES)
        )
        found.append(
            one(
                "corrected_rate",
                "纠错率",
                "corrected / (total - pending), of " + cell,
                ("corrected", "pending", "total"),
            )
        )
    return found


FIGURES: dict[str, Figure] = {figure.name: figure for figure in (*_requests(), *_proceedings())}
"""By the names of their columns."""

BY_ZH: dict[str, Figure] = {figure.zh: figure for figure in FIGURES.values()}
"""By the names of their columns in v_依申请公开汇总 and v_复议诉讼汇总."""


def of_group(group: str, column: str) -> Figure:
    """The rows under one group of table 三 in one column: the view's column for 总计, else their sum alone."""
    if column == "total":
        return FIGURES[group]
    formula = f"sum of the cells requests.{group}.*.{column}, where each has a number"
    if group == "other":
        formula = f"the cell requests.other.{column} of form 2019; where it is absent, " + formula
    return Figure(f"{group}.{column}", GROUPS[group][0], None, formula, "fact_request", _rows(group), column)
