"""Pages that repeat the code say what the code says, and each finding that a reader can raise is explained."""

from __future__ import annotations

import importlib.util
import re
from types import ModuleType

import pytest

from tests.conftest import ROOT
from transform import indicators, organ_types
from transform.load import view_statements


def generator() -> ModuleType:
    spec = importlib.util.spec_from_file_location("docs_generate", ROOT / "docs" / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("page", ["checks.md", "schema.md", "labels.md", "views.md", "indicators.md"])
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
