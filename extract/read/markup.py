"""What markup may hold, asked in linear time before it is parsed.

libxml2 compares each attribute of a tag with all before it: 40,000 of them in 0.7 MB cost 13 s. No tag of a page has a
hundred.
"""

from __future__ import annotations

import re

MAX_ATTRIBUTES = 256

# possessive throughout: nothing is tried twice, and each tag is given up after so many attributes
_CROWDED = re.compile(
    rb"<[a-zA-Z][^\s/>]*+"
    rb"(?:[\s/]*+[^\s/>][^\s/>=]*+(?:\s*+=\s*+(?:\"[^\"]*+\"|'[^']*+'|[^\s>]*+))?+){%d}" % (MAX_ATTRIBUTES + 1)
)
_CODE = re.compile(rb"<!--(?!-?>).*?(--!?>|\Z)|<(script|style)\b.*?(</\2|\Z)", re.DOTALL | re.IGNORECASE)


def is_crowded(source: bytes) -> bool:
    """Whether a tag has more than `MAX_ATTRIBUTES` attributes; comments and scripts, whose text may look so, have none."""
    return _CROWDED.search(source) is not None and _CROWDED.search(_CODE.sub(_unended, source)) is not None


def _unended(code: re.Match[bytes]) -> bytes:
    """Nothing for a comment or a script; what has no end may be something else."""
    return b"" if code[1] or code[3] else code[0]
