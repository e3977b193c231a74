"""Who reported, for where, for which year: from titles as they are written and addresses as they stand."""

from __future__ import annotations

import csv
import datetime as dt
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from extract.identify import dates, history, known_organs, years
from extract.identify.divisions import Division, full_name, index, is_placeholder, named, within
from extract.identify.identity import Identity, identify
from extract.identify.naming import name_of
from extract.identify.organ import government, organ
from extract.identify.site import Mention, of_meta
from extract.identify.title import explained, parse
from extract.model import Document
from tests.conftest import shared_path

TEMPLATES = [
    "{name}{year}年政府信息公开工作年度报告",
    "{name}{year}年度政府信息公开工作年度报告",
    "{year}年{name}政府信息公开工作年度报告",
    "{year}年度{name}政府信息公开年报",
    "{name}关于{year}年度政府信息公开工作情况的报告",
    "{name} {year}年政府信息公开工作 年度 报 告",
]


def titles() -> list[dict[str, str]]:
    with shared_path("spec/titles.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_real_titles() -> None:
    read: list[tuple[dict[str, str], Identity]] = [(row, identify(row["title"], row["url"])) for row in titles()]
    assert all(str(found.year) == row["year"] for row, found in read)
    placed = [(row["division"], found.division) for row, found in read if row["division"]]
    wrong = [(said, found) for said, found in placed if found is not None and not found.startswith(said)]
    assert not wrong
    assert sum(found is not None for _, found in placed) >= 0.97 * len(placed)
    same = sum(
        found.organ == row["organ"] or (found.organ_canonical or "").endswith(row["organ"]) for row, found in read
    )
    assert same >= 0.8 * len(read)  # the list names some organs that neither title nor address tells


COUNTIES = [d for d in index().by_code.values() if d.level == "county" and not is_placeholder(d.name)]
TOWNSHIPS = [d for d in index().by_code.values() if d.level == "township"]


FORMER = {change.code: change.successors for change in history.changes()}


@settings(max_examples=300, deadline=None)
@example(index().by_code["140203"], TEMPLATES[0], 2015)
@example(index().by_code["542301"], TEMPLATES[0], 2013)
@given(st.sampled_from(COUNTIES + TOWNSHIPS[::20]), st.sampled_from(TEMPLATES), st.integers(2008, 2025))
def test_a_real_name_in_any_title_is_itself_or_nothing(division: Division, template: str, year: int) -> None:
    found = identify(template.format(name=division.name, year=year))
    assert found.year == year
    meant = {division.code, *FORMER.get(division.code, ()), history.in_year(division.code, year)}
    told = found.division_code
    if told is not None and not history.was_there(division.code, year):
        return  # 双桥区 of 重庆 ended in 2011: of 2024 it is that of 承德
    assert told is None or any(within(code, told) or within(told, code) for code in meant), found


@settings(max_examples=200, deadline=None)
@example(index().by_code["140202"], "教育局")
@example(index().by_code["220723"], "教育局")
@given(st.sampled_from(COUNTIES), st.sampled_from(["教育局", "人民政府办公室", "卫生健康委员会"]))
def test_with_its_higher_levels_a_county_is_always_itself(division: Division, own: str) -> None:
    found = organ(full_name(division.code) + own)
    known = {d.code for d in COUNTIES if full_name(d.code) == full_name(division.code)}
    later = FORMER.get(division.code, ())  # 西沙群岛 of 海南省 is today one of 三沙市, which it became
    assert found.division_code in known or any(within(found.division_code or "", code) for code in later)
    assert found.kind == "department"


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=130), st.one_of(st.none(), st.text(max_size=80)))
def test_any_text_gives_an_answer(title: str, url: str | None) -> None:
    found = identify(title, url)
    assert found.report or found.organ is None or explained(title) is not None


