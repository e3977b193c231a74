"""What `ogi explain` answers: the organ that is named whole, by its place's names of then and now; cells and figures by their words."""

from __future__ import annotations

import duckdb
import pytest

from extract.forms.vocabulary import OUTCOMES
from extract.identify.organ import in_year, organ
from extract.model import Extraction
from tests.transform import given_reports as given
from transform import lineage
from transform.build import build
from transform.figures_shown import FIGURES
from transform.lake import Lake

ORGANS = (
    ("湖北省武汉市东西湖区人民政府", 2023, 1301),
    ("湖北省武汉市东西湖区水务局", 2023, 5),
    ("浙江省杭州市拱墅区人民政府", 2019, 17),
    ("浙江省杭州市下城区人民政府", 2019, 23),
    ("浙江省杭州市下城区人民政府", 2020, 29),
    ("西藏自治区林芝市米林县人民政府", 2019, 31),
    ("平潭综合实验区", 2023, 81),
)


def of(name: str, year: int, new: int) -> Extraction:
    who = in_year(organ(name), year)
    rows: dict[str, list[int | None]] = {o.code: [0] * 7 for o in OUTCOMES if "2021" in o.forms}
    rows |= {"new": [new, 0, 0, 0, 0, 0, new], "granted": [3, 0, 0, 0, 0, 0, 3], "total": [8, 0, 0, 0, 0, 0, 8]}
    if name.startswith("平潭"):
        rows["total"] = [None] * 7
    rows["denied.state_secret"] = [1, 0, 0, 0, 0, 0, 1]
    rows["denied.enforcement_file"] = [4, 0, 0, 0, 0, 0, None if name.startswith("西藏") else 4]
    return given.report(
        f"{name}{year}",
        given.requests(rows),
        organ=name,
        organ_identity=who.identity,
        organ_canonical=who.canonical,
        organ_kind=who.kind,
        organ_level=who.level,
        division_code=who.division_code,
        year=year,
    )


@pytest.fixture(scope="module")
def con(tmp_path_factory: pytest.TempPathFactory) -> duckdb.DuckDBPyConnection:
    folder = tmp_path_factory.mktemp("trace")
    lake = Lake(folder / "lake")
    with lake.lock():
        given.fill(lake, [[of(*fields) for fields in ORGANS]])
        build(lake, given.VERSION, folder / "none")
    return duckdb.connect(str(lake.database), read_only=True)


def answers(con: duckdb.DuckDBPyConnection, question: str) -> list[tuple[str, float | None]]:
    asked = lineage.understood(question)
    return [
        (str(report["organ"]), cell.value)
        for report in lineage.reports(con, asked)
        for cell in lineage.trace(con, asked, report)
    ]


@pytest.mark.parametrize(
    ("words", "organ_", "value"),
    [
        ("东西湖区", "湖北省武汉市东西湖区人民政府", 1301),
        ("东西湖", "湖北省武汉市东西湖区人民政府", 1301),
        ("武汉市东西湖区", "湖北省武汉市东西湖区人民政府", 1301),
        ("武汉 东西湖区人民政府", "湖北省武汉市东西湖区人民政府", 1301),
        ("湖北东西湖区政府", "湖北省武汉市东西湖区人民政府", 1301),
        ("东西湖区水务局", "湖北省武汉市东西湖区水务局", 5),
        ("东西湖区 水务局", "湖北省武汉市东西湖区水务局", 5),
        ("平潭", "平潭综合实验区", 81),
        ("平潭综合实验区", "平潭综合实验区", 81),
        ("福建省福州市平潭综合实验区管委会", "平潭综合实验区", 81),
    ],
)
def test_an_organ_is_named_whole_perhaps_after_its_places(
    con: duckdb.DuckDBPyConnection, words: str, organ_: str, value: int
) -> None:
    assert answers(con, f"{words} 2023 本年新收 总计") == [(organ_, value)]


@pytest.mark.parametrize(
    "words", ["西湖区", "湖区", "杭州市西湖区", "浙江东西湖区", "西湖", "实验区", "务局", "东西湖区水"]
)
def test_a_part_of_a_name_is_no_answer(con: duckdb.DuckDBPyConnection, words: str) -> None:
    asked = lineage.understood(f"{words} 2023 requests.new total")
    assert lineage.reports(con, asked) == []


