"""Reports as plain HTML pages to be printed: the tables as wide as the paper, ruled as the style says."""

from __future__ import annotations

from html import escape

from tests.formats.reports import Report, Table

_BASE = (
    'body,td{font-family:"WenQuanYi Micro Hei","AR PL SungtiL GB","Noto Sans CJK SC"}h1{text-align:center;font-size:16pt}'
    "p{font-size:11pt;text-indent:2em}table{border-collapse:collapse;width:100%;font-size:9pt;margin-bottom:8pt}"
    "td{text-align:center;padding:2pt 3pt}"
)
_FULL = "td{border:0.75pt solid #000}"

PAPERS = {
    "A4": _BASE + _FULL + "@page{size:A4;margin:20mm}",
    "A4, hairlines": _BASE + "td{border:0.4px solid #888}@page{size:A4;margin:15mm}",
    "A4, double lines": _BASE
    + "table{border-collapse:separate;border:1px solid}td{border:1px solid}@page{size:A4;margin:20mm}",
    "landscape": _BASE + _FULL + "@page{size:A4 landscape;margin:15mm}table{font-size:11pt}",
    "half ruled": _BASE + "tr{border-top:1px solid #000;border-bottom:1px solid #000}@page{size:A4;margin:20mm}",
    "unruled": _BASE + "td{padding:3pt 6pt}@page{size:A4;margin:18mm}",
    "rows kept whole": _BASE + _FULL + "@page{size:A4;margin:20mm 20mm 60mm}tr{break-inside:avoid}",
}
"""How Chromium is told to print: name → CSS."""

LONG = _BASE + _FULL + "@page{size:210mm 700mm;margin:15mm}"
"""A whole report on one page, as pictures of reports are."""

FITTED = "body,body *{width:auto!important;max-width:100%!important;float:none!important;position:static!important}@page{size:A4;margin:12mm}"
"""For the generator's pages, which are wider than paper."""


def page(report: Report) -> bytes:
    """The report as a page without any style."""
    body = "".join(f"<p>{escape(part)}</p>" if isinstance(part, str) else _table(part) for part in report.parts)
    return (
        f'<!DOCTYPE html><html><head><meta charset="utf-8"><title>{escape(report.title)}</title></head>'
        f"<body><h1>{escape(report.title)}</h1>{body}</body></html>"
    ).encode()


def _table(table: Table) -> str:
    rows = []
    for row in table:
        cells = [f'<td colspan="{c.colspan}" rowspan="{c.rowspan}">{_lines(c.text)}</td>' for c in row]
        rows.append(f"<tr>{''.join(cells)}</tr>")
    return f"<table>{''.join(rows)}</table>"


def _lines(text: str) -> str:
    return escape(text).replace("\n", "<br>")
