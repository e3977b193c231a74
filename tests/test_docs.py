"""Pages that repeat the code say what the code says, and each finding that a reader can raise is explained."""

from __future__ import annotations

import ast
import importlib.util
import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from flows.site import accuracy
from tests.conftest import ROOT
from transform import indicators, organ_types
from transform.empty_warehouse import view_statements


def generator() -> ModuleType:
    spec = importlib.util.spec_from_file_location("docs_generate", ROOT / "docs" / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("page", ["checks.md", "schema.md", "labels.md", "views.md", "indicators.md", "accuracy.md"])
def test_the_page_is_what_the_code_says(page: str) -> None:
    assert (ROOT / "docs" / page).read_text(encoding="utf-8") == generator().PAGES[page](), "run `make docs`"


@pytest.mark.parametrize(
    ("view", "written"), [("v_indicator_form", indicators.view()), ("v_organ_type", organ_types.view())]
)
def test_a_view_that_repeats_a_table_is_what_the_table_says(view: str, written: str) -> None:
    assert view_statements()[view] == written, "run `make docs`"


def test_chinese_views_are_what_their_originals_say() -> None:
    made = generator().chinese_views()
    assert {name: text for name, text in view_statements().items() if not name.isascii()} == made, "run `make docs`"


def test_no_check_has_the_code_of_another() -> None:
    """A report's own findings under the code of a check across reports would be taken for that one's, and be lost."""
    codes = re.findall(r"^\| `([a-z_.]+)` \|", generator().checks(), re.MULTILINE)
    assert [code for code in codes if codes.count(code) > 1] == []


def test_every_reading_finding_is_explained() -> None:
    raised = set()
    for file in [*(ROOT / "extract").rglob("*.py"), *(ROOT / "transform").rglob("*.py")]:
        raised |= set(re.findall(r'"(reading\.\w+)"', file.read_text(encoding="utf-8")))
    assert raised == set(generator().READING)


def test_scans_are_told_alike_in_both_pages() -> None:
    """docs/house.md tells more of them; what it says of all of a print is what docs/accuracy.md and the pages of a site say."""
    house = (ROOT / "docs" / "house.md").read_text(encoding="utf-8")
    told = {
        tuple(cell.strip() for cell in line.strip("|").split("|")[2:])
        for line in house.splitlines()
        if re.match(r"\| \w.* \| all \| ", line)
    }
    measured = {
        (
            str(m["documents"]),
            f"{m['cells']:,}",
            accuracy.share(m),
            *(str(m[name]) for name in ("waiting", "unread", "wrong")),
        )
        for m in accuracy.measured()
        if "scans" in str(m["measured_by"])
    }
    assert measured == told


def test_measurements_that_do_not_add_up_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "accuracy.csv"
    head = "what_zh,what_en,documents,cells,right,waiting,unread,wrong,measured_by\n"
    file.write_text(head + "样本,Samples,1,10,8,1,1,0,a test\n", encoding="utf-8")
    (one,) = accuracy.measured(file)
    assert accuracy.share(one) == "80.00%"
    file.write_text(head + "样本,Samples,1,10,9,1,1,0,a test\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"accuracy.csv:2: .* do not add up"):
        accuracy.measured(file)


OWN = ("reference", "samples", "sources")
FOLDERS = ("extract", "transform", "flows", "sql", "tests", "docs", "benchmarks", *(f"data/{name}" for name in OWN))
OF_OTHERS = {"json.py"}
"""A module in a user's folder that hides one of Python's (extract/workers.py)."""
_FROM_THE_ROOT = re.compile(rf"(?<![\w/.-])(?:{'|'.join(FOLDERS)})/[\w.*/-]*[\w*/](?![\w<{{…])", re.ASCII)
_MODULE = re.compile(r"(?<![\w/.<>{}*-])(?:[\w-]+/)*[\w-]+\.py(?!\w)", re.ASCII)


def names() -> list[str]:
    """Every file and folder of the project, from its root."""
    inside = [path for folder in FOLDERS for path in [ROOT / folder, *(ROOT / folder).rglob("*")]]
    return [str(path.relative_to(ROOT)) for path in [*ROOT.glob("*"), *inside]]


def told(file: Path) -> str:
    """What a page, the comments and docstrings of a module, or the comments of a query say."""
    text = file.read_text(encoding="utf-8")
    if file.suffix == ".sql":
        return "\n".join(line for line in text.splitlines() if line.lstrip().startswith("--"))
    if file.suffix != ".py":
        return text
    said = [
        token.string for token in tokenize.generate_tokens(io.StringIO(text).readline) if token.type == tokenize.COMMENT
    ]
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            said.append(node.value.value)
    return "\n".join(said)


def lost(text: str, there: list[str]) -> Iterator[str]:
    """The paths in a text that lead nowhere: from the root as they stand, a module also from any folder."""
    for path in _FROM_THE_ROOT.findall(text):
        wanted = path.rstrip("/")
        if not (any(Path(name).match(wanted) for name in there) if "*" in path else wanted in there):
            yield path
    ends = "\n".join(f"/{name}" for name in there) + "\n"
    yield from (path for path in _MODULE.findall(text) if f"/{path}\n" not in ends)


def test_every_path_that_is_named_is_there() -> None:
    there = names()
    files = [ROOT / name for name in there if Path(name).suffix in (".py", ".sql") or name.endswith(".md")]
    found = [
        (str(file.relative_to(ROOT)), path)
        for file in files
        if file.name != "CHANGELOG.md"  # which tells of what was
        for path in lost(told(file), there)
        if path not in OF_OTHERS
    ]
    assert found == []


def test_a_path_that_leads_nowhere_is_found() -> None:
    there = ["sql/views", "sql/views/v_cell.sql", "tests/fetch/night/test_a.py"]
    for fine in (
        "`sql/views/`",
        "sql/views/*.sql",
        "`tests/fetch/night/test_a.py`",
        "night/test_a.py",
        "see test_a.py.",
    ):
        assert list(lost(fine, there)) == []
    for wrong in ("`sql/checks/`", "sql/checks/*.sql", "(`tests/fetch/test_a.py`)", "day/test_a.py", "test_b.py"):
        assert list(lost(wrong, there))
