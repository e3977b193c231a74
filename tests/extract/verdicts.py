"""What became of a damaged document: its outcome in one word, and the cells that are wrong though it is `ok`."""

from __future__ import annotations

import io
import re
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator

from python_calamine import CalamineError, CalamineWorkbook

from extract import Extraction
from tests.extract.specimens import TRUTH
from tests.formats.reports import wording
from tests.formats.scoring import Place, score

OUTCOMES = ("ok", "not_a_report", "unreadable", "crash", "timeout")
_CRASHED = re.compile("reading it (?:failed|ended its process|ran out of bounds)")
_LATE = re.compile("took longer than")

_LABELS = {
    **{code: row or group for group, rows in wording.GROUPS for code, row in rows},
    "new": wording.NEW,
    "carried_in": wording.CARRIED_IN,
    "carried_out": wording.CARRIED_OUT,
    **{code: label for _, _, rows in wording.DISCLOSURE["2021"] for code, label in rows},
}
_OLE = b"\xd0\xcf\x11\xe0"
_PARTS = re.compile(
    r"</?(?:\w+:)?(?:td|th|tr|p|table|tbody|div|br|tc|c|v|table-cell|Cell|Row)\b[^<>]*>|[\t\n,|]|\\n|\\cell\b"
)
_TAGS = re.compile(r"<[^<>]*>")


def outcome(extraction: Extraction) -> str:
    """One of `OUTCOMES`: `crash` for what no reader has foreseen."""
    reason = extraction.reason or ""
    if _CRASHED.match(reason):
        return "crash"
    return "timeout" if _LATE.search(reason) else extraction.status


def wrong(extraction: Extraction, content: bytes) -> list[tuple[Place, float | None, float | None]]:
    """(place, written, found) of cells that are wrong and not reported, though the damaged document does not print them so.

    Where a document's text can be read without its reader, a row counts as printed if its label and as many numbers as
    the form has columns follow each other: damage that exchanges two labels makes another report.
    """
    scored = score("", TRUTH, extraction)
    found = [each for each in (*scored.wrong, *scored.invented) if not _is_reported(each.place, extraction)]
    if not found:
        return []
    rows = _rows(extraction)
    texts = list(_texts(content))
    return [
        (each.place, each.written, each.found)
        for each in found
        if not any(
            _is_printed(each.place, rows[each.place[:2]], text)
            or (each.found is None and _is_gone(each.place, each.written, text))
            for text in texts
        )
        and not _is_separated(rows[each.place[:2]], content)
    ]


def _is_reported(place: Place, extraction: Extraction) -> bool:
    """By a finding of what could not be read in its row or table, or a failed sum of which the cell is a part."""
    table, row, column = place
    names = {"document", table, f"{table}.{row}", f"{table}.*.{column}"}
    return any(
        f.severity != "info"
        and (
            f.where in names
            or f.where.startswith(f"{table}.{row}.")
            or (f.check == "requests.outcomes" and f.where == f"requests.total.{column}")
        )
        for f in extraction.findings
    )


def _rows(extraction: Extraction) -> dict[tuple[str, str], list[float | None]]:
    rows: dict[tuple[str, str], list[float | None]] = {}
    for cell in extraction.cells:
        rows.setdefault((cell.table, cell.row), []).append(cell.value)
    return rows


def _texts(content: bytes) -> Iterator[list[str]]:
    """The parts of a document's text in its order, as a plain search in its bytes gives them."""
    for piece in _pieces(content):
        for charset in ("utf-8", "gb18030"):
            text = piece.decode(charset, "replace")
            yield [part for part in (re.sub(r"\s|&nbsp;", "", _TAGS.sub("", p)) for p in _PARTS.split(text)) if part]


def _pieces(content: bytes) -> Iterable[bytes]:
    if content.startswith(_OLE):
        return [_book(content)]
    if not content.startswith(b"PK"):
        return [content]
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        return [package.read(info) for info in package.infolist() if info.filename.endswith(".xml")]


def _book(content: bytes) -> bytes:
    """The fields of an XLS book, as another library reads them."""
    try:
        sheets = CalamineWorkbook.from_filelike(io.BytesIO(content))
        rows = [row for name in sheets.sheet_names for row in sheets.get_sheet_by_name(name).to_python()]
    except (CalamineError, OSError):
        return b""
    return "\n".join("\t".join(_field(field) for field in row) for row in rows).encode()


def _field(value: object) -> str:
    return f"{value:.15g}" if isinstance(value, float) else str(value)


def _is_printed(place: Place, values: list[float | None], text: list[str]) -> bool:
    """Whether the row's label, or how it begins, and these values follow each other."""
    if None in values or len(values) not in (1, 3, 5, 7):
        return False
    numbers = [_number(value) for value in values]
    count = len(numbers)
    return any(
        text[at : at + count] == numbers and (place[0] == "proceedings" or (at > 0 and _is_label(place, text[at - 1])))
        for at in range(len(text) - count + 1)
    )


def _is_separated(values: list[float | None], content: bytes) -> bool:
    """Whether the values stand side by side in a line of separated text that has as many fields as most lines."""
    fields = [b"" if value is None else _number(value).encode() for value in values]
    for mark in (b",", b"\t", b"|"):
        lines = [line.replace(b" ", b"") for line in content.splitlines() if mark in line]
        usual = Counter(line.count(mark) for line in lines).most_common(1)[0][0] if lines else 0
        if any(mark.join(fields) in line for line in lines if line.count(mark) == usual):
            return True
    return False


def _is_gone(place: Place, written: float | None, text: list[str]) -> bool:
    """Whether the number no longer stands in the document, which goes on after the row's label."""
    labels = [at for at, part in enumerate(text) if _is_label(place, part)] or [0]
    return _number(written) not in text and any(part.isdecimal() for part in text[labels[-1] :])


def _number(value: float | None) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def _is_label(place: Place, text: str) -> bool:
    label = re.sub(r"\s", "", _LABELS.get(place[1], ""))
    return bool(label) and label[:6] in text.replace("\\n", "")
