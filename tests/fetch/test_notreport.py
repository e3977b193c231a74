"""Answers that are no content: recognised by what they say; reports are never taken for one."""

from __future__ import annotations

from pathlib import Path

import pytest

from extract.fetch.discover.soft_errors import refusal
from extract.fetch.model import Page
from tests.conftest import ROOT
from tests.fetch.reports import document, report

FRAME = "<div><a href='/'>首页</a><a href='/zwgk/'>政务公开</a><a href='/bsfw/'>办事服务</a></div>{}<div>主办：甲县人民政府办公室 网站标识码：3501280001 版权所有</div>"


def said(content: str | bytes, status: int = 200, kind: str | None = "text/html") -> str | None:
    return refusal(
        Page("https://www.jiaxian.gov.cn/t1_1.html", content if isinstance(content, bytes) else content.encode(), kind),
        status,
    )


@pytest.mark.parametrize(
    ("heading", "body"),
    [
        ("提示信息", "您访问的页面不存在或已删除！"),
        ("甲县人民政府", "<h3>404</h3><p>抱歉，您要访问的页面不存在，5秒后返回首页</p>"),
        ("404 Not Found", "nginx"),
        ("出错了", "对不起，没有找到您要的网页"),
        ("错误", "该信息不存在或已被删除"),
        ("甲县", "系统异常，请稍后再试"),
        ("提示", "您没有权限查看，无权访问"),
        ("Error", "The resource cannot be found."),
    ],
)
def test_not_found_with_status_200(heading: str, body: str) -> None:
    assert "not there" in (said(document(heading, FRAME.format(body))) or "")


@pytest.mark.parametrize(
    ("markup", "word"),
    [
        ("<html><head><meta id='9DhefwqGPrzGxEp9hPaoag'><script>$_ts=window['$_ts'];if(!$_ts)$_ts={};$_ts.nsd=1;</script></head><body></body></html>", "script"),
        ("<script>document.cookie=('_')+('_')+('jsl_clearance_s')+'=1';location.href=location.pathname+location.search</script>", "script"),
        ("<html><script>var arg1='3D6F';function setCookie(){document.cookie='acw_sc__v2='+1;location.reload()}</script></html>", "script"),
        ("<html><body><div id='app'></div><script src='/js/chunk.js'></script></body></html>", "script"),
        (document("用户登录", "<form>用户名<input name=u>密码<input type=password name=p><button>登录</button></form>"), "login"),
        (document("访问拦截", FRAME.format("您的访问请求可能对网站造成安全威胁，请求已被拦截")), "firewall"),
        (document("403", "<center><h1>Access Denied</h1></center>"), "firewall"),
        (document("安全验证", FRAME.format("访问过于频繁，请完成安全验证")), "firewall"),
        (document("公告", FRAME.format("网站升级改造中，暂停服务")), "closed"),
        (document("政府信息公开年报", "<p>暂无内容</p>"), "nothing yet"),
        ("", "nothing"),
        ("  \r\n ", "nothing"),
    ],
)  # fmt: skip
def test_other_answers_with_status_200(markup: str, word: str) -> None:
    assert word in (said(markup) or "")


@pytest.mark.parametrize(
    ("status", "word"),
    [
        (412, "script"),
        (521, "script"),
        (401, "login"),
        (404, "no such page"),
        (410, "no such page"),
        (403, "403"),
        (500, "500"),
        (302, "302"),
    ],
)
def test_by_status(status: int, word: str) -> None:
    assert word in (said(report("甲县", 2023, 1), status) or "")


def test_an_error_page_that_calls_itself_a_file() -> None:
    assert "not there" in (said(document("提示", "文件不存在"), kind="application/pdf") or "")


@pytest.mark.parametrize(
    "content", [b"%PDF-1.7\n404 Not Found", b"PK\x03\x04 404", b"\x89PNG\r\n\x1a\n", b"\xd0\xcf\x11\xe0" + b"\0" * 50]
)
def test_files_are_not_looked_into(content: bytes) -> None:
    assert said(content, kind="application/octet-stream") is None


@pytest.mark.parametrize(
    "more",
    [
        "<p>全年受理404件，错误 404 次，您访问的页面不存在的投诉3件。</p>",
        "<form>站内登录<input type='password'></form>",
        "<script>setTimeout(function(){document.cookie='a=1';location.reload()},1)</script>",
        "<p>系统维护期间网站升级改造，暂停服务两次；访问过于频繁的IP被限制。</p>",
    ],
)
def test_a_report_is_never_refused_for_its_words(more: str) -> None:
    assert said(report("甲县人民政府", 2023, 3).replace("</body>", more + "</body>")) is None


def test_pages_that_carry_their_report_as_a_file_are_content() -> None:
    title = "甲县2023年政府信息公开工作年度报告"
    assert said(document(title, f"<h1>{title}</h1><a href='a.pdf'>附件</a>")) is None
    assert said(document(title, "<iframe src='/viewer.html?file=a.pdf'></iframe><script>x()</script>")) is None
    assert said(document(title, "<p><img src='1.jpg'></p><script>x()</script>")) is None


def test_an_error_inside_a_large_frame() -> None:
    menu = "".join(f"<li><a href='/{n}/'>政务公开栏目之{n}</a></li>" for n in range(300))
    assert "not there" in (
        said(document("甲县人民政府", f"<ul>{menu}</ul><p>抱歉，您访问的页面不存在</p><p>版权所有</p>")) or ""
    )


@pytest.mark.parametrize(
    "words",
    ["申请信息不存在0件", "因系统异常未能按时答复1件", "对不起，该信息找不到的答复0件", "您访问的页面不存在的投诉0件"],
)
def test_a_short_old_report_may_say_what_error_pages_say(words: str) -> None:
    text = "我局严格按照条例的要求，积极做好政府信息公开工作，全年主动公开政府信息二十条，未收到依申请公开。" * 7
    name = "甲县财政局2010年信息公开年度报告"
    assert said(document(name, FRAME.format(f"<h1>{name}</h1><p>{text}{words}</p>"))) is None


def test_a_listing_is_content() -> None:
    items = "".join(f"<li><a href='t1_{n}.html'>甲县{n}年政府信息公开工作年度报告</a></li>" for n in range(2010, 2023))
    assert said(document("政府信息公开年报", FRAME.format(f"<ul>{items}</ul>"))) is None


def test_an_old_report_of_plain_text_is_content() -> None:
    text = "我局严格按照条例的要求，积极做好政府信息公开工作，全年主动公开政府信息二十条，未收到依申请公开。" * 10
    assert said(document("甲县财政局2010年信息公开年度报告", FRAME.format(f"<p>{text}</p>"))) is None


@pytest.mark.parametrize("path", sorted((ROOT / "data" / "samples" / "reports").iterdir()), ids=lambda path: path.name)
def test_the_samples_are_content(path: Path) -> None:
    assert refusal(Page("https://www.jiaxian.gov.cn/x", path.read_bytes()), 200) is None


def test_the_real_pages_are_content(real_reports: Path) -> None:
    for path in real_reports.glob("*.html"):
        assert refusal(Page("https://www.jiaxian.gov.cn/x", path.read_bytes()), 200) is None, path.name