@pytest.mark.parametrize(
    ("spellings", "canonical"),
    [
        (["南京市科委", "南京市科学技术委员会", "江苏省南京市科学技术委员会"], "江苏省南京市科学技术委员会"),
        (["正定县发改局", "正定县发展改革局", "正定县发展和改革局"], "河北省石家庄市正定县发展和改革局"),
        (["卧龙区七一街道", "卧龙区七一街道办事处", "南阳市卧龙区七一街道办事处"], "河南省南阳市卧龙区七一街道办事处"),
        (["正定县", "正定县人民政府", "正定县政府"], "河北省石家庄市正定县人民政府"),
        (["秀山县", "秀山土家族苗族自治县人民政府"], "重庆市秀山土家族苗族自治县人民政府"),
        (["上海市長寧區教育局", "上海市长宁区教育局"], "上海市长宁区教育局"),
    ],
)
def test_one_organ_under_several_spellings(spellings: list[str], canonical: str) -> None:
    found = [organ(name) for name in spellings]
    assert {f.identity for f in found} == {found[0].identity}
    assert {f.canonical for f in found} == {canonical}


def test_an_ambiguous_name_is_settled_by_the_site_or_stays_open() -> None:
    open_ = identify("鼓楼区教育局2023年政府信息公开工作年度报告")
    assert open_.division_code is None
    assert len(open_.candidates) == 4
    settled = identify("鼓楼区教育局2023年政府信息公开工作年度报告", "http://www.njgl.gov.cn/a/1.html")
    assert settled.division_code is None or settled.division == "江苏省南京市鼓楼区"
    by_meta = organ("鼓楼区教育局", of_meta({"sitename": "福州市鼓楼区人民政府门户网站"}))
    assert by_meta.division_code == "350102"


@pytest.mark.parametrize(
    ("name", "host", "division"),
    [
        ("鼓楼区", "www.njgl.gov.cn", "江苏省南京市鼓楼区"),
        ("朝阳区教委", "www.bjchy.gov.cn", "北京市朝阳区"),
        ("西湖区", "www.hzxh.gov.cn", "浙江省杭州市西湖区"),
        ("鼓楼区", "www.example.gov.cn", None),
        ("长安路街道", "www.beilin.gov.cn", "陕西省西安市碑林区长安路街道"),
        ("市教育局", "www.changsha.gov.cn", "湖南省长沙市"),
        ("区水利局", "www.njgl.gov.cn", None),  # letters alone place nobody
    ],
)
def test_letters_of_a_host_tell_apart_places_of_one_name(name: str, host: str, division: str | None) -> None:
    assert identify(f"{name}2023年政府信息公开工作年度报告", f"http://{host}/1.html").division == division


def test_a_township_that_the_reference_lacks_is_not_another_places_of_that_name() -> None:
    title = "大学东路街道2023年政府信息公开工作年度报告"
    assert identify(title).division == "内蒙古自治区呼和浩特市赛罕区大学东路街道"
    found = identify(title, "http://www.xixiangtang.gov.cn/a/1.html")
    assert (found.organ_canonical, found.division_code) == ("广西壮族自治区南宁市西乡塘区大学东路街道办事处", None)
    found = identify("城关镇2023年政府信息公开工作年度报告", "http://www.xixiangtang.gov.cn/a/1.html")
    assert (found.organ_canonical, found.division_code) == ("广西壮族自治区南宁市西乡塘区城关镇人民政府", None)
    assert identify(f"赛罕区{title}", "http://www.xixiangtang.gov.cn/a/1.html").division_code == "150105004"


def test_a_copied_site_code_moves_nobody() -> None:
    wrong = of_meta({"siteidcode": "5001070012"})  # a template of 重庆 九龙坡 in 齐齐哈尔
    assert organ("齐齐哈尔市教育局", wrong).division_code == "230200"
    assert organ("教育局", wrong).division_code is None


def test_a_mirror_outside_of_gov_cn_says_nothing() -> None:
    assert identify("2023年政府信息公开工作年度报告", "http://www.linyou.com/a.html").division is None
    assert (
        identify("2023年政府信息公开工作年度报告", "http://www.linyou.gov.cn/a.html").division == "陕西省宝鸡市麟游县"
    )


