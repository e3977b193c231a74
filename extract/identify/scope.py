"""Whether a report's figures are the organ's own or consolidated for its area, from the text's own words."""

from __future__ import annotations

import re
from typing import NamedTuple

from extract.model import Prose

_CONSOLIDATED = re.compile(
    r"(?:汇总|综合|基础上)[^。]{0,80}(?:各|所属|下属|全)[^。]{0,60}(?:编制|而成|汇总)"
    r"|(?:各|所属|全)[^。]{0,60}(?:汇总|综合)[^。]{0,20}(?:编制|而成)"
)
_OWN = re.compile(r"(?:本机关|本单位|本部门|我局|我委|我厅|我办|我镇|我乡|我街道|本街道|本局|我中心)")
_UNFILLED = re.compile(r"[(（]或(?:全[州市县区省]|本)")


class Scope(NamedTuple):
    """`scope`: own, consolidated or unknown; `phrase`: the words that say so."""

    scope: str
    phrase: str | None


def scope(prose: list[Prose], kind: str | None) -> Scope:
    """`consolidated` where the opening says that parts were summed up; `own` where a department, township or street
    speaks of itself; else `unknown`. An unfilled alternative of the template decides nothing.
    """
    opening = "".join(block.text for block in prose)[:8000]
    if (found := _UNFILLED.search(opening)) is not None:
        return Scope("unknown", found[0])
    if (found := _CONSOLIDATED.search(opening)) is not None:
        return Scope("consolidated", found[0][:120])
    if kind in ("department", "township", "subdistrict") and (found := _OWN.search(opening)) is not None:
        return Scope("own", found[0])
    return Scope("unknown", None)
