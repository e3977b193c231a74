"""DOCX files written as bare parts for the tests: what Word writes, no library between."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

NAMESPACES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:v="urn:schemas-microsoft-com:vml" '
    'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
)


def packed(parts: Mapping[str, str | bytes]) -> bytes:
    """A package of parts by name."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return target.getvalue()


def document(body: str, parts: Mapping[str, str] | None = None) -> bytes:
    """A DOCX of this body, with further parts by name."""
    text = f'<?xml version="1.0" encoding="UTF-8"?><w:document {NAMESPACES}><w:body>{body}</w:body></w:document>'
    return packed({"word/document.xml": text, **(parts or {})})


def part(root: str, content: str) -> str:
    """A part of its own, as word/styles.xml."""
    return f"<w:{root} {NAMESPACES}>{content}</w:{root}>"


def r(text: str, properties: str = "") -> str:
    """A run."""
    return f"<w:r><w:rPr>{properties}</w:rPr><w:t xml:space='preserve'>{text}</w:t></w:r>"


def p(*content: str, properties: str = "") -> str:
    """A paragraph of runs."""
    return f"<w:p><w:pPr>{properties}</w:pPr>{''.join(content)}</w:p>"


def tc(content: str, properties: str = "") -> str:
    """A cell; bare text becomes its paragraph."""
    inside = content if content.startswith(("<w:p>", "<w:tbl>")) else p(r(content))
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{inside}</w:tc>"


def tr(*cells: str, properties: str = "") -> str:
    """A row."""
    return f"<w:tr><w:trPr>{properties}</w:trPr>{''.join(cells)}</w:tr>"


def tbl(*rows: str) -> str:
    """A table."""
    return f"<w:tbl><w:tblPr/>{''.join(rows)}</w:tbl>"


def on(name: str, value: str | None = None) -> str:
    """A property: `<w:strike/>`, `<w:gridSpan w:val="3"/>`."""
    return f"<w:{name}/>" if value is None else f'<w:{name} w:val="{value}"/>'
