"""Reports as DOCX, written by python-docx, with what Word does that a converter never writes."""

from __future__ import annotations

import io
from dataclasses import dataclass

import docx
from docx.document import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Pt
from docx.table import Table as WordTable
from docx.table import _Cell as WordCell
from docx.text.paragraph import Paragraph

from tests.formats.reports import Report, Table, placed, width_of

_NAMESPACES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:v="urn:schemas-microsoft-com:vml"'
)


@dataclass(frozen=True)
class Style:
    """What Word does to a report.

    numbered: section headings get 一、 from Word's numbering, and so do the labels `1.` of the rows.
    nested: the tables stand in a table of one cell. tracked: every fifth number was another one, the change is marked.
    boxed: the tables stand in text boxes. split: labels and numbers are cut into several runs.
    """

    numbered: bool = False
    nested: bool = False
    tracked: bool = False
    boxed: bool = False
    split: bool = False


STYLES = {
    "merged": Style(),
    "numbered": Style(numbered=True, split=True),
    "nested": Style(nested=True),
    "tracked": Style(tracked=True, split=True),
    "boxed": Style(boxed=True),
}

_HEADINGS, _ROWS = 701, 702  # numbering ids of our own, above those of the template


def write(report: Report, style: Style) -> bytes:
    """The bytes of the document."""
    document = docx.Document()
    document.styles["Normal"].font.size = Pt(9)
    if style.numbered:
        _add_numbering(document)
    title = document.add_paragraph()
    title.add_run(report.title).bold = True
    for part in report.parts:
        if isinstance(part, str):
            _add_paragraph(document, part, style)
        else:
            _add_table(document, part, style)
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


def _add_numbering(document: Document) -> None:
    """Two lists: 一、二、三、 for the headings of sections, and 1.2.3. for a row's label, which starts anew in each group."""
    numbering = document.part.numbering_part.element
    lists = ((_HEADINGS, "chineseCounting", "%1、"), (_ROWS, "decimal", "%1."))
    for number, form, text in lists:
        abstract = parse_xml(
            f'<w:abstractNum {nsdecls("w")} w:abstractNumId="{number * 10}"><w:multiLevelType w:val="singleLevel"/>'
            f'<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="{form}"/><w:suff w:val="nothing"/>'
            f'<w:lvlText w:val="{text}"/><w:lvlJc w:val="left"/></w:lvl></w:abstractNum>'
        )
        numbering.insert(0, abstract)
    for number, _, _ in lists:
        _add_list(document, number, number * 10, starts=False)


def _add_list(document: Document, number: int, abstract: int, starts: bool) -> None:
    start = '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride>' if starts else ""
    numbering = document.part.numbering_part.element
    numbering.append(
        parse_xml(f'<w:num {nsdecls("w")} w:numId="{number}"><w:abstractNumId w:val="{abstract}"/>{start}</w:num>')
    )


def _number(paragraph: Paragraph, number: int) -> None:
    properties = paragraph._p.get_or_add_pPr()
    properties.append(parse_xml(f'<w:numPr {nsdecls("w")}><w:ilvl w:val="0"/><w:numId w:val="{number}"/></w:numPr>'))


def _add_paragraph(document: Document, text: str, style: Style) -> None:
    paragraph = document.add_paragraph()
    if style.numbered and text[1:2] == "、" and len(text) < 30:
        _number(paragraph, _HEADINGS)
        text = text[2:]
    _add_runs(paragraph, text, style)


def _add_runs(paragraph: Paragraph, text: str, style: Style) -> None:
    for line, words in enumerate(text.split("\n")):
        if line:
            paragraph.add_run().add_break()
        half = len(words) // 2 if style.split else len(words)
        for piece in (words[:half], words[half:]):
            if piece:
                paragraph.add_run(piece)


def _add_table(document: Document, table: Table, style: Style) -> None:
    if style.boxed:
        shown = document.add_table(rows=len(table), cols=width_of(table))
        _fill(document, shown, table, style)
        _put_into_box(document.add_paragraph(), shown)
        return
    if style.nested:
        outer = document.add_table(rows=1, cols=1)
        inner = outer.cell(0, 0).add_table(rows=len(table), cols=width_of(table))
        _fill(document, inner, table, style)
    else:
        _fill(document, document.add_table(rows=len(table), cols=width_of(table)), table, style)
    document.add_paragraph()


def _fill(document: Document, shown: WordTable, table: Table, style: Style) -> None:
    cells = [list(row.cells) for row in shown.rows]
    shown.style = "Table Grid"
    numbers, list_number = 0, 1000 * len(document.part.numbering_part.element)
    for cell, row, column in placed(table):
        first, last = cells[row][column], cells[row + cell.rowspan - 1][column + cell.colspan - 1]
        target: WordCell = first if first is last else first.merge(last)
        paragraph = target.paragraphs[0]
        text = cell.text
        if style.numbered and cell.kind == "label" and text[:1].isdecimal() and text[1:2] == ".":
            if text[0] == "1":
                list_number += 1
                _add_list(document, list_number, _ROWS * 10, starts=True)
            _number(paragraph, list_number)
            text = text[2:]
        numbers += cell.kind == "number"
        if style.tracked and cell.kind == "number" and text.isdecimal() and numbers % 5 == 0:
            _add_change(paragraph, text)
        else:
            _add_runs(paragraph, text, style)


def _add_change(paragraph: Paragraph, text: str) -> None:
    """The number that stood there before is deleted, the one that counts is inserted: both marked, neither accepted."""
    mark = 'w:id="9" w:author="审核" w:date="2024-01-05T09:00:00Z"'
    paragraph._p.append(
        parse_xml(f"<w:del {nsdecls('w')} {mark}><w:r><w:delText>{int(text) + 7}</w:delText></w:r></w:del>")
    )
    paragraph._p.append(parse_xml(f"<w:ins {nsdecls('w')} {mark}><w:r><w:t>{text}</w:t></w:r></w:ins>"))


def _put_into_box(paragraph: Paragraph, shown: WordTable) -> None:
    """The table in a text box, twice, as Word writes it: as a shape, and in VML for older programs."""
    content = "<w:txbxContent><w:p/></w:txbxContent>"
    size = '<wp:extent cx="5400000" cy="7200000"/><wp:docPr id="1" name="Box"/>'
    uri = "http://schemas.microsoft.com/office/word/2010/wordprocessingShape"
    run = parse_xml(
        f'<w:r {_NAMESPACES}><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><wp:inline>{size}'
        f'<a:graphic><a:graphicData uri="{uri}"><wps:wsp><wps:cNvSpPr txBox="1"/><wps:spPr/><wps:txbx>{content}</wps:txbx>'
        f"<wps:bodyPr/></wps:wsp></a:graphicData></a:graphic></wp:inline></w:drawing></mc:Choice>"
        f'<mc:Fallback><w:pict><v:shape id="1" style="width:425pt;height:567pt"><v:textbox>{content}</v:textbox></v:shape>'
        f"</w:pict></mc:Fallback></mc:AlternateContent></w:r>"
    )
    paragraph._p.append(run)
    first, second = run.iter(qn("w:txbxContent"))
    copy = parse_xml(docx.oxml.xmlchemy.serialize_for_reading(shown._tbl))
    first.insert(0, shown._tbl)  # moves it out of the body
    second.insert(0, copy)
