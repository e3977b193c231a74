"""Writes files that are no readable report, each bad in its own way: `python data/samples/bad.py DIR`.

For tests and for trying `ogi run` on the worst. BAD says of each file what must become of it. Nothing is downloaded; the
large ones are sparse or made in place. Standard library only.
"""

from __future__ import annotations

import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import NamedTuple

HERE = Path(__file__).resolve().parent
LOCKED = HERE.parents[1] / "tests" / "extract" / "fixtures" / "locked.pdf"

HUGE = 200 * 2**20
ROWS = 100_000
LEVELS = 100_000
PAGES = 5_000


class Bad(NamedTuple):
    """One file: how it is written, and the statuses that are right answers to it."""

    write: Callable[[Path], None]
    statuses: tuple[str, ...]
    about: str


def _bytes(content: bytes) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        path.write_bytes(content)

    return write


def _page(title: str, body: str) -> str:
    return f'<!DOCTYPE html><html><head><meta charset="utf-8"><title>{title}</title></head><body>{body}</body></html>'


def _truncated(path: Path) -> None:
    whole = (HERE / "reports" / "hongze-2023.pdf").read_bytes()
    path.write_bytes(whole[: len(whole) // 3])


def _huge(path: Path) -> None:
    with path.open("wb") as file:
        file.write(b"<html><body>")
        file.truncate(HUGE)


def _many_rows(path: Path) -> None:
    row = "<tr><td>行政许可</td><td>1</td><td>2</td></tr>\n"
    path.write_text(_page("办件明细", f"<table>{row * ROWS}</table>"), encoding="utf-8")


def _spans(path: Path) -> None:
    cell = '<td colspan="999999999" rowspan="999999999">规章</td>'
    rows = "".join(f"<tr>{cell}<td colspan='-3' rowspan='x'>{n}</td></tr>" for n in range(40))
    path.write_text(_page("统计", f"<table>{rows}</table>"), encoding="utf-8")


def _zip(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(zipfile.ZipInfo("report.html"), "<html></html>")


def _many_pages(path: Path) -> None:
    """A PDF of 5,000 pages, each with a line of its own; its cross-references are right."""
    objects = [b"<</Type/Catalog/Pages 2 0 R>>"]
    kids = b" ".join(b"%d 0 R" % (4 + 2 * n) for n in range(PAGES))
    objects.append(b"<</Type/Pages/Count %d/Kids[%s]>>" % (PAGES, kids))
    objects.append(b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>")
    for n in range(PAGES):
        text = b"BT /F1 12 Tf 72 700 Td (page %d) Tj ET" % (n + 1)
        objects.append(
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</Font<</F1 3 0 R>>>>/Contents %d 0 R>>"
            % (5 + 2 * n)
        )
        objects.append(b"<</Length %d>>stream\n%s\nendstream" % (len(text), text))
    out = bytearray(b"%PDF-1.4\n")
    places = []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    path.write_bytes(out)


def _undeclared(path: Path) -> None:
    path.write_bytes((HERE / "reports" / "zhengding-2019.html").read_bytes())


def _loop(path: Path) -> None:
    path.mkdir()
    (path / "again").symlink_to("..", target_is_directory=True)


def _ring(path: Path) -> None:
    other = path.with_name("ring-other.html")
    path.symlink_to(other.name)
    other.symlink_to(path.name)


def _unreadable(path: Path) -> None:
    path.write_bytes((HERE / "reports" / "wuyi-2021.html").read_bytes())
    path.chmod(0)


_NOT_FOUND = _page(
    "提示信息",
    '<div class="box"><h2>404</h2><p>抱歉，您访问的页面不存在或已删除。</p><p><a href="/">返回首页</a></p></div>',
)
_NEWS = _page(
    "县里开会部署信息公开工作",
    "<h1>县里开会部署信息公开工作</h1><p>发布时间：2024-01-05</p>"
    "<p>1月4日，县里召开会议，部署2023年度信息公开年报的编制。会议要求各单位在月底前报送，数据要与台账一致。</p>"
    "<p>会上通报了上半年收到申请41件、办结40件的情况，三个单位作了交流。</p>",
)
_BUDGET = _page(
    "某局2024年部门预算",
    "<h1>某局2024年部门预算</h1><p>一、基本情况</p><p>本部门内设科室六个。</p><p>二、收支总表</p>"
    "<table border=1><tr><td>项目</td><td>本年预算</td><td>总计</td></tr><tr><td>行政运行</td><td>812.40</td><td>812.40</td></tr>"
    "<tr><td>其他</td><td>36</td><td>36</td></tr><tr><td>总计</td><td>848.40</td><td>848.40</td></tr></table>"
    "<p>三、其他重要事项</p><p>政府采购项目3个。</p>",
)
_DEEP = b"<html><body>" + b"<div>" * LEVELS + "政府信息公开".encode() + b"</div>" * LEVELS + b"</body></html>"

_LEFT_OUT = ("unreadable", "not_a_report")

BAD: dict[str, Bad] = {
    "empty.html": Bad(_bytes(b""), ("unreadable",), "no byte at all"),
    "truncated.pdf": Bad(_truncated, ("unreadable",), "the first third of a PDF"),
    "locked.pdf": Bad(lambda path: _bytes(LOCKED.read_bytes())(path), ("unreadable",), "a PDF under a password"),
    "404.html": Bad(_bytes(_NOT_FOUND.encode()), ("not_a_report",), "an error page saved as a report"),
    "news.html": Bad(_bytes(_NEWS.encode()), ("not_a_report",), "a news item that speaks of annual reports"),
    "budget.html": Bad(_bytes(_BUDGET.encode()), ("not_a_report",), "a department's budget, with tables and 总计"),
    "gb18030.html": Bad(_undeclared, ("ok",), "a good report in GB18030 that declares no charset"),
    "huge.html": Bad(_huge, ("unreadable",), "200 MB, nearly all of them a hole"),
    "rows.html": Bad(_many_rows, _LEFT_OUT, "a table of 100,000 rows"),
    "deep.html": Bad(_bytes(_DEEP), _LEFT_OUT, "100,000 levels of div"),
    "spans.html": Bad(_spans, _LEFT_OUT, "colspan and rowspan of a thousand million, negative, and words"),
    "archive.pdf": Bad(_zip, ("unreadable",), "a ZIP archive named .pdf"),
    "noise.html": Bad(lambda path: _bytes(Random(1).randbytes(50_000))(path), ("unreadable",), "random bytes"),
    "pages.pdf": Bad(_many_pages, _LEFT_OUT, "a PDF of 5,000 pages"),
    "loop": Bad(_loop, (), "a folder with a link to the folder above it"),
    "ring.html": Bad(_ring, ("unreadable",), "two links that point at each other"),
    "forbidden.html": Bad(_unreadable, ("unreadable",), "no permission to read; root can read it all the same"),
}
"""File name → how to write it and what must become of it; no status: it is a folder that must not be gone round in."""


def write(folder: Path) -> None:
    """Write all of BAD into a new or empty folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, bad in BAD.items():
        bad.write(folder / name)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python data/samples/bad.py DIR")
    write(Path(sys.argv[1]))
