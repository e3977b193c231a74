"""Answers that are no page of the site's content: not found with status 200, login, JavaScript challenges, firewalls.

A page that shows a report's sections is a report whatever words it has; files are never looked into.
"""

from __future__ import annotations

import re

from extract.fetch.discover.families.in_place import ENOUGH, sections
from extract.fetch.discover.view import View, look
from extract.fetch.model import Page
from extract.identify import title

CHALLENGING = frozenset([412, 418, 468, 521, 567])
"""Statuses that 瑞数 (412), 加速乐 (521) and other guards give with a script that a browser must run first."""
SHORT = 1_000  # characters outside of links: the frame of a site around an error has less
LITTLE = 300  # characters outside of links: hardly more than one sentence and a footer
HEAD = 200_000  # characters of a page's markup in which a challenge shows
BARE = 60  # characters: less is no page that a person could read
_MARKUP = re.compile(rb"^\s*(?:<|\xef\xbb\xbf|\xff\xfe|\xfe\xff)")
_TEXTUAL = re.compile(r"html|xml|text/plain|json|javascript", re.IGNORECASE)
_CHALLENGE = re.compile(
    r"__jsl_clearance|\$_ts\s*=\s*window|\$_ts\.(?:cd|nsd)|acw_sc__v\d|yunsuo_session|YUNSUOAUTOJUMP|challenge-platform"
    r"|cf-browser-verification|_guard/(?:auto|html)\.js|probe\.js\?v=|btwaf_|security_session_(?:verify|mid)|__tst_status|EO_Bot_Ssid"
    r"|(?:setTimeout|document\.cookie)[^<]{0,2000}location\.(?:href|reload|replace)"
)
_WALL = re.compile(
    r"访问(?:请求)?(?:可能)?.{0,20}(?:已?被|存在|疑似).{0,12}(?:拦截|阻断|攻击|拒绝)|(?:已?被|触发).{0,10}(?:防火墙|WAF|安全策略|云盾|安全狗).{0,6}(?:拦截|阻断|拒绝|规则)?"
    r"|Web应用防火墙|网站防火墙|创宇盾|安全狗|云锁|(?:包含|携带).{0,8}(?:攻击|危险|非法)(?:行为|字符|参数|内容|请求)"
    r"|访问(?:过于|太)频繁|请求(?:过于|太)频繁|IP.{0,12}(?:封禁|黑名单|禁止访问|限制)|请(?:完成|进行).{0,8}(?:安全|滑块|人机)?验证|请输入验证码"
    r"|Access Denied|Request (?:blocked|rejected)|Just a moment|Attention Required|You have been blocked|Forbidden",
    re.IGNORECASE,
)
_MISSING = re.compile(
    r"(?:页面|网页|栏目)(?:不存在|没有找到|未找到|找不到|已(?:经)?(?:被)?(?:删除|移除|下线)|已失效|走丢了)"
    r"|(?:您|你)(?:所)?(?:要)?(?:访问|查找|请求|浏览|查看)的.{0,12}(?:不存在|找不到|未找到|(?:已|被).{0,4}(?:删除|移除|更名|下线)|出错|失效)"
    r"|没有找到(?:您|你)?.{0,8}(?:页面|网页)|(?:HTTP|错误|error|状态码?)\s*[:：]?\s*404|404\s*(?:Not Found|错误|页面|Error)"
    r"|(?:page|file|resource)\s+(?:was\s+|could\s+)?(?:not\s+(?:be\s+)?found|does not exist|cannot be found)|^404$",
    re.IGNORECASE,
)
_MAYBE_MISSING = re.compile(
    r"(?:信息|文章|文件|内容|数据|记录)(?:不存在|没有找到|未找到|找不到|已(?:经)?(?:被)?(?:删除|移除|下线)|已失效)|(?:抱歉|对不起).{0,20}(?:不存在|找不到|未找到|出错|删除)"
    r"|无权(?:限)?(?:访问|查看)|没有(?:访问|查看)?权限|非法访问|参数错误|系统(?:错误|异常|繁忙)"
)
"""Reports say 申请信息不存在 and 系统异常, too: only on a page that says hardly anything else."""
_NOTHING = re.compile(
    r"暂无(?:相关)?(?:内容|数据|信息|记录|年报|年度报告)|没有(?:相关)?(?:数据|内容|记录)|正在(?:建设|更新|整理)中?|敬请期待"
)
_CLOSED = re.compile(
    r"(?:网站|系统|本站|平台).{0,10}(?:维护|升级改造|升级中|关停|停用|停止服务|暂停服务|已迁移|临时关闭)|服务(?:暂)?(?:不可用|停止)|Service Unavailable|Bad Gateway"
)
_SAYINGS = (
    (_WALL, "the site's firewall refused the request", 2),
    (_MISSING, "the page says that it is not there", 2),
    (_CLOSED, "the page says that the site is closed for now", 2),
    (_MAYBE_MISSING, "the page says that it is not there", 3),
)
"""What pages say, and in how many of these it counts: the headings, the text of a small page, that of a very small one."""
_LOGIN = re.compile(r"登录|登陆|統一身份认证|统一身份认证|sign ?in|log ?in", re.IGNORECASE)


