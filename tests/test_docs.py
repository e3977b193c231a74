"""Pages that repeat the code say what the code says, and each finding that a reader can raise is explained."""

from __future__ import annotations

import importlib.util
import re
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
