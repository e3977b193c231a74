"""Shelves of the imitation site with what happens to reports on their way, and with what must not become one."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from typing import Any

from tests.fetch import shelves
from tests.fetch.reports import document, item, listing, report, title
from tests.fetch.shelves import Shelf, Wanted


def plain(night: int) -> Shelf:
    """A plain list with everything that can happen to a report on its way; one report moves on the third night."""
    shelf = Shelf("plain", "/plain/list.html")
    rows = [item(*shelf.report(f"/plain/{how}.html", f"丑县{name}", 2023, count, how=how)) for count, (how, name) in enumerate(
        {"slow": "审计局", "reset": "统计局", "short": "林业局", "limited": "水利局", "flaky": "商务局"}.items(), 700)]  # fmt: skip
    moved = "/plain/moved/t20240301_9.html" if night >= 3 else "/plain/t20240201_9.html"
    rows.append(item(*shelf.report(moved, "丑县司法局", 2023, 750)))
    _, text, day = shelf.report("/plain/gbk.html", "丑县档案馆", 2023, 751)
    shelf.put("/plain/gbk.html", report("丑县档案馆", 2023, 751).encode("gb18030"), kind="text/html; charset=utf-8")
    rows.append(item("/plain/gbk.html", text, day))
    path, text, day = shelf.report("/plain/new.html", "丑县信访局", 2023, 752)
    shelf.reports["/plain/old.html"] = shelf.reports.pop(path)
    shelf.put("/plain/old.html", b"", status=301, location=path)
    rows.append(item("/plain/old.html", text, day))
    shelf.put(
        "/plain/files.html",
        document(
            title("丑县气象局", 2023),
            f"<h1>{title('丑县气象局', 2023)}</h1><p>附件：<a href='./W020240101.docx'>年度报告.docx</a></p>",
        ),
    )
    shelf.reports["/plain/files.html"] = Wanted("丑县气象局", 2023)
    shelf.put("/plain/W020240101.docx", package(report("丑县气象局", 2023, 753)), kind="application/octet-stream")
    shelf.files["/plain/W020240101.docx"] = "/plain/files.html"
    rows.append(item("/plain/files.html", title("丑县气象局", 2023), "2024-01-20"))
    shelf.put("/plain/direct.zip", package(report("丑县地震局", 2023, 754)), kind="application/zip")
    shelf.reports["/plain/direct.zip"] = Wanted("丑县地震局", 2023)
    rows.append(item("/plain/direct.zip", title("丑县地震局", 2023), "2024-01-20"))
    shelf.put(shelf.listing, listing(rows))
    return shelf


def refused(night: int) -> Shelf:
    """Links that look like reports and lead to what must not be stored as one."""
    shelf = Shelf("refused", "/refused/list.html")
    rows = []
    frame = "<div><a href='/'>首页</a></div><p>{}</p>"
    cases: tuple[tuple[str, str, dict[str, Any]], ...] = (
        ("soft404", "not there", {"text": document("提示信息", frame.format("抱歉，您访问的页面不存在或已删除"))}),
        ("login", "login", {"text": document("统一身份认证", "<form>用户登录<input name='u'><input type='password' name='p'></form>")}),
        ("challenge", "script", {"text": "<html><script>$_ts=window['$_ts'];if(!$_ts)$_ts={};</script></html>", "status": 412}),
        ("jump", "script", {"text": "<script>document.cookie=('_')+('_jsl');location.href=location.pathname</script>", "status": 521}),
        ("wall", "firewall", {"text": document("访问拦截", frame.format("您的访问请求可能对网站造成威胁，已被防火墙拦截"))}),
        ("missing", "404", {"text": document("404", "404"), "status": 404}),
        ("empty", "nothing", {"text": ""}),
        ("private/robots", "robots", {"text": report("寅县人防办", 2023, 808)}),
        ("inward", "address", {"text": "", "status": 302, "location": "http://10.0.0.1/report.html"}),
        ("metadata", "address", {"text": "", "status": 302, "location": "http://169.254.169.254/latest/meta-data/"}),
        ("round", "redirect", {"text": "", "status": 302, "location": "/refused/round.html"}),
        ("scheme", "address", {"text": "", "status": 302, "location": "file:///etc/passwd"}),
    )  # fmt: skip
    for number, (name, word, more) in enumerate(cases):
        path = f"/{name}.html" if name.startswith("private") else f"/refused/{name}.html"
        shelf.put(path, **more)
        shelf.refused[path] = word
        rows.append(item(path, title(f"寅县第{number}局", 2023), "2024-01-20"))
    shelf.put(shelf.listing, listing(rows))
    return shelf


def bulk(host: int, count: int, each: int = 100) -> Shelf:
    """Many reports of one host, for measuring: `count` over pages of `each`."""
    shelf = Shelf(f"bulk{host}", "/bulk/index.html")
    items = [
        item(*shelf.report(f"/bulk/t20240122_{n}.html", f"卯县第{host}街道办事处", 2000 + n % 24, 1000 * host + n))
        for n in range(count)
    ]
    pages = [items[start : start + each] for start in range(0, count, each)]
    for number, part in enumerate(pages):
        call = f"<script>createPageHTML({len(pages)}, {number}, 'index', 'html');</script>"
        shelf.put(f"/bulk/index{f'_{number}' if number else ''}.html", listing(part, more=call))
    return shelf


def package(text: str) -> bytes:
    """A ZIP with a page inside: the same bytes every time."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        file.writestr(zipfile.ZipInfo("report.html", (2024, 1, 2, 0, 0, 0)), text)
    return out.getvalue()


def every(night: int) -> Iterator[Shelf]:
    """All shelves as they are on one night, counted from 1."""
    for make in (*shelves.FAMILIES, plain, refused):
        yield make(night)
