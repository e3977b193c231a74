"""Whether a link is a report, by its text and its place.

A full title counts anywhere (平潭综合实验区2023年度政府信息公开工作年度报告). In a column of annual reports shorter texts do, too
(2023年年报). News about reports, notices, interpretations, and the reports of universities, on websites and on the rule of
law do not.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from extract.fetch.discover import address
from extract.fetch.discover.column import Place, normal, year_alone
from extract.fetch.discover.listing import Entry
from extract.fetch.discover.view import squeeze, without_days
from extract.fetch.model import Link
from extract.identify import title

_SCHOOL = re.compile(r"高校|学年|学院(?!路|街|南路|北路|镇|乡)|大学(?!城|路|街|南路|北路|科技园|镇)")
"""Universities, whose reports are of other years and forms; 学院路街道 is a street office."""
_OTHERS = re.compile(
    r"网站(?:工作)?年度|法治政府|依法行政|决算|预算|统计年鉴|统计公报|环境(?:质量|状况)|审计(?:工作)?报告|社会责任|绩效|述职|履职|知识产权|上市公司"
)
"""Reports of another kind. A full title that names disclosure is none of them, whatever its organ is called."""
_ABOUT = re.compile(
    r"通知|办法$|制度$|指南|考核|评估|解读|图解|图说|读懂|问答|答记者问|一张图|动漫$|视频|简报|综述|综合分析|亮点|出炉|观察|点评|点赞|评议|调查(?!队|总队)|统计表$|汇总表$|规定$"
    r"|格式|模板|范本|样式|填报说明|编写|编制(?!委|办)|印发|转发|召开|部署|开展|举办|举行|启动|荣获|位列|率先|做好|按时|报送|审议|约谈|通报|培训班|培训会|推进会|座谈会|讲话|批示"
    r"|征求意见|采用情况|更正说明|延期|工作方案|工作要点|催报|检查(?!委)"
)
"""What says that a text is about reports and is none: the news of them and the rules for them."""
_NEWS = re.compile(
    r"(?:发布|公布|公开(?!办|科|中心)|晒出|推出|亮出|完成|上线).*(?:报告|年报)|(?:报告|年报).*(?:发布|公布|公开|出炉|上线|完成|发出)(?:啦|了|会)?[!！。]?$"
)
_ANNOUNCING = re.compile(r"^(?:关于|现就|现将|现|特?向社会)?(?:公布|公开|发布)|^特?向社会公布")
_REPORT = (
    r"(?:年报|年度报告|年度工作报告|(?:信息|政务)公开(?:工作)?(?:情况)?(?:的)?报告|公开(?:工作)?年度(?:工作)?报告)"
)
_LOOSE = re.compile(
    rf"(?P<organ>.{{0,30}}?)(?P<year>(?:19|20)\d\d)年?度?(?P<more>.{{0,30}}?){_REPORT}(?:全文|\(.{{1,30}}\))?"
)
_BARE = re.compile(rf"(?:工作|历年|政府|政务|信息公开|信息|公开|部门|本机关)*{_REPORT}(?:专栏|目录|汇总|列表)?")
_TAIL = re.compile(r"(?:的?(?:公告|公示|报告|全文|正文|说明))?(?:全文|正文)?")
_MARKS = re.compile(
    r"^(?:[·•●○■□◆◇▪▶►»>*\-—]+|\d{1,3}[.、)](?!\d)|[\[【(](?!\d)[^\]】)]{1,12}[\]】)])+|(?:\[?\d\d[-/.]\d\d\]?|\d\d:\d\d(?::\d\d)?|new!?|置顶|hot|[\[【(]?(?:点击|查看|阅读|浏览)?(?:详情|详细|全文|更多|下载|查看)[\]】)]?"
    r"|\.(?:docx?|pdf|wps|xlsx?|ofd|zip|rar))+$",
    re.IGNORECASE,
)
_AFTER = re.compile(r"[\s\-—_:：,，()（）\[\]【】《》〈〉“”\"'.。]+")
_ORGAN = re.compile(
    r"[一-鿿、()]{2,30}?(?:人民政府|政府|办事处|街道|镇|乡|苏木|[^公社总]局|委员会|[^常党纪]委|厅|办公室|[^主]办|管委会|支队|总队|大队|监察委|联合会|档案馆|管理处|管理中心|服务中心)"
    r"(?:\(.{1,12}\))?"
)


class Verdict(NamedTuple):
    """`link`: the entry is a report. `page`: it leads to a page that has reports, or is one. Neither: nothing for us.
    `general`: the page is a column called as such columns are, of whatever organ.
    """

    link: Link | None = None
    page: str | None = None
    general: bool = False


NOTHING = Verdict()


def judge(entry: Entry, place: Place) -> Verdict:
    """What a link of a listing is. `published` beside it marks an item of a list, as menus have no dates."""
    text = clean(entry.text)
    if not text or _SCHOOL.search(text) or _is_about(text):
        return NOTHING
    year, told = _named(text, entry, place)
    if not told:
        return NOTHING
    is_item = entry.published is not None or entry.titled or address.is_file(entry.url)
    general = year is None and _BARE.fullmatch(text) is not None
    if (address.is_column(entry.url) and not entry.titled) or (general and not is_item):
        return Verdict(page=entry.url, general=general)
    return Verdict(link(entry, year))


def link(entry: Entry, year: int | None) -> Link:
    """The entry as a report's link; pages may only carry the report as a file, so they are to be followed."""
    bare = squeeze(without_days(entry.text))
    text = entry.text if bare == entry.text else squeeze(_MARKS.sub("", bare))  # a whole item of a list is the link
    return Link(entry.url, text, year, entry.published, entry.organ, follow=not address.is_file(entry.url))


