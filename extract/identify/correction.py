"""Whether a document says of itself that it corrects an earlier edition: 更正, 修订, 勘误.

The words alone are everywhere (新修订的《条例》, 及时更正错误信息); they count in a title's mark, or in a sentence whose subject
is the report itself.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from extract.model import Prose

_WORDS = "更正|修订|订正|勘误|修正|更新"
_MARK = re.compile(
    rf"[(\[【<](?:{_WORDS})(?:版|稿|本|件|后|说明)?[)\]】>]"
    rf"|(?:年报|年度报告|工作报告|报告)(?:[(\[【]?)(?:{_WORDS})(?:版|稿|本|件|说明)?(?:[)\]】]?)(?:\.\w{{2,4}})?$"
    rf"|(?:{_WORDS})(?:版|稿)|^(?:关于)?(?:更正|勘误|订正)"
)
_REPORT = r"(?:本|该|原|此|上述)?(?:次|份|版)?(?:政府信息公开工作)?(?:年度报告|工作报告|年报|报告|版本)"
_SENTENCE = re.compile(
    rf"^(?:[【\[(]?(?:更正|勘误|订正|修订)(?:说明|声明|公告|启事)?[】\])]?[:,]).{{4,}}"
    rf"|(?:本报告|本年报|本年度报告|本版本|本版)(?:系|为|是|已|现|经).{{0,24}}(?:{_WORDS})"
    rf"|(?:现|特|予以|已|进行|作|做|如下){{1,3}}.{{0,6}}(?:更正|订正|勘误).{{0,12}}{_REPORT}"
    rf"|{_REPORT}.{{0,30}}(?:有误|错误|差错|误差).{{0,20}}(?:现|特|予以|已|进行|作|做).{{0,6}}(?:更正|订正|修订|修正|勘误)"
    rf"|原.{{0,16}}(?:年度报告|年报|报告|版本).{{0,16}}(?:作废|废止|停止使用|不再使用|以本)"
    rf"|(?:此前|之前|原)(?:发布|公布|公开)的?.{{0,24}}(?:年度报告|年报|报告|版本).{{0,16}}(?:为准|作废|更正)"
)
_SIGN = re.compile(
    "|".join(rf"{a}\s*{b}" for a, b in ("更正", "修订", "订正", "勘误", "修正", "更新", "作废", "废止", "以本", "为准"))
    + r"|使\s*用"
)
"""What no sentence of `_SENTENCE` lacks; most paragraphs have none and need not be taken apart."""
_LONGEST = 160  # of a sentence that is quoted


def correction(title: str | None, titles: Iterable[str], prose: Iterable[Prose]) -> str | None:
    """The words by which the document says that it corrects, None where it says nothing of the kind."""
    for text in filter(None, (title, *titles)):
        mark = _MARK.search(_unquoted(text))
        if mark:
            return mark[0]
    for block in prose:
        if _SIGN.search(block.text) is None:
            continue
        for sentence in re.split("[。；;\n]", block.text):
            if len(sentence) <= _LONGEST and _SENTENCE.search(_unquoted(sentence)):
                return " ".join(sentence.split())
    return None


def _unquoted(text: str) -> str:
    """Half width, without white space and quoted titles of other documents."""
    return re.sub("《[^》]*》|〈[^〉]*〉", "", "".join(unicodedata.normalize("NFKC", text).split()))
