"""The department that a host spells before its place: sthjt.hunan.gov.cn is 湖南省 生态环境厅.

Only for a page that names no organ itself, and only where the letters fit one department.
"""

from __future__ import annotations

from functools import cache
from itertools import product

from extract.identify.divisions import Division

FIELDS = {
    "教育": "厅局", "科学技术": "厅局", "工业和信息化": "厅局", "公安": "厅局", "民政": "厅局", "司法": "厅局", "财政": "厅局",
    "人力资源和社会保障": "厅局", "自然资源": "厅局", "生态环境": "厅局", "住房和城乡建设": "厅局", "交通运输": "厅局", "水利": "厅局",
    "农业农村": "厅局", "商务": "厅局", "文化和旅游": "厅局", "退役军人事务": "厅局", "应急管理": "厅局", "审计": "厅局",
    "市场监督管理": "局局", "统计": "局局", "医疗保障": "局局", "体育": "局局", "信访": "局局", "林业": "局局", "林业和草原": "局局",
    "广播电视": "局局", "粮食和物资储备": "局局", "发展和改革": "委委", "卫生健康": "委委", "国有资产监督管理": "委委", "民族宗教事务": "委委",
    "地方金融监督管理": "局局", "机关事务管理": "局局",
}  # fmt: skip
"""Field of work → the last character of its department's name in a province, and below."""

SHORT = {"人力资源和社会保障": "人社", "住房和城乡建设": "住建", "工业和信息化": "工信", "文化和旅游": "文旅", "市场监督管理": "市监", "国有资产监督管理": "国资", "发展和改革": "发改", "卫生健康": "卫健", "应急管理": "应急", "医疗保障": "医保"}  # fmt: skip


RIVALS = (
    "水务", "税务", "旅游", "质量技术监督", "质监", "园林", "城市管理", "城管", "粮食", "物价", "环境保护", "环保", "安全生产监督管理",
    "安监", "国土资源", "国土", "规划", "文化", "卫生", "农业", "交通", "经济和信息化", "经信", "政务服务", "行政审批", "审批", "大数据",
    "气象", "地震", "档案", "市政", "房产", "住房保障", "海洋", "渔业", "水产", "畜牧", "外事", "侨务", "人防", "民防", "知识产权",
    "药品监督管理", "监狱管理", "邮政管理", "烟草专卖", "金融", "商业", "社保", "公路", "园林绿化", "城乡建设", "建设", "住房",
    "统计调查", "国家安全", "移民", "扶贫", "乡村振兴", "信息", "数据",
)  # fmt: skip
"""Other fields of departments, present and former: letters that could be theirs, too, tell nobody (swj: 商务 or 水务)."""

_MUNICIPALITIES = frozenset(["110000", "120000", "310000", "500000"])


def department(label: str, division: Division) -> str | None:
    """The department of a division that a host's label spells by initials, or None. Municipalities have 局, as cities have."""
    level = "province" if division.level == "province" and division.code not in _MUNICIPALITIES else "below"
    found = _spellings()[level].get(label, frozenset())
    if label in _rivals():
        return None
    return next(iter(found)) if len(found) == 1 else None


@cache
def _rivals() -> frozenset[str]:
    from pypinyin import Style, pinyin

    letters = ("".join(sounds[0][0] for sounds in pinyin(name, style=Style.NORMAL)) for name in RIVALS)
    return frozenset(field + "j" for field in letters) | {"swt"}  # 海南 has a 水务厅


@cache
def _spellings() -> dict[str, dict[str, frozenset[str]]]:
    from pypinyin import Style, pinyin

    spellings: dict[str, dict[str, set[str]]] = {"province": {}, "below": {}}
    for field, ends in FIELDS.items():
        for level, end in zip(("province", "below"), ends, strict=True):
            full = field + {"委": "委员会"}.get(end, end)
            for text in {field + end, SHORT.get(field, field) + end}:
                readings = pinyin(text, style=Style.NORMAL, heteronym=False)
                for letters in product(*({sound[0] for sound in sounds} for sounds in readings)):
                    spellings[level].setdefault("".join(letters), set()).add(full)
    return {level: {label: frozenset(names) for label, names in own.items()} for level, own in spellings.items()}