def organ(text: str) -> str | None:
    """The text, where it is nothing but the name of an organ."""
    bare = normal(text)
    return bare if _ORGAN.fullmatch(bare) and not is_other(bare) else None


def is_other(text: str) -> bool:
    """Whether a text names a report of another kind: a university's, on a website, on the rule of law, a budget."""
    return _OTHERS.search(text) is not None or _SCHOOL.search(text) is not None


def clean(text: str) -> str:
    """A link's text without what lists put around titles: days, numbers, marks, the name of the column in brackets, the
    ending of a file.
    """
    return _MARKS.sub("", normal(without_days(text)))


def _named(text: str, entry: Entry, place: Place) -> tuple[int | None, bool]:
    """The reported year, and whether the text names a report here."""
    full = _full(text)
    if full is not None:
        return full.year or place_year(entry, place), True
    if is_other(text) or not (place.column or entry.titled):
        return None, False
    alone = year_alone(text)
    if alone is not None:
        return alone, place.column or "报" in text
    loose = _LOOSE.fullmatch(text)
    if loose is not None:
        return int(loose["year"]), True
    if place.column and _BARE.fullmatch(text):
        return place_year(entry, place), entry.published is not None or entry.year is not None
    return None, False


def _full(text: str) -> title.Title | None:
    """A full title: one that `title` reads, followed by nothing or by the organ's name."""
    parsed = title.parse(text)
    if parsed is None:
        return None
    found = title.REPORT.search(parsed.text)
    tail = _AFTER.sub("", parsed.text[found.end() :]) if found else ""
    if found and not _TAIL.fullmatch(tail) and not _ORGAN.fullmatch(tail) and not year_alone(tail):
        return None
    return parsed


def _is_about(text: str) -> bool:
    return _ABOUT.search(text) is not None or _NEWS.search(_ANNOUNCING.sub("", _without_name(text))) is not None


def _without_name(text: str) -> str:
    """The text with the report's own name made short: 信息公开 in it is no news."""
    return re.sub(r"(?:信息|政务|主动)公开", "", text)


def place_year(entry: Entry, place: Place) -> int | None:
    """The year that stands over a link, unless it may be the year of publication: then the report itself will tell."""
    year = entry.year or place.year
    if year is not None and entry.published is not None and entry.published.year <= year:
        return None
    return year
