"""The sentences of sections 一, 五 and 六, in the project's own words; the counts in them are those of the tables."""

from __future__ import annotations

from random import Random

from samplemaker.figures import Figures, Value

_OPENINGS = (
    "{year}年，{short}把信息公开当作日常工作的一部分来做：谁制作、谁审核、谁发布，写进岗位职责，年底逐项对账。",
    "这一年，{short}围绕群众和企业问得最多的事项组织发布，先讲清楚办什么、找谁办、多久办完，再谈成效。",
    "{year}年，{short}按季度梳理应当发布而尚未发布的内容，列出清单，落实到科室和时限，全年没有遗留项。",
    "过去一年里，{short}继续做两件事：让文件好找，让答复好懂。全部栏目按主题重新归类，旧文件补注了有效状态。",
    "{year}年，{short}的公开工作重在补短板：补历史文件，补政策背景，补办理结果的反馈。",
)
_CHANNELS = (
    "网站专栏全年更新{a}条，便民服务大厅的查阅点接待来访{b}人次，另有{c}份纸质汇编放在村（社区）服务站供取阅。",
    "全年通过网站、公告栏和广播发布各类内容{a}条，其中与就业、就医、就学有关的占了一多半；接到电话询问{b}个，当场答复的有{c}个。",
    "全年发布{a}条，按来源分，由业务科室起草的最多；查阅点接待{b}人次，比较集中的是征地补偿和低保名单两类。",
)
_REQUESTS = (
    "全年新收申请{new}件，加上上年转来的{carried_in}件，年内办结{total}件，转到下一年的有{carried_out}件。",
    "年内办结申请{total}件，其中全部给出的{granted}件、给出一部分的{partially_granted}件，其余按规定作了说明；年末还有{carried_out}件在办。",
    "申请方面，新收{new}件、办结{total}件。每件答复在发出前都由法制人员看过一遍，送达方式由申请人自己选。",
)
_MANAGEMENT = (
    "文件从起草起就标注公开属性，改变属性要写明理由；失效的文件不撤下，而是在标题旁注明失效日期。",
    "发布前核对三样东西：人名地名、数字单位、引用的文号。全年发现并改正差错{b}处，都留了记录。",
    "建立了答复文书样本库，新来的同事照着样本先写一稿，再由熟悉情况的人改一遍，周期由此缩短了三天左右。",
    "每月抽查一次链接和附件，打不开的当天修好。",
)
_PLATFORM = (
    "查询入口由四个合并为一个，输入文号、标题或日期都能找到；手机上也能看表格，不用再左右拖动。",
    "政策原文、解读和办事入口放在同一页上，来回跳转少了，停留时间反而长了。",
    "查阅点添了一台自助终端和一套大字版材料，老年人来得比往年多。",
)
_SUPERVISION = (
    "年内组织培训两次，参加{c}人次，讲的都是身边的案例：答错的、答迟的、答非所问的各讲一个。",
    "把公开情况放进年度考评，占百分之四；对连续两个月没有更新的栏目，先提醒，再约谈。年内没有发生责任追究的情形。",
)
_PROBLEMS = (
    "一是有的栏目更新不匀，年中少、年底多；二是个别答复只引条文、不讲道理，申请人看完还要再问；三是表格里的数字和文字里的说法偶有口径不一。",
    "主要有两点：部门之间核对情况花的时间偏长，拖慢了答复；解读材料照搬原文的还不少，读起来费劲。",
    "从全年的情况看，基层查阅点有地方、没人管的现象还在；历史文件的补录只完成了七成；业务骨干换岗快，经验接不上。",
    "一方面，对什么该主动发布，各科室把握得松紧不一；另一方面，网上留言和书面申请分在两套系统里，统计时容易漏。",
)
_REMEDIES = (
    "下一步，按月排定更新计划，到期未更新的由专人催办；答复一律写明事实、依据和救济途径三项内容。",
    "今后将把常见问题编成问答放到网上，把核对情况的时限压到五个工作日，并请基层干部参与挑选解读题目。",
    "明年拟为每个查阅点定一名联络员，补完余下的历史文件，并用一套台账同时记留言和申请。",
)
_OTHERS = (
    "本年没有收取信息处理费。",
    "{year}年度未发生信息处理费的收取，其他方面没有需要说明的情况。",
    "全年收取信息处理费0元。",
)
_NOTE = {
    True: "（样例说明：本页由本项目的程序写成，表中数字取自该机关已发布的年报，文字为本项目自拟。）",
    False: "（样例说明：本页由本项目的程序写成，数字和文字都是虚构的，只供演示和测试，并非该机关发布的情况。）",
}
_SCOPE = {
    "consolidated": "本报告由{short}办公室汇总所属各部门和各乡镇（街道）报送的数据编制，所列数字为全域合计。",
    "own": "本报告所列数字只计本机关自己办理的事项，下属单位的另行发布。",
}


