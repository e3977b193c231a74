"""Pages → PDFs, by the programs that publishers use. Needed only to make the samples' PDFs anew, never to use them.

PDFs carry the time and ids of their making, so a second printing is not byte-identical; the committed ones stay.
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path

_NEEDS = {
    "chromium": (("chromium", "chromium-browser", "google-chrome"), "Chromium"),
    "libreoffice": (("soffice", "libreoffice"), "LibreOffice Writer"),
}
_PAGE_CSS = (
    "<style>@page{size:A4;margin:20mm}ul.nav,.footer{display:none}table{font-size:9pt}td{padding:1px 3px}"
    'body,p,td{font-family:"WenQuanYi Micro Hei","AR PL SungtiL GB","Noto Sans CJK SC";font-synthesis:none}'
    "*{font-weight:normal!important}</style>"
)
"""Outline fonts first and no synthetic bold: Chromium would draw each glyph by itself, four times as large."""


class Missing(RuntimeError):
    """A program or a font that printing needs is not installed."""


def check() -> None:
    """Raise `Missing`, naming everything that is not there, before any work is done."""
    missing = [
        f"{title} ({' or '.join(names)})" for names, title in _NEEDS.values() if not any(map(shutil.which, names))
    ]
    if not _has_chinese_font():
        missing.append("a font with Chinese characters (fonts-wqy-microhei, fonts-arphic-gbsn00lp or fonts-noto-cjk)")
    if missing:
        raise Missing("PDFs need what is not installed here: " + "; ".join(missing))


def _has_chinese_font() -> bool:
    lister = shutil.which("fc-list")
    if lister is None:
        return False
    return bool(subprocess.run([lister, ":lang=zh-cn", "family"], capture_output=True, check=True).stdout.strip())


def _program(kind: str) -> str:
    names, title = _NEEDS[kind]
    found = next((path for name in names if (path := shutil.which(name))), None)
    if found is None:
        raise Missing(f"{title} is not installed")
    return found


def print_pdf(page: bytes, kind: str) -> bytes:
    """The page as printed by `chromium` or `libreoffice`. Errors: `Missing`; CalledProcessError where it fails."""
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder) / "page.html", Path(folder) / "page.pdf"
        source.write_bytes(page.replace(b"</head>", _PAGE_CSS.encode() + b"</head>", 1))
        program = _program(kind)
        if kind == "chromium":
            command = [
                program, "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
                "--no-pdf-header-footer", "--disable-pdf-tagging", f"--user-data-dir={folder}/profile", f"--print-to-pdf={target}", source.as_uri(),
            ]  # fmt: skip
        else:
            command = [
                program, f"-env:UserInstallation=file://{folder}/profile", "--headless", "--infilter=HTML (StarWriter)",
                "--convert-to", "pdf:writer_pdf_Export", "--outdir", folder, str(source),
            ]  # fmt: skip
        subprocess.run(command, check=True, capture_output=True, timeout=180)
        return target.read_bytes()