def refusal(page: Page, status: int) -> str | None:
    """Why an answer is no content to keep, as a sentence for a person; None where nothing speaks against it."""
    if status in CHALLENGING:
        return f"the site wants a browser to run its script first (status {status})."
    if status in (401, 407):
        return f"the site wants a login (status {status})."
    if status in (404, 410):
        return f"the site says that there is no such page (status {status})."
    if not 200 <= status < 300:
        return f"the site answered with status {status}."
    if not page.content.strip():
        return "the site answered with nothing."
    return _of_markup(look(page)) if is_markup(page) else None


def is_markup(page: Page) -> bool:
    """Whether the bytes are a page, whatever the header says: error pages come as application/pdf, too."""
    if _MARKUP.match(page.content[:200]):
        return True
    return (
        page.content_type is not None
        and _TEXTUAL.search(page.content_type) is not None
        and b"\x00" not in page.content[:1000]
    )


def _of_markup(view: View) -> str | None:
    if sections(view.shown) >= ENOUGH or _is_titled_text(view):
        return None
    if len(view.shown) < 4 * BARE and _CHALLENGE.search(view.source[:HEAD]):
        return "the site wants a browser to run its script first."
    small = len(view.own) < SHORT and not _carries_file(view)
    heading = " ".join(view.headings())
    if small and _asks_for_password(view) and _LOGIN.search(f"{heading} {view.shown}"):
        return "the site wants a login."
    texts = (heading[:200], view.own if small else "", view.own if small and len(view.own) < LITTLE else "")
    for pattern, reason, reach in _SAYINGS:
        said = next((found for text in texts[:reach] if (found := pattern.search(text))), None)
        if said is not None:
            return f"{reason} ({' '.join(said[0].split())[:40]})."
    if small and not view.anchors and (said := _NOTHING.search(view.own[:LITTLE])):
        return f"the page says that it has nothing yet ({said[0]})."
    if len(view.shown) < BARE and small and not view.anchors and _only_scripts(view):
        return "the page shows nothing without its scripts."
    return None


def _is_titled_text(view: View) -> bool:
    """Whether the page is a text of substance under the title of a report: those before 2014 have no sections."""
    return len(view.own) >= LITTLE and any(
        (parsed := title.parse(text)) is not None and (parsed.year or parsed.organ) for text in view.headings()
    )


def _carries_file(view: View) -> bool:
    """Whether the page may be a report that is only a file or pictures."""
    if view.root is None:
        return False
    if any(True for _ in view.root.iter("iframe", "frame", "embed", "object")):
        return True
    return re.search(r"\.(?:pdf|docx?|wps|xlsx?|ofd|zip|rar)\b", view.source, re.IGNORECASE) is not None


def _asks_for_password(view: View) -> bool:
    return view.root is not None and any(
        (field.get("type") or "").strip().lower() == "password" for field in view.root.iter("input")
    )


def _only_scripts(view: View) -> bool:
    """Whether all there is are scripts, and none that holds an article in Chinese."""
    if view.root is None or (not view.scripts and "<script" not in view.source.lower()):
        return False
    if any(True for _ in view.root.iter("img", "table")):
        return False
    return len(re.findall(r"[一-鿿]|\\u[4-9][0-9a-fA-F]{3}", view.scripts[:500_000])) < 200
