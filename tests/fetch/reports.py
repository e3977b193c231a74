"""Reports and listings as the families of sites write them: made for the tests, figures that add up."""

from __future__ import annotations

from functools import cache

from tests.extract.pages import DISCLOSURE_ROWS, HEADINGS, OUTCOME_ROWS, PROCEEDINGS_ROWS, requests_rows, table

_COUNT = 918273  # stands for the one number that differs
_TITLE = "标题在此"
NOISE = (
    ("news.html", "我县召开2023年政府信息公开工作年度报告编制工作会议", "2024-01-05"),
    ("notice.html", "关于做好2023年政府信息公开工作年度报告编制发布工作的通知", "2023-12-20"),
    ("school.html", "甲县职业技术学院2022-2023学年信息公开工作年度报告", "2023-11-01"),
    ("website.html", "甲县政府网站工作年度报表（2023年度）", "2024-01-30"),
    ("law.html", "甲县2023年法治政府建设年度报告", "2024-03-01"),
    ("picture.html", "一图读懂：甲县2023年政府信息公开工作年度报告", "2024-02-02"),
    ("guide.html", "《甲县2023年政府信息公开工作年度报告》解读", "2024-02-03"),
    ("budget.html", "甲县财政局2023年度部门决算公开报告", "2024-09-03"),
)
"""What stands between reports and is none: address, text, day."""


def title(organ: str, year: int) -> str:
    return f"{organ}{year}年政府信息公开工作年度报告"


@cache
def _template() -> str:
    figures: dict[str, list[object]] = {code: [0] * 7 for code, _, _ in OUTCOME_ROWS}
    for code in ("new", "granted", "total"):
        figures[code] = [_COUNT, 0, 0, 0, 0, 0, _COUNT]
    parts = [
        HEADINGS[0], table(DISCLOSURE_ROWS), HEADINGS[1], table(requests_rows(figures)), HEADINGS[2],
        table(PROCEEDINGS_ROWS), HEADINGS[3],
    ]  # fmt: skip
    return document(_TITLE, f"<h1>{_TITLE}</h1>" + "".join(parts))


def document(heading: str, body: str, head: str = "", charset: str = "utf-8") -> str:
    return f"<!DOCTYPE html><html><head><meta charset='{charset}'><title>{heading}</title>{head}</head><body>{body}</body></html>"


def report(organ: str, year: int, count: int) -> str:
    """A whole report of form 2021, whose one figure is `count` requests, all granted."""
    return _template().replace(_TITLE, title(organ, year)).replace(str(_COUNT), str(count))


def item(address: str, text: str, day: str) -> str:
    return f"<li><a href='{address}' title='{text}' target='_blank'>{text}</a><span>{day}</span></li>"


def listing(items: list[str], name: str = "政府信息公开年报", more: str = "", head: str = "") -> str:
    """A column page: menu, breadcrumb, items, what follows them, footer."""
    return document(
        f"{name}_甲县人民政府",
        "<div class='header'><ul class='nav'><li><a href='/'>首页</a></li><li><a href='/zwgk/'>政务公开</a></li></ul></div>"
        f"<div class='position'>当前位置：<a href='/'>首页</a> &gt; <a href='/zwgk/'>政府信息公开</a> &gt; <a href='./'>{name}</a></div>"
        "<div class='menu'><ul><li><a href='/zwgk/zn/'>政府信息公开指南</a></li><li><a href='/zwgk/zd/'>政府信息公开制度</a></li></ul></div>"
        f"<div class='list'><ul>{''.join(items)}</ul></div>{more}"
        "<div class='footer'><a href='http://www.fj.gov.cn/'>福建省人民政府</a><a href='https://beian.miit.gov.cn/'>备案号</a></div>",
        f"<meta name='ColumnName' content='{name}'><meta name='SiteIDCode' content='3501280001'>{head}",
    )
