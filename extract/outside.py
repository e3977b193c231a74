"""Text from outside made fit to be written: half a surrogate pair is no character, and no file and no database takes it.

JSON and the notation of PDF can state one; bytes that are decoded and markup that is parsed never give one. So whatever
decodes JSON, or takes a text from a library of native code, does it here.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any

REPLACED = "\ufffd"
"""What stands for a character that is none: no label and no number contains it."""

MAX_DEPTH = 500  # arrays and objects inside one another: how many Python takes differs between its versions

CALL = re.compile(r"^\s*[\w.$]{1,100}\s*\(\s*(?=[\[{])")
"""The beginning of the call around the JSON of an answer in JSONP: `callback({…})`."""

_SUSPECT = re.compile(r"\\u[dD][89a-fA-F]")
_HALF = re.compile(r"[\ud800-\udfff]")
_ESCAPE = re.compile(
    r"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(u[dD][89a-fA-F][0-9a-fA-F]{2})|.)", re.DOTALL
)


def whole(text: str) -> str:
    """The text with its pairs joined and each half alone replaced."""
    if _HALF.search(text) is None:
        return text
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def json_value(text: str, strict: bool = True) -> Any:
    """The JSON value that a text begins with, its texts `whole`. `strict` False: texts may hold line breaks as they are.

    Errors: ValueError where there is none, RecursionError where it nests too deep.
    """
    text = whole(text)
    if _SUSPECT.search(text):
        text = _ESCAPE.sub(lambda found: f"\\u{ord(REPLACED):04x}" if found[1] else found[0], text)
    value = json.JSONDecoder(strict=strict).raw_decode(text)[0]
    level = [value]
    for _ in range(MAX_DEPTH):
        level = [below for each in level for below in _below(each)]
        if not level:
            return value
    raise RecursionError(f"the JSON nests more than {MAX_DEPTH} values")


def _below(value: Any) -> Iterable[Any]:
    """The arrays and objects in an array or object."""
    inside = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return (each for each in inside if isinstance(each, dict | list))