def note(figures: Figures) -> str:
    """What every sample says of itself: whether its figures are published ones or made up."""
    return _NOTE[figures.real]


def overall(figures: Figures, random: Random) -> list[str]:
    """Section 一: scope, opening and the five customary headings."""
    slots = _slots(figures, random)
    scope = [_SCOPE[figures.scope].format(**slots)] if figures.scope else []
    parts = [
        ("主动公开", _CHANNELS),
        ("依申请公开", _REQUESTS),
        ("政府信息管理", _MANAGEMENT),
        ("平台建设", _PLATFORM),
        ("监督保障", _SUPERVISION),
    ]
    out = [*scope, random.choice(_OPENINGS).format(**slots)]
    for number, (name, pool) in zip("一二三四五", parts, strict=True):
        out.append(f"（{number}）{name}。{random.choice(pool).format(**slots)}")
    return out


def problems(figures: Figures, random: Random) -> list[str]:
    """Section 五."""
    return [random.choice(_PROBLEMS), random.choice(_REMEDIES)]


def other(figures: Figures, random: Random) -> list[str]:
    """Section 六."""
    return [random.choice(_OTHERS).format(**_slots(figures, random))]


def _slots(figures: Figures, random: Random) -> dict[str, object]:
    counts = {
        row: _total(figures.requests.get(row))
        for row in ("new", "carried_in", "granted", "partially_granted", "total", "carried_out")
    }
    a, b, c = random.randint(200, 9000), random.randint(11, 180), random.randint(4, 90)
    return {"year": figures.year, "short": figures.short, "a": a, "b": b, "c": min(b, c), **counts}


def _total(row: list[Value] | None) -> int:
    """The row's total, or the sum of what is printed of it."""
    values = [v for v in (row or []) if isinstance(v, int)]
    if row and isinstance(row[-1], int):
        return row[-1]
    return sum(values)


def narrative(figures: Figures) -> list[tuple[str, list[str]]]:
    """A report of the years before the national form: sections and sentences, no table."""
    return [
        (
            "基本情况",
            [
                f"{figures.year}年，{figures.short}按照条例的要求整理目录和指南，确定由办公室一名同志专门负责，各乡镇也都有了联系人。",
                "制度方面，补上了保密审查登记和答复送达登记两本台账，做到有据可查。",
            ],
        ),
        (
            "主动公开政府信息情况",
            ["全年在网站和公告栏发布信息1482条，其中规划计划类96条、财政类51条、民生类903条，其余432条为日常动态。"],
        ),
        (
            "依申请公开政府信息情况",
            ["全年收到书面申请9件，其中当面提交5件、信函3件、网络1件；答复9件，同意7件，信息不存在2件。"],
        ),
        ("因政府信息公开被申请行政复议、提起行政诉讼的情况", ["全年未发生行政复议和行政诉讼。"]),
        (
            "存在的主要问题和改进措施",
            ["主要是目录更新慢，乡镇一级发布得少。今后将按季度检查目录，并给乡镇配发公告栏。"],
        ),
    ]
