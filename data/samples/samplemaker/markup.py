"""How an editor's software writes a cell, a paragraph, a table: the same words in very different HTML."""

from __future__ import annotations

from collections.abc import Callable

from samplemaker.tables import Cell, Table

Write = Callable[[Cell, int], str]
"""(cell, how many cells came before) → the HTML inside its `<td>`."""

_GAP = "\n &nbsp; &nbsp; &nbsp; &nbsp;"


def _bare(cell: Cell, n: int) -> str:
    return cell.text.replace("\n", "<br>")


def _p(cell: Cell, n: int) -> str:
    return f"<p>{_bare(cell, n)}</p>"


def _styled(cell: Cell, n: int) -> str:
    """What browser editors keep of a pasted table: the whole style in every paragraph."""
    style = "margin-top: 0px; margin-bottom: 0px; text-align: center; line-height: 1.5em; font-size: 14px; font-family: 仿宋_GB2312;"
    return f'<p style="{style}">{_bare(cell, n)}</p>'


def _spans(cell: Cell, n: int) -> str:
    """Padding in spans of its own, every paragraph closed by an empty span."""
    inner = "<br/>".join(f"<span>{part}</span>" for part in cell.text.split("\n"))
    if cell.kind == "number" and n % 3:
        return f'<p style="text-align:center"><span>&nbsp;</span>{inner}<span>&nbsp;</span></p>'
    return f'<p style="text-align:center"><span><span>{inner}</span><span>&nbsp;</span></span><span></span></p>'


def _halves(text: str) -> tuple[str, str]:
    """Cut where no entity can be hurt."""
    if "&" in text or len(text) < 2:
        return text, ""
    return text[: len(text) // 2], text[len(text) // 2 :]


def _split(cell: Cell, n: int) -> str:
    """Labels over several paragraphs and numbers over several spans, padded with non-breaking spaces."""
    out = []
    for part in cell.text.split("\n"):
        first, second = _halves(part)
        if cell.kind == "label" and 4 <= len(part) <= 6 and not second.startswith(("（", "(")):
            out.append(f"<p>{first}</p><p><span>{second}</span>{_GAP}</p>")
        elif second:
            out.append(f"<p><span>{first}</span><span>{second}</span>{'&nbsp;' * (n % 4)}</p>")
        else:
            out.append(f"<p>{part}{_GAP if n % 5 == 0 else ''}</p>")
    return "".join(out)


_MSO_NUMBER = "font-size:10.5pt;font-family:宋体;mso-bidi-font-family:宋体;color:black;mso-font-kerning:0pt"
_MSO_LABEL = "font-size:10.5pt;font-family:宋体;mso-ascii-font-family:Calibri;mso-hansi-theme-font:minor-latin"


def _word(cell: Cell, n: int) -> str:
    """Word's saved page: language spans that cut labels and numbers apart, `<o:p>` at the end."""
    runs = []
    for part in cell.text.split("\n"):
        first, second = _halves(part)
        language = " lang=EN-US" if cell.kind == "number" else ""
        style = _MSO_NUMBER if cell.kind == "number" else _MSO_LABEL
        run = f"<span{language} style='{style}'>{first}</span>"
        if second:
            run += f"<span{language} style='{style};mso-spacerun:yes'>{second}</span>"
        runs.append(run)
    text = "<br>".join(runs)
    return f"<p class=MsoNormal align=center style='text-align:center;mso-pagination:widow-orphan'>{text}<span lang=EN-US><o:p></o:p></span></p>"


def _revised(cell: Cell, n: int) -> str:
    """Revision marks left in: every seventh number was another one before, struck out on the page."""
    if cell.kind != "number" or n % 7 or not cell.text.isdecimal():
        return _word(cell, n)
    old = str(int(cell.text) + 1 + n % 5)
    marks = "style='mso-del-author:审核;text-decoration:line-through'"
    return f"<p class=MsoNormal><del cite='mailto:审核'><span lang=EN-US {marks}>{old}</span></del><ins cite='mailto:审核'><span lang=EN-US>{cell.text}</span></ins></p>"


CELLS: dict[str, Write] = {
    "bare": _bare,
    "p": _p,
    "styled": _styled,
    "spans": _spans,
    "split": _split,
    "word": _word,
    "revised": _revised,
}

_TABLE_TAGS = {
    "word": "<table class=MsoTableGrid border=1 cellspacing=0 cellpadding=0 style='border-collapse:collapse;border:none;mso-yfti-tbllook:1184'>",
    "revised": "<table class=MsoNormalTable border=1 cellspacing=0 cellpadding=0 style='margin-left:-5.4pt;border-collapse:collapse'>",
    "split": '<table cellspacing="0" border="1" width="98%">',
}


def table(rows: Table, style: str) -> str:
    """A table with its spans, in one editor's style."""
    write = CELLS[style]
    out = [_TABLE_TAGS.get(style, '<table border="1" cellspacing="0">'), "<tbody>"]
    n = 0
    for row in rows:
        out.append("<tr>")
        for cell in row:
            spans = f' colspan="{cell.colspan}"' if cell.colspan > 1 else ""
            if cell.rowspan > 1:
                spans += f' rowspan="{cell.rowspan}"'
            out.append(f"<td{spans}>{write(cell, n)}</td>")
            n += 1
        out.append("</tr>\n")
    out.append("</tbody></table>\n")
    return "".join(out)


def paragraph(text: str, style: str, heading: bool = False) -> str:
    """A paragraph or a section heading, in the same editor's style."""
    if style in ("word", "revised"):
        weight = "<b style='mso-bidi-font-weight:normal'>" if heading else ""
        close = "</b>" if heading else ""
        first, second = _halves(text)
        return (
            f"<p class=MsoNormal style='text-indent:32.0pt;line-height:28.0pt;mso-line-height-rule:exactly'>{weight}"
            f"<span style='font-size:16.0pt;font-family:仿宋_GB2312'>{first}</span>"
            f"<span style='font-size:16.0pt;font-family:仿宋_GB2312'>{second}<span lang=EN-US><o:p></o:p></span></span>{close}</p>\n"
        )
    if style == "split":
        return (
            f"<p><strong><span>{text}</span></strong>&nbsp;</p>\n" if heading else f"<p>　　<span>{text}</span></p>\n"
        )
    if style == "spans":
        return f'<p><span style="font-size: 16px;"><span>\t</span>{text}</span></p>\n'
    return f"<p><strong>{text}</strong></p>\n" if heading else f"<p>　　{text}</p>\n"