def test_the_site_names_the_department_where_the_title_names_nobody() -> None:
    found = identify("2023年政府信息公开工作年度报告", "http://sthjt.hunan.gov.cn/a/b.html")
    assert (found.organ, found.organ_canonical) == (None, "湖南省生态环境厅")
    assert (found.organ_canonical, found.kind, found.division_code) == ("湖南省生态环境厅", "department", "430000")
    for host, division in (  # 审计 or 市监, 商务 or 水务, a county, nobody known
        ("sjj.beijing.gov.cn", "北京市"),
        ("swj.changsha.gov.cn", "湖南省长沙市"),
        ("liuyang.changsha.gov.cn", None),
        ("xyz.changsha.gov.cn", "湖南省长沙市"),
    ):
        found = identify("2023年政府信息公开工作年度报告", f"http://{host}/a.html")
        assert (found.organ, found.organ_canonical, found.division) == (None, None, division)


@pytest.mark.parametrize(
    ("title", "organ_", "kind"),
    [
        ("我县2021年政府信息公开工作年度报告", "安溪县人民政府", "government"),
        ("我乡2021年政府信息公开工作年度报告", None, "township"),
        ("我局2021年政府信息公开工作年度报告", None, "department"),
        ("现报告我办2021年度政务公开工作情况", None, "department"),
    ],
)
def test_who_speaks_of_itself_is_the_site_only_where_it_may_be(title: str, organ_: str | None, kind: str) -> None:
    """A township's report on its county's site is not the county's."""
    found = identify(title, "http://www.fjax.gov.cn/a/1.html")
    assert (found.organ, found.kind, found.division) == (None, kind, "福建省泉州市安溪县")
    assert found.organ_canonical == (organ_ and f"福建省泉州市{organ_}")
    page = Document("html", (), meta={"sitename": "安溪县人民政府"})
    told = name_of(parse(title), page, [], (), None)
    assert told == ((organ_, "sitename") if organ_ else None)


@pytest.mark.parametrize(
    ("title", "organ_", "division", "year"),
    [
        ("泗县教育局关于2023年度政府信息公开工作情况的报告", "泗县教育局", "安徽省宿州市泗县", 2023),
        ("2020年度泗县教育局关于政府信息公开工作的年度报告", "泗县教育局", "安徽省宿州市泗县", 2020),
        ("仙游县2023年度度尾镇政府信息公开工作年度报告", "仙游县度尾镇", "福建省莆田市仙游县度尾镇", 2023),
        ("2023年度尾镇政府信息公开工作年度报告", "度尾镇", "福建省莆田市仙游县度尾镇", 2023),
        ("当涂县年陡镇2023年年度政府信息公开工作报告", "当涂县年陡镇", "安徽省马鞍山市当涂县年陡镇", 2023),
        ("泗县2021-2022年度政府信息公开工作年度报告", "泗县", "安徽省宿州市泗县", 2022),
        ("〔2023〕年泗县政府信息公开工作年度报告", "泗县", "安徽省宿州市泗县", 2023),
        ("2024年泗县2023年政府信息公开工作年度报告", "泗县", "安徽省宿州市泗县", 2023),
        (
            "【年度报告】长沙市天心区城管局2023年政府信息公开工作年度报告",
            "长沙市天心区城管局",
            "湖南省长沙市天心区",
            2023,
        ),
        ("首页 > 年报 > 长沙市天心区2023年政府信息公开工作年度报告", "长沙市天心区", "湖南省长沙市天心区", 2023),
        ("2023年政府信息公开工作年度报告（长沙市天心区）", "长沙市天心区", "湖南省长沙市天心区", 2023),
        ("2023年政府信息公开工作年度报告——长沙市天心区教育局", "长沙市天心区教育局", "湖南省长沙市天心区", 2023),
        ("2023年政府信息公开工作年度报告 - 长沙市天心区人民政府", None, None, 2023),  # the site's name
        ("关于报送2023年度政府信息公开工作年度报告的函", None, None, 2023),
        ("安溪县人民政府2023年信息公开年报", "安溪县人民政府", "福建省泉州市安溪县", 2023),
        ("2024年1月安溪县2023年度政府信息公开工作年度报告", "安溪县", "福建省泉州市安溪县", 2023),
        ("共青团安溪县委2023年政府信息公开工作年度报告", "共青团安溪县委", "福建省泉州市安溪县", 2023),
        ("氾水镇2023年政府信息公开工作年度报告", "氾水镇", "江苏省扬州市宝应县氾水镇", 2023),
        ("彭州市濛阳街道2023年政府信息公开工作年度报告", "彭州市濛阳街道", "四川省成都市彭州市濛阳街道", 2023),
        ("濛阳街道2023年政府信息公开工作年度报告", "濛阳街道", None, 2023),  # 蒙阳街道 is in 名山
        ("城南经济新区2023年政府信息公开工作年度报告", "城南经济新区", None, 2023),
    ],
)
def test_what_stands_around_the_name(title: str, organ_: str | None, division: str | None, year: int) -> None:
    found = identify(title)
    assert (found.organ, found.division, found.year) == (organ_, division, year)


