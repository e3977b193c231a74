"""Characters that look like others: headings, titles and organs written with radicals are read as what they show."""

from __future__ import annotations

import unicodedata

from extract.as_json import to_contract
from extract.radicals import plain
from tests.conftest import read_bytes
from tests.extract.pages import figures, report

KANGXI = {unicodedata.normalize("NFKC", chr(code)): chr(code) for code in range(0x2F00, 0x2FD6)}


def disguised(text: str) -> str:
    return "".join(KANGXI.get(character, character) for character in text)


def test_a_whole_report_in_radicals() -> None:
    page = report().decode()
    odd = disguised(page)
    assert odd != page
    want, found = to_contract(read_bytes(page.encode())), to_contract(read_bytes(odd.encode()))
    assert found["requests"] == figures()
    assert {k: v for k, v in found.items() if k not in ("sha256",)} == {k: v for k, v in want.items() if k != "sha256"}


def test_simplified_radicals_and_compatibility_ideographs() -> None:
    assert plain("⻓沙市⼈⺠政府 ⻔⼾⽹站 \uf9ba") == "长沙市人民政府 门户网站 了"
    assert plain("①２〇") == "①２〇"  # nothing else is changed
