"""`ogi explain`: one number with its labels, its document, its place and what is known against it."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from tests.conftest import ROOT
from tests.flows.plain_job import plain_job

SAMPLES = ROOT / "data" / "samples" / "reports"


def ogi(*words: object) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-c", "from flows.cli import main; main()", *map(str, words)]
    return subprocess.run(command, capture_output=True, check=False, cwd=ROOT)


class Explain:
    """`ogi explain` on one home folder."""

    def __init__(self, home: Path) -> None:
        self.home = home

    def __call__(self, *words: object) -> subprocess.CompletedProcess[bytes]:
        return ogi("explain", *words, "--home", self.home)


@pytest.fixture(scope="module")
def explain(tmp_path_factory: pytest.TempPathFactory) -> Explain:
    """A lake made by the steps alone: what a run with Prefect leaves, test_run.py looks at."""
    folder = tmp_path_factory.mktemp("explain")
    given = folder / "given"
    given.mkdir()
    for name in ("pingtan-2022.html", "pingtan-2024.html", "hongze-2023.pdf"):
        (given / name).write_bytes((SAMPLES / name).read_bytes())
    home = folder / "home"
    assert plain_job(str(home), [str(given)])["warehouse"]["reports"] == 3
    return Explain(home)


def test_a_number_on_a_page(explain: Explain) -> None:
    found = explain("平潭 2022 requests.new total")
    shown = found.stdout.decode()
    assert found.returncode == 0, found.stderr.decode()
    assert shown.startswith("74\n")
    assert "本年新收 × 总计" in shown
    assert "⟦74⟧" in shown
    assert "pingtan-2022.html" in shown
    assert "none says anything against it" in shown


def test_a_number_of_a_pdf_with_its_failed_check_and_its_page(explain: Explain, tmp_path: Path) -> None:
    picture = tmp_path / "page.png"
    found = explain("洪泽 2023 proceedings.reconsideration total", "--image", picture)
    assert found.returncode == 0, found.stderr.decode()
    assert "proceedings.total (error, publisher)" in found.stdout.decode()
    with Image.open(picture) as page:
        outline = [
            xy
            for xy in ((x, y) for x in range(page.width) for y in range(page.height))
            if page.getpixel(xy) == (214, 31, 38)
        ]
    left, top, right, bottom = (float(edge) for edge in _record(explain)["cell"]["bbox"].split(","))
    scale = 110 / 72
    assert min(x for x, _ in outline) == pytest.approx((left - 3) * scale, abs=3)
    assert max(x for x, _ in outline) == pytest.approx((right + 3) * scale, abs=3)
    assert min(y for _, y in outline) == pytest.approx((top - 3) * scale, abs=3)
    assert max(y for _, y in outline) == pytest.approx((bottom + 3) * scale, abs=3)


def _record(explain: Explain) -> dict[str, dict[str, str]]:
    record: dict[str, dict[str, str]] = json.loads(
        explain("洪泽 2023 proceedings.reconsideration total", "--json").stdout
    )
    return record


def test_by_document_and_by_key(explain: Explain) -> None:
    by_document = explain("requests.new.total", "--document", SAMPLES / "pingtan-2024.html", "--json")
    record = json.loads(by_document.stdout)
    assert record["value"] == 218
    by_key = explain(f"{record['report']['report_key']} requests.new total", "--json")
    assert json.loads(by_key.stdout) == record


@pytest.mark.parametrize(
    ("question", "word", "status"),
    [
        ("平潭 requests.new total", "fits 2 reports", 1),
        ("武汉 2022 requests.new total", "no report", 1),
        ("平潭 2022 requests.nothing total", "name one cell", 2),
        ("requests.new total", "name an organ", 2),
        ("平潭 2022 disclosure.procurement amount", "holds no such number", 1),
    ],
)
def test_what_is_not_understood_says_what_is_missing(explain: Explain, question: str, word: str, status: int) -> None:
    found = explain(question)
    assert found.returncode == status
    assert word in found.stderr.decode()


def test_the_store_keeps_what_its_path_no_longer_holds(explain: Explain) -> None:
    path = Path(json.loads(explain("平潭 2022 requests.new total", "--json").stdout)["documents"][0])
    path.write_bytes(path.read_bytes() + b"<!-- later -->")
    assert "⟦74⟧" in explain("平潭 2022 requests.new total").stdout.decode()
    shutil.move(explain.home / "raw", explain.home / "moved")
    try:
        shown = explain("平潭 2022 requests.new total").stdout.decode()
    finally:
        shutil.move(explain.home / "moved", explain.home / "raw")
    assert shown.startswith("74\n")
    assert "not at hand" in shown
    assert "⟦" not in shown


def test_the_examples_of_the_readme_and_of_help_are_answered(explain: Explain) -> None:
    from flows.cli.explain import EXAMPLE

    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    examples = [
        *re.findall(r"ogi explain '([^']+)'", EXAMPLE),
        *re.findall(r"^ogi explain '([^']+)'", readme, re.MULTILINE),
    ]
    assert len(examples) == 3
    for example in examples:
        found = explain(example)
        assert found.returncode == 0, (example, found.stderr.decode())


def test_another_place_never_answers(explain: Explain) -> None:
    """西湖区 is no 东西湖区, and 潭 no 平潭."""
    found = explain("潭 2022 requests.new total")
    assert found.returncode == 1
    assert found.stdout == b""
    assert "no report of 潭" in found.stderr.decode()
    other_year = explain("平潭 2016 requests.new total")
    assert other_year.returncode == 1
    assert "similar" in other_year.stderr.decode()


def test_a_table_of_a_page_is_drawn_around_its_cell(explain: Explain, tmp_path: Path) -> None:
    """By a browser where there is one, else as a small page with the cell marked."""
    picture = tmp_path / "cell.png"
    found = explain("平潭 2022 requests.new total", "--image", picture)
    assert found.returncode == 0, found.stderr.decode()
    (made,) = tmp_path.glob("cell.*")
    if made.suffix == ".png":
        with Image.open(made) as drawn:
            assert min(drawn.size) > 50
            assert len(drawn.convert("RGB").getcolors(1 << 20) or []) > 2
    else:
        page = made.read_text(encoding="utf-8")
        assert "74" in page
        assert "http" not in page.partition("<body")[2]