@pytest.mark.parametrize(
    ("title", "organ_"),
    [
        ("北京市东城区景山街道2023年政府信息公开工作年度报告", "北京市东城区景山街道办事处"),
        ("鄱阳县莲湖乡2023年政府信息公开工作年度报告", "鄱阳县莲湖乡人民政府"),
        ("寿县安丰塘镇2023年政府信息公开工作年度报告", "寿县安丰塘镇人民政府"),
        ("西乌旗2021年政府信息公开工作年度报告", "西乌珠穆沁旗人民政府"),
        ("正定县2022年政府信息公开工作年度报告", "正定县人民政府"),
    ],
)
def test_the_full_name_stands_beside_what_was_printed(title: str, organ_: str) -> None:
    found = identify(title)
    assert found.organ is not None
    assert found.organ in title
    assert (found.organ_canonical or "").endswith(organ_)


@pytest.mark.parametrize(
    ("name", "kind", "level", "code"),
    [
        ("南阳高新区管委会", "other", "county", "411300-高新区"),
        ("国家税务总局杭州市税务局", "department", "prefecture", "330100"),
        ("国家税务总局", "department", "national", None),
        ("青岛海关", "department", "national", None),
        ("安溪县人民政府办公室(县外事办)", "department", "county", "350524"),
        ("安溪县供电公司", "other", "county", "350524"),
        ("工业和信息化部", "department", "national", None),
        ("平潭综合实验区", "other", "county", "350128"),
        ("西乌旗", "government", "county", "152526"),
    ],
)
def test_kinds(name: str, kind: str, level: str, code: str | None) -> None:
    found = organ(name)
    assert (found.kind, found.level, found.division_code) == (kind, level, code)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("平潭综合实验区", "平潭县人民政府"),
        ("平潭综合实验区管委会", "平潭县"),
        ("平潭综合实验区教育局", "平潭县教育局"),
        ("平潭综合实验区管委会办公室", "平潭综合实验区管委会"),
        ("卧龙区七一街道党工委", "卧龙区七一街道办事处"),
        ("卧龙区青华镇党委", "卧龙区青华镇人民政府"),
        ("南阳市公安局卧龙分局", "南阳市公安局"),
        ("卧龙区人民政府办公室", "卧龙区人民政府"),
        ("南阳高新区管委会办公室", "南阳高新区管委会"),
    ],
)
def test_organs_that_share_a_division_are_not_one(one: str, other: str) -> None:
    found = organ(one), organ(other)
    assert found[0].division_code == found[1].division_code is not None
    assert found[0].identity != found[1].identity


def test_the_names_of_a_zone_that_covers_a_county_are_one_organ_below_the_countys_superior() -> None:
    names = ("平潭综合实验区", "平潭综合实验区管委会", "福建省平潭综合实验区管理委员会")
    assert {organ(name).identity for name in names} == {"350128|平潭综合实验区"}
    above = government(organ("平潭综合实验区教育局").parent or "")
    assert above is not None
    assert (above.canonical, above.parent) == ("福建省福州市平潭综合实验区管理委员会", "350100|")


