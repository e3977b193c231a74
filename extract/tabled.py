"""A table of a document without pages, as a page of our own with some cells marked, and as a picture of it."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Collection
from html import escape
from pathlib import Path

from extract.model import Grid
from extract.showing import CannotShow

AROUND = 20  # rows above and below the cells
LONGEST = 200  # characters of a cell
SECONDS = 60
_BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--hide-scrollbars",
    "--proxy-server=127.0.0.1:9",  # the page asks for nothing, and nothing leaves the machine
    "--host-resolver-rules=MAP * ~NOTFOUND",
)
_HEAD = """<!DOCTYPE html>
<html lang="zh"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>table</title><style>body { font: 14px sans-serif; margin: 12px; background: #fff } table { border-collapse: collapse }
td { border: 1px solid #888; padding: 3px 6px; text-align: center } td.marked { outline: 3px solid #d61f26; font-weight: bold }
</style></head><body><table>
"""
_ROW_HEIGHT, _MARGIN, WIDTH = 48, 120, 1400


def page(grid: Grid, places: Collection[tuple[int, int]]) -> str:
    """The rows around some cells (row, column) as HTML, those cells marked; nothing of the document but its text.

    Errors: `CannotShow` where the table has none of them.
    """
    if not any((cell.row, cell.column) in places for cell in grid.cells):
        raise CannotShow("its place is not in the document's own rows")
    first, last = min(row for row, _ in places) - AROUND, max(row for row, _ in places) + AROUND
    rows: dict[int, list[str]] = {}
    for cell in sorted(grid.cells, key=lambda cell: (cell.row, cell.column)):
        if cell.row + cell.rowspan <= first or cell.row > last:
            continue
        top = max(cell.row, first, 0)
        height = min(cell.row + cell.rowspan - 1, last) - top + 1
        marked = ' class="marked"' if (cell.row, cell.column) in places else ""
        text = cell.text if len(cell.text) <= LONGEST else cell.text[: LONGEST - 1] + "…"
        rows.setdefault(top, []).append(
            f'<td rowspan="{height}" colspan="{cell.colspan}"{marked}>{escape(text.strip())}</td>'
        )
    body = (f"<tr>{''.join(rows.get(row, ()))}</tr>\n" for row in range(min(rows), max(rows) + 1))
    return _HEAD + "".join(body) + "</table></body></html>\n"


def picture(html: str) -> bytes | None:
    """A page of `page` as a PNG, drawn by Chromium; None where there is no such browser or it draws nothing."""
    browser = next((found for name in _BROWSERS if (found := shutil.which(name))), None)
    if browser is None:
        return None
    with tempfile.TemporaryDirectory(prefix="ogi-table-") as folder:
        file, target = Path(folder, "table.html"), Path(folder, "table.png")
        file.write_text(html, encoding="utf-8")
        height = _MARGIN + _ROW_HEIGHT * html.count("<tr>")
        command = [
            *(browser, *_FLAGS, f"--user-data-dir={folder}/profile", f"--screenshot={target}"),
            *(f"--window-size={WIDTH},{height}", file.as_uri()),
        ]
        _run(command)
        return target.read_bytes() if target.is_file() else None


def _run(command: list[str]) -> None:
    """Run a program and all that it starts, for `SECONDS` at most; whether it drew is told by its picture."""
    process = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        process.wait(SECONDS)
    except subprocess.TimeoutExpired:
        pass  # no picture, then
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
