"""Whether a piece of text can be the name of an organ, and how it is cut out of an announcing sentence.

A report without a title opens with a sentence (根据《条例》的要求，现将我办2022年度政府信息公开情况报告如下). What stands before
the year there is no name; taken for one, it would make every office with the same sentence one organ.
"""

from __future__ import annotations

import re

from extract.identify.divisions import named
from extract.identify.simplified import simplified

LONGEST = 45
ENDING = re.compile(r"[府局委办厅镇乡道处会院区县市省州旗盟部署关队站所社心室科行馆木场司联团校]$")
"""How organs' names end. A line of the text that names something else before the report (首页, 信息公开) is a menu."""

LABEL = re.compile(r"^[\[(【]?(?:信息|文件|公文|文章|公开)?(?:名称|标题|题名|题目|主题|标题名称)[\])】]?[:：]")
"""A field's label before its value in one line: 信息名称：…"""

_ANNOUNCED = re.compile(
    r"^.*(?:[。，；：！？,;:!?]|[现兹特](?:将|就|公布|公开|发布|公告|报告)|向(?:全?社会(?:各界)?|公众)(?:予以)?(?:公布|公开|发布)|予以(?:公布|公开|发布))"
)
_BY = re.compile(r"由([^由]{2,30}?)(?:负责)?(?:编制|编写|编撰|制作|撰写|起草)(?:完成|发布|公布)?的?$")
_OF_ANOTHER = re.compile(r"^.{2,30}?关于(?:印发|公布|公开|发布|转发|报送|上报)(?=.{4})")
_STOP = re.compile(r"[。，；：！？,;:!?#*|<>《》“”\"/\\=]|https?")
_MENU = re.compile(
    r"^(?:首页|主页|网站|当前|您|下面|以下|这是|欢迎|索引号|来源)|关于|各(?:级|类|县|市|区|乡|镇|街道|部门|单位|委办局|有关)|我们|你们|他们"
)
"""What stands beside a name on its page, and words for many organs: 首页, 下面是, 各乡镇."""

_VERB = re.compile(
    r"根据|按照|依照|依据|遵照|为了|截至|截止|[现兹特](?:将|就|公布|公开|发布)|如下|特向|的(?:要求|规定|精神|通知)|有关(?:要求|规定)|编制了|[我本](?:局|委|厅|办|镇|乡|街道|县|区|机关|单位)"
)
_WORK = re.compile(r"严格|认真|贯彻|落实|加强|做好|开展|推动|公布|以来|通过|进行|主动公开|全年|工作$")
_SPEAKS = re.compile(r"^([^现兹特]{4,30})[现兹特](?:将|就)$")
_OWN = re.compile(r"本(?=[溪])")


def announced(text: str) -> str:
    """What a sentence announces, after the words that announce it; the text itself where nothing is announced. Where nothing
    follows them, who announces: 某县审计局现将2022年度…报告如下, 由某县水利局编制的2022年度….
    """
    made = _BY.search(text)
    if made is not None:
        return made[1]
    last = _ANNOUNCED.sub("", text)
    clause = re.split("[。，；：！？,;:!?]", text)[-1]
    speaks = _SPEAKS.match(clause) if not last else None
    return speaks[1] if speaks is not None and is_name(speaks[1]) else _OF_ANOTHER.sub("", last)


def is_name(text: str) -> bool:
    """Whether a text (white space removed) can name an organ: no sentence, of a name's length, and with an ending that organs'
    names have or a division at its front.
    """
    if not 2 <= len(text) <= LONGEST or _STOP.search(text) or _MENU.search(text) or _VERB.search(_OWN.sub("", text)):
        return False
    bare = re.sub(r"[(（][^()（）]*[)）]$", "", text)
    if named(simplified(text)).divisions:
        return not (len(text) > 24 and _WORK.search(text) and ENDING.search(bare) is None)
    return ENDING.search(bare) is not None and _WORK.search(text) is None
