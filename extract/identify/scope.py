"""Whether a report's figures are the organ's own or consolidated for its area, from the text's own words."""

from __future__ import annotations

import re
from typing import NamedTuple

from extract.model import OrganKind, Prose, ReportScope

_PARTS = r"各(?:级|有关|相关|直属|所属|职能|县|市|区|乡|镇|街道|部门|单位|委|局|园区|开发区)|(?:所属|下属|直属)(?:各)?(?:部门|单位|机关|乡|镇|街道)"

_CONSOLIDATED = re.compile(
    r"(?:汇总|综合|基础上)[^。]{0,80}(?:各|所属|下属|全)[^。]{0,60}(?:编制|而成|汇总)"
    r"|(?:各|所属|全)[^。]{0,60}(?:汇总|综合)[^。]{0,20}(?:编制|而成)"
    rf"|(?:根据|依据|由)[^。]{{0,80}}(?:{_PARTS})[^。]{{0,40}}(?:年度报告|年报|报告)(?:汇总|综合)?(?:编制|编写|形成|而成)"
    rf"|(?:包括|包含|涵盖|含)[^。；]{{0,16}}本级[^。；]{{0,8}}(?:和|及|与|、|以及)[^。；]{{0,8}}(?:{_PARTS})"
)
_OWN_FIGURES = re.compile(
    rf"(?:不含|不包含|不包括|不涵盖|未包括|未包含|未含)[^。；，]{{0,16}}(?:{_PARTS})"
    r"|(?:报告|数据|统计|所列|范围)[^。；]{0,30}?(?:本级|本机关|办公[室厅](?:本身|自身)|(?:机关|政府)(?:本身|自身))"
    r"(?!(?:人民)?政府(?:信息公开)?(?:工作)?主管|[^。；，]{0,12}(?:和|及|与|、)[^。；，]{0,8}(?:各|所属|下属|直属))"
    r"|(?<!不)(?<!非)本机关[^。；，本]{0,10}(?:收到|受理|主动公开|制发)"
)
"""Words that say whose figures these are, also in a government's report: 县政府本级, 不含各部门, 政府办公室本身."""

_TELLING = re.compile("编制|而成|汇总|编写|形成|本级|本机关|[本自]身|[不未](?:含|包|涵)")
"""What no sentence of the two lacks; most have none and need no closer look."""

_OWN = re.compile(r"(?:本机关|本单位|本部门|我局|我委|我厅|我办|我镇|我乡|我街道|本街道|本局|我中心)")
_UNFILLED = re.compile(r"[(（]或(?:全[州市县区省]|本)")


class Scope(NamedTuple):
    """`phrase`: the words that say so."""

    scope: ReportScope
    phrase: str | None


def scope(prose: list[Prose], kind: OrganKind | None) -> Scope:
    """`consolidated` where the opening says that parts were summed up; `own` where it says that the figures are the organ's alone, and
    where a department, township or street speaks of itself; else, and where it says both, `unknown`. An unfilled alternative of
    the template decides nothing.
    """
    opening = "".join(block.text for block in prose)[:8000]
    if (found := _UNFILLED.search(opening)) is not None:
        return Scope("unknown", found[0])
    telling = "。".join(sentence for sentence in opening.split("。") if _TELLING.search(sentence))
    together, alone = _CONSOLIDATED.search(telling), _OWN_FIGURES.search(telling)
    if together is not None and alone is not None:
        return Scope("unknown", f"{together[0][:80]} / {alone[0][:40]}")
    if together is not None:
        return Scope("consolidated", together[0][:120])
    if alone is not None:
        return Scope("own", alone[0][:120])
    if kind in ("department", "township", "subdistrict") and (found := _OWN.search(opening)) is not None:
        return Scope("own", found[0])
    return Scope("unknown", None)
