"""A report as plain text with tab-separated tables, as copied out of a word processor: columns do not line up."""

from __future__ import annotations

from random import Random

from samplemaker import prose, wording
from samplemaker.figures import Figures, Value

_GROUP_BRACKETS = str.maketrans("（）", "()")


def write(figures: Figures, title: str, random: Random) -> str:
    """The layout of the report that the project was first asked for: group labels only in the first row of their group,
    empty cells at the ends of rows, and two rows (3.其他, （七）总计) one column further left than the others.
    """
    lines = [title, "", prose.note(figures), ""]
    heading = [f"{'一二三四五六'[i]}、{words}" for i, words in enumerate(wording.SECTIONS)]
    lines += _section(heading[0], prose.overall(figures, random))
    lines += [heading[1], "", *_disclosure(figures), "", heading[2], "", *_requests(figures), ""]
    lines += [heading[3], "", *_proceedings(figures), ""]
    lines += _section(heading[4], prose.problems(figures, random))
    lines += _section(heading[5], prose.other(figures, random))
    return "\n".join(lines).rstrip() + "\n"


def _section(heading: str, paragraphs: list[str]) -> list[str]:
    return [heading, "", *(line for p in paragraphs for line in (p, ""))]


def _cell(value: Value) -> str:
    return "" if value is None else str(value["raw"] if isinstance(value, dict) else value)


def _disclosure(figures: Figures) -> list[str]:
    lines = []
    for heading, columns, rows in wording.DISCLOSURE[figures.form]:
        padding = "\t" * (3 - len(columns))
        lines.append(heading + "\t\t\t")
        lines.append("\t".join(["信息内容", *(label for _, label in columns)]) + padding)
        for row, label in rows:
            values = [_cell(figures.disclosure[row][code]) for code, _ in columns]
            lines.append("\t".join([label, *values]) + padding)
    return lines


def _values(figures: Figures, code: str) -> str:
    return "\t".join(_cell(v) for v in figures.requests[code])


def _requests(figures: Figures) -> list[str]:
    lines = [
        wording.BALANCE_NOTE.translate(_GROUP_BRACKETS) + "\t\t申请人情况\t\t\t\t\t\t总计\t",
        "\t\t自然人\t法人或其他组织\t\t\t\t\t\t",
        "\t\t\t" + "\t".join(wording.APPLICANTS[1:6]) + "\t\t",
        f"{wording.NEW}\t\t{_values(figures, 'new')}\t",
        f"{wording.CARRIED_IN}\t\t{_values(figures, 'carried_in')}\t",
    ]
    band = wording.RESULTS
    for group, rows in wording.groups(figures.single_other):
        label = group[:3].translate(_GROUP_BRACKETS) + " " + group[3:]
        for i, (code, own) in enumerate(rows):
            values = _values(figures, code)
            if code == "total":
                lines.append(f"{label}\t{values}\t\t")
            elif code == "other.other":
                lines.append(f"{own}\t\t{values}\t")
            elif own:
                lines.append(f"\t{label if i == 0 else ''}\t{own}\t{values}")
            else:
                lines.append(f"{band}\t{label}\t{values}\t")
                band = ""
    return [*lines, f"{wording.CARRIED_OUT}\t\t{_values(figures, 'carried_out')}\t"]


def _proceedings(figures: Figures) -> list[str]:
    words = [f"{word[:2]} {word[2:]}" if len(word) == 4 else word for word in wording.RESULT_WORDS]
    values = [_cell(v) for code, _ in wording.CHANNELS for v in figures.proceedings[code]]
    return [
        "行政复议\t\t\t\t\t行政诉讼" + "\t" * 9,
        "\t".join(words) + "\t未经复议直接起诉\t\t\t\t\t复议后起诉\t\t\t\t",
        "\t" * 5 + "\t".join(words * 2),
        "\t".join(values),
    ]