def test_what_is_similar_is_said(con: duckdb.DuckDBPyConnection) -> None:
    found = lineage.similar(con, lineage.understood("西湖区 2023 requests.new total"))
    assert "湖北省武汉市东西湖区人民政府" in [report["organ"] for report in found]
    other_year = lineage.similar(con, lineage.understood("东西湖区 2021 requests.new total"))
    assert [(report["organ"], report["year"]) for report in other_year] == [("湖北省武汉市东西湖区人民政府", 2023)]


@pytest.mark.parametrize("words", ["米林县", "米林市", "林芝 米林", "林芝市米林县", "西藏自治区米林市"])
def test_a_renamed_division_answers_to_both_names(con: duckdb.DuckDBPyConnection, words: str) -> None:
    assert [value for _, value in answers(con, f"{words} 2019 requests.new total")] == [31]


def test_a_merged_division_never_answers_for_the_one_that_kept_the_name(con: duckdb.DuckDBPyConnection) -> None:
    assert [value for _, value in answers(con, "拱墅区 2019 requests.new total")] == [17]
    assert [value for _, value in answers(con, "下城区 2019 requests.new total")] == [23]
    assert answers(con, "拱墅区 2020 requests.new total") == []


@pytest.mark.parametrize(
    ("words", "place"),
    [
        ("本年新收 总计", ("fact_request", "new", "total")),
        ("本年新收", ("fact_request", "new", "total")),
        ("总计 总计", ("fact_request", "total", "total")),
        ("予以公开 自然人", ("fact_request", "granted", "natural_person")),
        ("自然人 予以公开", ("fact_request", "granted", "natural_person")),
        ("（三）不予公开 1.属于国家秘密 商业企业", ("fact_request", "denied.state_secret", "enterprise")),
        ("requests.new 总计", ("fact_request", "new", "total")),
        ("行政复议 结果维持", ("fact_proceeding", "reconsideration", "upheld")),
        ("行政诉讼 复议后起诉 总计", ("fact_proceeding", "litigation_after_reconsideration", "total")),
        ("行政处罚 本年处理决定数量", ("fact_disclosure", "penalties", "decisions")),
        ("规章 现行有效件数", ("fact_disclosure", "rules", "in_force")),
        ("行政事业性收费 本年收费金额", ("fact_disclosure", "fees", "amount")),
    ],
)
def test_labels_name_cells(words: str, place: tuple[str, str, str]) -> None:
    asked = lineage.understood(f"平潭 2023 {words}")
    assert (asked.words, asked.table, asked.row, asked.column) == (("平潭",), *place)


@pytest.mark.parametrize("words", ["行政诉讼 总计", "requests.nothing total", "自然人", "refusal", "本年新收 结果维持"])
def test_what_names_no_one_cell_is_refused(words: str) -> None:
    with pytest.raises(lineage.NotUnderstood, match="name one cell"):
        lineage.understood(f"2023 {words}")


def figure(con: duckdb.DuckDBPyConnection, question: str) -> lineage.Derived:
    asked = lineage.understood(question)
    (report,) = lineage.reports(con, asked)
    found = lineage.derived(con, asked, report)
    assert found is not None
    return found


def test_a_group_and_a_rate_show_their_parts(con: duckdb.DuckDBPyConnection) -> None:
    denied = figure(con, "东西湖区 2023 不予公开")
    assert (denied.figure.name, denied.value, denied.withheld) == ("denied", 5, None)
    assert len(denied.parts) == 8
    rate = figure(con, "东西湖区 2023 refusal_rate")
    assert (rate.value, rate.figure.formula) == (5 / 8, "denied / total")
    assert {(part.place["row_code"], part.value) for part in rate.parts if part.value} == {
        ("denied.state_secret", 1),
        ("denied.enforcement_file", 4),
        ("total", 8),
    }
    assert figure(con, "东西湖区 2023 不予公开 自然人").value == 5


def test_a_rate_that_is_withheld_says_why(con: duckdb.DuckDBPyConnection) -> None:
    gap = figure(con, "米林县 2019 outcome_gap")
    assert gap.value == 0
    rate = figure(con, "米林县 2019 disclosure_rate")
    assert rate.value == 3 / 8
    total = figure(con, "东西湖区 2023 refusal_rate")
    assert total.withheld is None
    no_requests = figure(con, "平潭 2023 refusal_rate")
    assert (no_requests.value, no_requests.withheld) == (None, "total unknown")


@pytest.mark.parametrize("name", sorted(FIGURES))
def test_every_figure_is_a_column_of_its_view(con: duckdb.DuckDBPyConnection, name: str) -> None:
    found = FIGURES[name]
    assert con.execute(f'select "{name}" from {found.view} limit 0').description is not None
