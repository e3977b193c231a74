"""One document's way through the room: detect → read → match → identify → check → `Extraction`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

from extract import radicals, several, watch
from extract.admission import SIGNATURES, must_be_filled, must_be_narrative, tables_in_prose
from extract.check import arithmetic, prose_counts
from extract.check.list_totals import enumerations
from extract.check.proof import proved
from extract.check.second_reading import weigh
from extract.check.settled import settled
from extract.files import MAX_BYTES
from extract.forms import survey
from extract.forms.match import Matched, match
from extract.forms.sequence import in_order
from extract.forms.which import form_mismatch, form_of, missing_rows, rows_in_prose
from extract.identify import correction, dates, naming, organ, scope, site, title, years
from extract.identify.identity import host_of
from extract.model import Attachment, Category, Cell, Document, Extraction, Finding, Prose, RawDocument, Status
from extract.outcomes import LIMITS, Outcome, OutOfTime, Unsupported, starved
from extract.prose.sections import opening, sections
from extract.prose.sheet_statements import against_sheet
from extract.read import READERS, ocr
from extract.read.detect import detect


def extract(raw: RawDocument, seconds: float | None, prose: bool = False) -> Extraction:
    """Read one document; whatever goes wrong becomes its status and reason."""
    kind: str | None = None
    attachments: tuple[Attachment, ...] = ()
    try:
        with watch.limited(seconds):
            if len(raw.content) > MAX_BYTES:
                raise Unsupported(
                    f"the file has {len(raw.content) / 2**20:,.0f} MB; the limit is {MAX_BYTES // 2**20} MB"
                )
            kind = detect(raw.content)
            if kind not in READERS:
                raise Unsupported("the file is an archive; its members are documents of their own")
            document = READERS[kind](raw.content, prose)
            attachments = document.attachments
            return _report(raw, kind, document)
    except Outcome as outcome:
        return replace(_left_out(raw, kind, outcome.reason, outcome.category, outcome.status), attachments=attachments)
    except OutOfTime as out:
        return _left_out(raw, kind, out.reason, LIMITS)
    except RecursionError:
        return _left_out(raw, kind, "its parts are nested too deep", "unsupported")
    except Exception as error:  # noqa: BLE001 -- a document that breaks a reader must cost the run only itself
        if (reason := starved(error)) is not None:
            return _left_out(raw, kind, reason, LIMITS)
        return _left_out(raw, kind, f"reading it failed: {type(error).__name__}: {_first_line(error)}", "damaged")


def _left_out(
    raw: RawDocument, kind: str | None, reason: str, category: Category | None, status: Status = "unreadable"
) -> Extraction:
    return Extraction(
        raw.path, raw.sha256, kind, status, reason, category, source_url=raw.source_url, bytes=len(raw.content)
    )


def _first_line(error: Exception) -> str:
    """What an error says, without the trace that some libraries put into it."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    if not lines:
        return "it gives no reason"
    return (lines[-1] if lines[0].startswith("Traceback") else lines[0])[:200]


def _report(raw: RawDocument, kind: str, document: Document) -> Extraction:
    document, others = several.own(radicals.plainly(document))
    matched = match(document, kind)
    matched, read = proved(document, kind, matched)
    read = settled(document, kind, read)
    weighed = weigh(document, kind, read, arithmetic.check(read))
    cells = tuple(cell for cell in weighed.cells if cell.table != "survey")
    sheet = survey.indicators(list(weighed.cells), matched.collected)
    texts, headings = sections(matched.prose)
    start = opening(matched.prose)
    named = title.choose(document, start)
    printed = tables_in_prose(matched)
    if not read and "survey" not in matched.tables:
        must_be_narrative(named, texts, matched, document, printed)
    else:
        must_be_filled(named, read, texts, document, matched)
    form, blocks = form_of(read, matched.collected.forms)
    if form is None and "survey" in matched.tables | printed:
        form = "2014"
    elif not read and not printed:
        form = "narrative"
    source_url = raw.source_url or _stated_url(document.meta)
    host = host_of(source_url) or document.meta.get("sitedomain")
    mentions = (*site.of_meta(document.meta), *site.of_url(source_url))
    name, named_in = naming.name_of(named, document, start, mentions, host) or (None, None)
    published, published_from = dates.published(document.meta, _dated(document), source_url)
    said = years.stated(_statements(document))
    told = years.reported(named.year if named else None, _period(start), published, source_url, said)
    year = told.year
    who = organ.in_year(organ.organ(name, mentions, host, year), year) if name else None
    if published is None and (published := dates.created(document.meta, year)) is not None:
        published_from = "pdf"
    findings = [*matched.collected.findings, *weighed.findings, *form_mismatch(form, blocks, year)]
    findings += _missing_tables(matched, any(cell.table != "survey" for cell in read), printed)
    findings += [
        Finding("reading.unread", "warning", "document", None, None, "extraction", why)
        for why in (*document.unread, *_unseconded(read))
    ]
    if who is None or (who.identity is None and who.candidates):
        message = "neither the title, the text nor the page names an organ"
        if name is not None:
            message = f"{name} could be several organs' name, and nothing tells whose"
        findings.append(Finding("reading.unknown_organ", "warning", "report.organ", None, None, "extraction", message))
    findings += [*others, *told.findings, *_narrative(document, cells, texts, year, name)]
    findings += [*against_sheet(sheet, texts, year, name), *missing_rows(read, form)]
    findings += rows_in_prose(matched.prose, (*read, *weighed.doubted))
    whose = scope.scope(start, who.kind if who else None)
    return Extraction(
        path=raw.path,
        sha256=raw.sha256,
        format=kind,
        status="ok",
        title=named.text if named else None,
        organ=name,
        division_code=who.division_code if who else None,
        year=year,
        year_from=told.source,
        published=published,
        published_from=published_from,
        form=form,
        scope=whose.scope,
        scope_phrase=whose.phrase,
        correction=correction.correction(named.text if named else None, document.titles, matched.prose),
        cells=cells,
        doubted=weighed.doubted,
        survey=sheet or None,
        attachments=document.attachments,
        sections=texts,
        headings=headings,
        findings=tuple(findings),
        source_url=source_url,
        bytes=len(raw.content),
        organ_kind=who.kind if who else None,
        organ_level=who.level if who else None,
        organ_identity=who.identity if who else None,
        organ_canonical=who.canonical if who else None,
        organ_parent=who.parent if who else None,
        organ_evidence="; ".join((f"named in the {named_in}", *who.evidence)) if who else None,
    )