def test_the_chain_of_governments_ends_at_the_province() -> None:
    chain = [organ("正定县教育局").parent]
    while chain[-1] is not None:
        above = government(chain[-1])
        assert above is not None
        chain.append(above.parent)
    assert chain == ["130123|", "130100|", "130000|", None]


def test_former_divisions_keep_their_codes_and_name_their_successors() -> None:
    assert organ("密云县人民政府").division_code == "110228"
    for change in history.changes():
        assert all(code in index().by_code for code in change.successors), change
    assert named("洪泽县").one is not None


@pytest.mark.parametrize(
    ("title", "period", "published", "year", "conflict"),
    [
        (2022, 2022, None, 2022, False),
        (2022, 2021, None, 2022, True),
        (2022, 2021, dt.date(2026, 5, 4), 2022, True),
        (2022, 2021, dt.date(2023, 1, 20), 2022, True),
        (2022, 2021, dt.date(2022, 1, 20), 2021, True),
        (None, 2020, None, 2020, False),
        (None, None, None, None, False),
    ],
)
def test_years(
    title: int | None, period: int | None, published: dt.date | None, year: int | None, conflict: bool
) -> None:
    told = years.reported(title, period, published, None)
    assert told.year == year
    assert bool(told.findings) is conflict


def test_taught_organs_win(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "organs.csv").write_text(
        "name,kind,level,division_code,source\n某开发区管理局,other,county,411303,its own page\n", encoding="utf-8"
    )
    (tmp_path / "organ_aliases.csv").write_text(
        "alias,host,name,source\n区管理局,kfq.gov.cn,某开发区管理局,its own page\n", encoding="utf-8"
    )
    assert known_organs.problems(tmp_path) == []
    known = known_organs.known(tmp_path)
    monkeypatch.setattr(known_organs, "known", lambda: known)
    assert organ("区管理局", (), "kfq.gov.cn").canonical == "某开发区管理局"
    assert organ("区管理局", (), "other.gov.cn").canonical != "某开发区管理局"


@pytest.mark.parametrize(
    ("organs", "aliases", "said"),
    [
        ("甲,planet,county,,x\n", "", "organs.csv:2: kind 'planet'"),
        ("甲,other,county,999999,x\n", "", "organs.csv:2: no division has the code 999999"),
        ("甲,other,county,,x\n甲,other,county,,x\n", "", "organs.csv:3: 甲 is already in line 2"),
        ("", "乙,,甲,x\n", "organ_aliases.csv:2: 甲 is not in organs.csv"),
        ("甲,other\n", "", "organs.csv:2: a row of other than 5 columns"),
    ],
)
def test_what_is_taught_wrongly_is_said_with_its_line(tmp_path: Path, organs: str, aliases: str, said: str) -> None:
    (tmp_path / "organs.csv").write_text(f"name,kind,level,division_code,source\n{organs}", encoding="utf-8")
    (tmp_path / "organ_aliases.csv").write_text(f"alias,host,name,source\n{aliases}", encoding="utf-8")
    assert any(problem.startswith(said) for problem in known_organs.problems(tmp_path)), known_organs.problems(tmp_path)


def test_the_files_in_the_project_are_well() -> None:
    assert known_organs.problems() == []


def test_evidence_is_weighed() -> None:
    pair = (Mention("a", frozenset(["350102"]), False), Mention("b", frozenset(["320106"]), False))
    assert organ("鼓楼区教育局", pair).division_code is None
    assert organ("鼓楼区教育局", pair[:1]).division_code == "350102"


