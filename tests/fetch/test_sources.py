"""The registry: what is well is loaded, what is wrong is said with file and line, and all of it at once."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from extract.fetch.discover.families import FAMILIES
from extract.fetch.model import Source
from extract.fetch.probe import written
from extract.fetch.sources import FIELDS, SourcesWrong, check, load
from tests.conftest import ROOT

GOOD = """
# 甲省
- name: 平潭综合实验区
  division: 350128
  organ: 平潭综合实验区
  family: trs
  listings:
    - https://www.pingtan.gov.cn/zwgk/zfxxgk/zfxxgknb/nlist.htm
- name: "二"
  listings: http://122.137.242.24:8080/pub/ndbg/
  hosts: [www.Shulan.gov.cn, 122.137.242.24]
  tls: old
  rate: 0.5
  years: 2008-2023
"""


def registry(folder: Path, text: str, name: str = "a.yaml") -> Path:
    (folder / name).write_text(text, encoding="utf-8")
    return folder


def problems(folder: Path, text: str, name: str = "a.yaml") -> list[str]:
    return [str(problem) for problem in check(registry(folder, text, name))[1]]


def test_what_is_well(tmp_path: Path) -> None:
    assert load(registry(tmp_path, GOOD)) == (
        Source("平潭综合实验区", ("https://www.pingtan.gov.cn/zwgk/zfxxgk/zfxxgknb/nlist.htm",), "350128", "平潭综合实验区", "trs"),
        Source("二", ("http://122.137.242.24:8080/pub/ndbg/",), hosts=("www.shulan.gov.cn", "122.137.242.24"), tls="old", rate=0.5, years=(2008, 2023)),
    )  # fmt: skip


def test_a_table_says_the_same(tmp_path: Path) -> None:
    text = "name,listings,division,organ,hosts,years,rate\n甲,https://a.gov.cn/1/ https://a.gov.cn/2/,010000,,,2019-,\n"
    (problem,) = problems(tmp_path, text, "a.csv")
    assert problem.startswith("a.csv:2: '010000' is no division")
    (source,) = load(registry(tmp_path, text.replace("010000", "350128"), "a.csv"), today=date(2024, 1, 5))
    assert source == Source("甲", ("https://a.gov.cn/1/", "https://a.gov.cn/2/"), "350128", years=(2019, 2023))


@pytest.mark.parametrize(
    ("years", "wanted"),
    [("2008-2023", (2008, 2023)), ("2023", (2023, 2023)), ("[2008, 2023]", (2008, 2023)), ("2008-", (2008, 2024)), ("2030-", (2030, 2030)), ("2008–2010", (2008, 2010))],
)  # fmt: skip
def test_years(tmp_path: Path, years: str, wanted: tuple[int, int]) -> None:
    text = f"- name: a\n  listings: http://a.gov.cn/\n  years: {years}\n"
    assert load(registry(tmp_path, text), today=date(2025, 6, 1))[0].years == wanted


@pytest.mark.parametrize(
    ("entry", "line", "word"),
    [
        ("- name: a", 1, "no listings"),
        ("- listings: http://a.gov.cn/", 1, "no name"),
        ("- name: a\n  listings:\n    - http://a.gov.cn/\n    - a.gov.cn/nb/", 4, "no address"),
        ("- name: a\n  listings: ftp://a.gov.cn/", 2, "no address"),
        ("- name: a\n  listings: 'http://'", 2, "no address"),
        ("- name: a\n  listings: http://a.gov.cn/\n  divison: 350128", 3, "is division meant"),
        ("- name: a\n  listings: http://a.gov.cn/\n  division: 999999", 3, "no division"),
        ("- name: a\n  listings: http://a.gov.cn/\n  family: TRS", 3, "no family"),
        ("- name: a\n  listings: http://a.gov.cn/\n  family: kaipo", 3, "is kaipu meant"),
        ("- name: a\n  listings: http://a.gov.cn/\n  hosts:\n    - http://b.cn/", 4, "no host"),
        ("- name: a\n  listings: http://a.gov.cn/\n  tls: ancient", 3, "modern or old"),
        ("- name: a\n  listings: http://a.gov.cn/\n  rate: 0", 3, "requests a second"),
        ("- name: a\n  listings: http://a.gov.cn/\n  rate: fast", 3, "requests a second"),
        ("- name: a\n  listings: http://a.gov.cn/\n  years: 2023-2008", 3, "first and the last"),
        ("- name: a\n  name: b\n  listings: http://a.gov.cn/", 2, "given twice"),
        ("- name: [a, b]\n  listings: http://a.gov.cn/", 1, "one value"),
        ("- name: a\n  listings: {x: http://a.gov.cn/}", 2, "a text or a list"),
        ("- name: a\n  listings: http://a.gov.cn/\n- name: a\n  listings: http://b.gov.cn/", 3, "stands at a.yaml:1"),
        ("- name: a\n  listings: http://a.gov.cn/\n- name: b\n  listings: http://a.gov.cn/", 4, "stands at a.yaml:2"),
        ("name: a\nlistings: http://a.gov.cn/", 1, "is a list"),
        ("- just text", 1, "has fields"),
        ("- name: a\n  listings: [http://a.gov.cn/\n", 3, "no YAML"),
        ("- name: a\n\tlistings: http://a.gov.cn/", 2, "no YAML"),
    ],
)
def test_what_is_wrong_with_its_line(tmp_path: Path, entry: str, line: int, word: str) -> None:
    said = problems(tmp_path, entry)
    assert any(each.startswith(f"a.yaml:{line}: ") and word in each for each in said), said


def test_all_problems_are_said_at_once_and_the_rest_is_well(tmp_path: Path) -> None:
    registry(tmp_path, GOOD)
    registry(tmp_path, "name,listings,nmae\nx,nowhere,\ny,http://a.gov.cn/,,\nz,http://z.gov.cn/,\n", "b.csv")
    sources, said = check(tmp_path)
    assert [source.name for source in sources] == ["平潭综合实验区", "二", "z"]
    assert [(problem.file, problem.line) for problem in said] == [("b.csv", 1), ("b.csv", 2), ("b.csv", 3)]
    with pytest.raises(SourcesWrong) as raised:
        load(tmp_path)
    assert raised.value.problems == said


def test_a_name_in_two_files(tmp_path: Path) -> None:
    registry(tmp_path, "- name: a\n  listings: http://a.gov.cn/\n")
    assert problems(tmp_path, "- name: a\n  listings: http://b.gov.cn/\n", "b.yaml") == [
        "b.yaml:1: name: 'a' stands at a.yaml:1, too."
    ]


def test_files_that_are_no_text_and_folders_that_are_not_there(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_bytes("- name: 福建省平潭综合实验区".encode("gb18030"))
    assert "UTF-8" in str(check(tmp_path)[1][0])
    with pytest.raises(SourcesWrong, match="no such folder"):
        load(tmp_path / "nowhere")


def test_what_a_family_has_in_common_stands_once(tmp_path: Path) -> None:
    registry(tmp_path, "family,rate,tls,years,hosts\ntrs,0.5,old,2019-,Files.example.cn\nkaipu,2,,,\n", "families.csv")
    registry(
        tmp_path,
        "name,listings,family,rate,years\n甲,http://a.gov.cn/,trs,,\n乙,http://b.gov.cn/,trs,3,2008-2010\n丙,http://c.gov.cn/,,,\n",
        "table.csv",
    )
    registry(tmp_path, "- name: 丁\n  listings: http://d.gov.cn/\n  family: kaipu\n")
    assert load(tmp_path, today=date(2024, 2, 1)) == (
        Source("丁", ("http://d.gov.cn/",), family="kaipu", rate=2.0),
        Source("甲", ("http://a.gov.cn/",), family="trs", hosts=("files.example.cn",), tls="old", rate=0.5, years=(2019, 2023)),
        Source("乙", ("http://b.gov.cn/",), family="trs", hosts=("files.example.cn",), tls="old", rate=3.0, years=(2008, 2010)),
        Source("丙", ("http://c.gov.cn/",)),
    )  # fmt: skip


def test_what_is_wrong_with_families_is_said_with_its_line(tmp_path: Path) -> None:
    registry(tmp_path, "family,rate,organ\ntrs,fast,\nnone,1,\nkaipu,1,\nkaipu,2,\n,1,\n", "families.csv")
    registry(tmp_path, "name,listings,name\n甲,http://a.gov.cn/,\n", "table.csv")
    said = [(problem.file, problem.line, problem.message[:20]) for problem in check(tmp_path)[1]]
    assert [(file, line) for file, line, _ in said] == [
        *(("families.csv", line) for line in (1, 2, 3, 5, 6)),
        ("table.csv", 1),
        ("table.csv", 2),
    ]
    assert "no field of a family" in str(check(tmp_path)[1][0])


def test_a_heading_that_is_no_csv_has_its_line(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text('name,"listings\n', encoding="utf-8")
    (problem,) = check(tmp_path)[1]
    assert (problem.line, problem.message.startswith("this is no CSV")) == (1, True)


@settings(max_examples=60, deadline=None)
@given(
    text=st.one_of(
        st.text(max_size=200),
        st.lists(
            st.sampled_from(
                [
                    "- ",
                    "name",
                    ": ",
                    "\n  ",
                    "listings",
                    "[",
                    "]",
                    "{",
                    "&a ",
                    "*a",
                    "!!int ",
                    "2023",
                    "\t",
                    "'",
                    "http://a.gov.cn/",
                    ",",
                ]
            ),
            max_size=30,
        ).map("".join),
    )
)
@example('"')
def test_any_text_is_sources_or_problems(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    folder = tmp_path_factory.mktemp("registry")
    for name in ("a.yaml", "b.csv"):
        (folder / name).write_bytes(text.encode("utf-8", "replace"))
    sources, said = check(folder)
    assert all(source.name and source.listings for source in sources)
    assert all(problem.line >= 1 for problem in said)


NAMES = (
    st.text(
        st.characters(blacklist_categories=["Cs", "Cc"], blacklist_characters="\u2028\u2029\ufeff\x85"),
        min_size=1,
        max_size=20,
    )
    .map(str.strip)
    .filter(bool)
)


@settings(max_examples=60, deadline=None)
@given(
    name=NAMES, organ=st.one_of(st.none(), NAMES), family=st.sampled_from([None, *FAMILIES]), division=st.sampled_from([None, "350128", "340422107"]),
    rate=st.sampled_from([None, 0.5, 3.0]), tls=st.sampled_from(["modern", "old"]), years=st.sampled_from([None, (2008, 2023)]),
    listings=st.lists(st.sampled_from(["http://a.gov.cn/", "https://b.gov.cn/x?a=1&b=2#3", "http://[::1]:80/"]), min_size=1, unique=True),
)  # fmt: skip
def test_an_entry_written_is_the_entry_read(tmp_path_factory: pytest.TempPathFactory, **fields: Any) -> None:
    if fields["name"] in ("~", "null") or fields["organ"] in ("~", "null"):
        return  # YAML's words for nothing
    fields["listings"] = tuple(fields["listings"])
    source = Source(**fields)
    folder = registry(tmp_path_factory.mktemp("registry"), written(source))
    assert load(folder, today=date(2024, 2, 1)) == (source,)


def test_the_project_s_own_registry_is_well() -> None:
    sources, said = check(ROOT / "data" / "sources")
    assert said == ()
    assert len(sources) >= 3


def test_every_field_is_documented() -> None:
    text = (ROOT / "docs" / "sources.md").read_text(encoding="utf-8")
    assert [name for name in FIELDS if f"| `{name}` |" not in text] == [], "a row in docs/sources.md, Fields"
    assert [name for name in FAMILIES if f"| `{name}` |" not in text] == [], "a row in docs/sources.md, Families"