def _unseconded(cells: tuple[Cell, ...]) -> list[str]:
    """Why recognised numbers wait, where nothing can read them a second time."""
    recognised = any(cell.confidence is not None for cell in cells)
    return [ocr.NO_NUMBERS] if recognised and ocr.number_model() is None else []


def _narrative(
    document: Document, cells: tuple[Cell, ...], texts: dict[str, str], year: int | None, organ: str | None
) -> list[Finding]:
    """The counts that the text states against the tables. What positions told has been read twice before it comes here;
    a table of markup is read a second time only when a sentence contradicts it.
    """
    recognised = any(c.confidence is not None for c in cells)
    found = prose_counts.narrative(cells, texts, year, organ)
    found += [] if recognised else enumerations(texts)  # a recognised number may be a misread one
    if not any(f.result == "failed" for f in found):
        return found
    sure = [c for c in cells if c.confidence is None]
    proved = {c[:3] for c in sure}
    if not document.by_position:
        again = {c[:3]: c.value for c in in_order(document)}
        proved = {c[:3] for c in sure if c[:3] in again and again[c[:3]] == c.value}
    return prose_counts.with_origin(found, proved)


def _period(prose: list[Prose]) -> int | None:
    return next((year for block in prose if (year := title.period_year(block.text))), None)


def _dated(document: Document) -> Iterator[str]:
    """Lines that may say when the page was published: prose with the paragraph that follows it (a `<dl>`), and the rows of
    tables, a label beside its value or over it.
    """
    before = ""
    for block in document.blocks:
        if isinstance(block, Prose):
            yield block.text
            if dates.is_label(before):
                yield dates.labelled(before, block.text)
            before = block.text
        else:
            if not any(dates.is_label(cell.text) for cell in block.cells):
                continue
            cells = sorted(block.cells, key=lambda cell: (cell.row, cell.column))
            below = {(cell.row, cell.column): cell for cell in cells}
            for label, value in pairwise(cells):
                if label.row == value.row and dates.is_label(label.text):
                    yield dates.labelled(label.text, value.text)
            for label in cells:
                value = below.get((label.row + label.rowspan, label.column), label)
                if label.row == 0 and value is not label and dates.is_label(label.text):
                    yield dates.labelled(label.text, value.text)


def _statements(document: Document) -> Iterator[str]:
    """Lines of prose, and the headings of tables."""
    for block in document.blocks:
        if isinstance(block, Prose):
            yield from block.text.split("\n")
        else:
            yield from (cell.text for cell in block.cells if cell.row < 2)


def _missing_tables(matched: Matched, has_cells: bool, printed: set[str]) -> list[Finding]:
    """Where some statutory tables were read and another was not, say so: it may be a picture or an attachment."""
    found = [_not_read(table, "its words stand in the text, but no table could be read") for table in sorted(printed)]
    if has_cells:
        missing = [table for table in SIGNATURES if table not in matched.tables and table not in printed]
        found += [_not_read(table, "no such table was found in the document") for table in missing]
    return found


def _not_read(table: str, message: str) -> Finding:
    return Finding("reading.missing_table", "warning", table, None, None, "extraction", message)


def _stated_url(meta: dict[str, str]) -> str | None:
    url = meta.get("url", "")
    return url if re.match(r"^https?://[\w.\-:]+/", url) else None