@pytest.mark.parametrize(
    ("meta", "lines", "url", "date", "told"),
    [
        ({"pubdate": "2024-01-30 10:00"}, ["发布时间：2024-02-01"], None, (2024, 1, 30), "meta"),
        ({}, ["发布时间：2024-02-01"], "http://a.gov.cn/t20240303_1.html", (2024, 2, 1), "info line"),
        ({}, ["成文日期：2024-01-08", "发布日期：2024-02-01"], None, (2024, 2, 1), "info line"),
        ({}, ["统计时间：2023-01-01"], "http://a.gov.cn/xxgk/t20240303_1.html", (2024, 3, 3), "url"),
        ({}, [], "http://a.gov.cn/2024-01/22/content_5.html", (2024, 1, 22), "url"),
        ({}, ["时间：2024-02-30"], None, None, None),
    ],
)
def test_the_day_of_publication_and_what_told_it(
    meta: dict[str, str], lines: list[str], url: str | None, date: tuple[int, int, int] | None, told: str | None
) -> None:
    assert dates.published(meta, lines, url) == (dt.date(*date) if date else None, told)


@pytest.mark.parametrize(
    ("made", "year", "date"),
    [
        ("D:20240226144123+08'00'", 2023, dt.date(2024, 2, 26)),
        ("D:20240226", 2020, None),  # converted years later
        ("D:20240226", None, None),
        ("yesterday", 2023, None),
    ],
)
def test_a_pdf_made_in_the_year_after_tells_its_day(made: str, year: int | None, date: dt.date | None) -> None:
    assert dates.created({"creationdate": made}, year) == date


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("正定县公安局(城南分局)", "正定县公安局"),
        ("正定县公安局（经侦大队）", "正定县公安局"),
        ("卧龙区管委会", "卧龙区人民政府"),
        ("卧龙区管理委员会", "卧龙区人民政府"),
        ("中共正定县正定镇委员会", "正定县正定镇人民政府"),
    ],
)
def test_a_part_a_party_committee_and_a_zones_committee_are_organs_of_their_own(one: str, other: str) -> None:
    assert organ(one).identity != organ(other).identity


def test_what_stands_in_brackets_beside_a_name_is_no_part_of_it() -> None:
    assert organ("正定县教育局（本级）").identity == organ("正定县教育局").identity


def test_a_title_that_names_nobody_is_not_its_sites_government() -> None:
    found = identify("2023年政府信息公开工作年度报告", "http://www.fjax.gov.cn/jy/a.html")
    assert (found.organ, found.organ_canonical, found.division) == (None, None, "福建省泉州市安溪县")
    assert found.candidates == ("福建省泉州市安溪县人民政府",)


@pytest.mark.parametrize(
    ("title", "organ", "code"),
    [
        ("高新区(新市区)政府2020年信息公开工作年度报告", "高新区(新市区)政府", "650104"),  # 保定's 新市区 ended in 2015
        (
            "桥东区人民政府2022年政府信息公开工作年度报告",
            "桥东区人民政府",
            "130702",
        ),  # two others of the province had ended
        ("桥东区人民政府2012年政府信息公开工作年度报告", "桥东区人民政府", None),
        ("巢湖市2009年政府信息公开工作年度报告", "巢湖市", "341400"),
        ("巢湖市2019年政府信息公开工作年度报告", "巢湖市", "340181"),
        ("米林县人民政府2014年政府信息公开工作年度报告", "米林县人民政府", "542623"),
    ],
)
def test_divisions_of_one_name_are_told_by_the_year(title: str, organ: str, code: str | None) -> None:
    found = identify(title)
    assert (found.organ, found.division_code) == (organ, code)
    assert code is not None or found.candidates


@pytest.mark.parametrize(
    "title",
    [
        "关于海淀区人民政府2022年政府信息公开工作年度报告的问答解读",
        "《海淀区人民政府2022年政府信息公开工作年度报告》图解",
    ],
)
def test_an_explanation_is_no_report_but_says_whose_it_explains(title: str) -> None:
    found = identify(title)
    assert (found.report, found.organ, found.year) == (False, "海淀区人民政府", 2022)


def test_a_host_outlives_the_name_of_its_place() -> None:
    assert identify("2023年政府信息公开工作年度报告", "http://www.hongze.gov.cn/a/b.html").division_code == "320813"
