"""Counts that a sentence takes apart: 公布2599条（其中机构职能25条，…，其他856条） adds up, or the publisher erred.

Only lists that end in 其他 are whole: 其中 alone names some parts, not all.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping

from extract.model import Finding

_LIST = re.compile(
    r"(?<![\d.])(?P<total>\d+)(?P<unit>条|件)[^,;。:()\d]{0,6},?\(?其中[,:]?(?P<parts>[^。;()]{0,1500}?其他[^,;。()、\d]{0,16}\d+(?:条|件))(?=[),。;]|$)"
)
_PART = re.compile(r"(?<![\d.])(\d+)(条|件)")
LEAST = 3  # parts; two numbers may be two facts


def enumerations(texts: Mapping[str, str]) -> list[Finding]:
    """Findings of check `narrative` for lists of parts whose sum is not their total; `where` is the section."""
    return [
        Finding(
            "narrative",
            "warning",
            f"section.{section}",
            added,
            total,
            "publisher",
            f"the text says {total}, the parts that it lists add up to {added}",
            evidence=sentence,
        )
        for section, text in sorted(texts.items())
        for total, added, sentence in _lists(text)
        if total != added
    ]


def _lists(text: str) -> Iterator[tuple[int, int, str]]:
    """(total, sum of its parts, sentence) of every list that ends in 其他."""
    for sentence in re.split("[。；;]|\n", text):
        folded = "".join(unicodedata.normalize("NFKC", sentence).split())
        if "其中" not in folded:
            continue  # nearly all: no closer look at their numbers
        for found in _LIST.finditer(folded):
            parts = [int(n) for n, unit in _PART.findall(found["parts"]) if unit == found["unit"]]
            whole = len(parts) == len(re.findall(r"\d+", found["parts"]))
            if len(parts) >= LEAST and whole:
                yield int(found["total"]), sum(parts), " ".join(sentence.split())
