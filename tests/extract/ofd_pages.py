"""Writes OFD packages from the characters and rules of a PDF's pages, as pdfplumber sees them."""

from __future__ import annotations

import io
import zipfile
from html import escape
from pathlib import Path
from typing import BinaryIO

import pdfplumber

MM = 25.4 / 72
NS = 'xmlns:ofd="http://www.ofdspec.org/2016"'


def ofd_of(pdf: Path | BinaryIO, *, rules: bool = True, relative: bool = True) -> bytes:
    """The PDF's pages as an OFD package. `relative`: locations without a leading slash."""
    out = io.BytesIO()
    slash = "" if relative else "/Doc_0/"
    with pdfplumber.open(pdf) as opened, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        title = escape(str((opened.metadata or {}).get("Title", "")))
        package.writestr(
            "OFD.xml",
            f"<ofd:OFD {NS}><ofd:DocBody><ofd:DocInfo><ofd:Title>{title}</ofd:Title></ofd:DocInfo><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>",
        )
        pages = ""
        for number, page in enumerate(opened.pages):
            pages += f'<ofd:Page ID="{number + 1}" BaseLoc="{slash}Pages/Page_{number}/Content.xml"/>'
            package.writestr(f"Doc_0/Pages/Page_{number}/Content.xml", _page(page, rules))
        box = f"0 0 {float(opened.pages[0].width) * MM:.3f} {float(opened.pages[0].height) * MM:.3f}"
        package.writestr(
            "Doc_0/Document.xml",
            f"<ofd:Document {NS}><ofd:CommonData><ofd:PageArea><ofd:PhysicalBox>{box}</ofd:PhysicalBox></ofd:PageArea></ofd:CommonData><ofd:Pages>{pages}</ofd:Pages></ofd:Document>",
        )
    return out.getvalue()


def _page(page: pdfplumber.page.Page, rules: bool) -> str:
    items = []
    for c in page.chars:
        x, y, size = c["x0"] * MM, c["top"] * MM, (c["bottom"] - c["top"]) * MM
        items.append(
            f'<ofd:TextObject ID="1" Boundary="{x:.3f} {y:.3f} {size:.3f} {size:.3f}" Size="{size:.3f}">'
            f'<ofd:TextCode X="0" Y="{0.88 * size:.3f}">{escape(c["text"])}</ofd:TextCode></ofd:TextObject>'
        )
    for edge in page.edges if rules else []:
        x, y, w, h = edge["x0"] * MM, edge["top"] * MM, edge["width"] * MM, edge["height"] * MM
        items.append(
            f'<ofd:PathObject ID="2" Boundary="{x:.3f} {y:.3f} {max(w, 0.1):.3f} {max(h, 0.1):.3f}" LineWidth="0.2">'
            f"<ofd:AbbreviatedData>M 0 0 L {w:.3f} {h:.3f}</ofd:AbbreviatedData></ofd:PathObject>"
        )
    return f'<ofd:Page {NS}><ofd:Content><ofd:Layer ID="1">{"".join(items)}</ofd:Layer></ofd:Content></ofd:Page>'
