"""`ogi site`: its pages in a real browser, from a disk and from loopback; its files; what it refuses."""

from __future__ import annotations

import base64
import csv
import functools
import http.server
import io
import json
import re
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import duckdb
import openpyxl
import pytest

from flows import warehouse
from flows.site import accuracy, writing
from flows.site.writing import NotWritten, write
from tests.flows.conftest import SAMPLES, given_files, run_ogi
from tests.flows.plain_job import plain_job
from tests.formats.programs import Missing
from tests.site.reader import Reader

HOSTILE = "<img src=x onerror=alert(1)>"
NAMES = ("gongshu-2020.html", "gongshu-2021.html", "xiacheng-2020.html", "pingtan-2022.html", "pingtan-2024.html")


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A lake of a few samples; the title of one carries markup, another is in doubt."""
    top = tmp_path_factory.mktemp("lake")
    files = given_files(top / "given", *(name for name in NAMES if (SAMPLES / name).exists()))
    plain_job(str(top / "home"), [str(files)])
    with duckdb.connect(str(top / "home" / "ogi.duckdb")) as con:
        con.execute(
            """update dim_report set title = ? || title, source_url = 'javascript:alert(1)' where "year" = 2024""",
            [HOSTILE],
        )
        con.execute("""update dim_report set quality = 'partial' where "year" = 2022""")
    return top / "home"


@pytest.fixture(scope="module")
def site(lake: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site") / "out"
    done = run_ogi("site", folder, "--home", lake)
    assert (done.returncode, done.stderr) == (0, b""), done.stderr.decode()
    assert done.stdout.decode().strip() == str(folder / "index.html")
    return folder


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reader]:
    try:
        browser = Reader(tmp_path_factory.mktemp("chromium"))
        browser.__enter__()
    except Missing as lacking:
        pytest.skip(f"pages are tried in a browser, with a Chinese font: {lacking}")
    yield browser
    browser.__exit__(None, None, None)


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Nothing is printed."""


@pytest.fixture(scope="module")
def served(site: Path) -> Iterator[str]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(site)))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/index.html"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize("where", ["disk", "loopback"])
def test_a_reader_finds_a_place_and_follows_a_number_to_its_source(
    reader: Reader, site: Path, served: str, where: str
) -> None:
    start = (site / "index.html").as_uri() if where == "disk" else served
    reader.asked.clear()
    reader.complaints.clear()
    reader.open(start + "#/find")
    reader.wait("document.activeElement.id === 'find'")
    reader.type("ptx")  # the initials of 平潭县
    reader.click(".found a", "平潭")
    reader.wait("location.hash === '#/division/350128' && document.querySelectorAll('figure svg').length >= 2")
    told = json.loads((site / "api/division/350128.json").read_text(encoding="utf-8"))["years"]
    year = next(year for year in told if year["year"] == 2022)
    reader.click(f"a[href$='/{year['report_key']}/denied']", str(year["denied"]))
    reader.wait("document.querySelector('#asked b') !== null")
    assert reader.say("document.querySelector('#asked b').textContent") == str(year["denied"])
    text = reader.text()
    assert year["report"]["sha256"] in text and year["report"]["title"] in text
    marked = reader.say("[...document.querySelectorAll('.marked')].map((cell) => Number(cell.innerText))")
    assert len(marked) == 8 and sum(marked) == year["denied"]  # the rows of 不予公开
    base = start.rpartition("/")[0]
    assert [address for address in reader.asked if not address.startswith((base, "data:", "blob:"))] == []
    assert reader.complaints == []


def test_markup_in_a_title_is_text(reader: Reader, site: Path) -> None:
    report = json.loads((site / "api/division/350128.json").read_text(encoding="utf-8"))["years"][-1]
    assert report["report"]["title"].startswith(HOSTILE)
    reader.complaints.clear()
    reader.open(f"{(site / 'index.html').as_uri()}#/report/35/{report['report_key']}")
    reader.wait("document.querySelector('h1').textContent.includes('onerror')")
    assert reader.say("document.querySelectorAll('img, [href^=javascript]').length") == 0
    assert "javascript:alert(1)" in reader.text()  # told, and no link
    assert "<img" not in (site / "data" / "p35.js").read_text(encoding="utf-8")
    assert reader.complaints == []


def test_both_languages_and_every_page(reader: Reader, site: Path) -> None:
    reader.complaints.clear()
    start = (site / "index.html").as_uri()
    for page in (
        "find",
        "division/350128",
        "compare/350128,330105/new",
        "rank/new/county/2022",
        "coverage",
        "coverage/35",
        "heat/denied/county/all",
        "outcomes/350128/share",
        "applicants/350128",
        "methods",
        "nothing/here",
    ):
        reader.say(f"location.hash = '#/{page}'") if page == "nothing/here" else reader.open(f"{start}#/{page}")
        reader.wait("document.getElementById('main').dataset.page !== undefined")
        for _ in range(2):
            language, before = reader.say("document.documentElement.lang"), reader.text()
            reader.click("#language")
            reader.wait(
                f"document.documentElement.lang !== '{language}' && document.body.innerText !== {json.dumps(before)}"
            )
        assert reader.say("document.querySelectorAll('main h1').length") == 1
        assert reader.say(
            "[...document.querySelectorAll('table')].every((t) => t.caption && t.tHead.querySelector('th[scope=col]'))"
        )
        assert reader.say("[...document.querySelectorAll('select, input')].every((one) => one.labels.length === 1)")
    assert reader.complaints == []


def test_a_doubtful_number_looks_so_and_an_outcome_leads_to_its_cell(reader: Reader, site: Path) -> None:
    reader.open(f"{(site / 'index.html').as_uri()}#/heat/refusal_rate/county/all")
    told = json.loads((site / "api/division/350128.json").read_text(encoding="utf-8"))["years"]
    looks = reader.say(
        "Object.fromEntries([...document.querySelectorAll('.heat a')].map((a) => [a.hash, [a.className, a.parentElement.className]]))"
    )
    for year in told:
        link = f"#/report/35/{year['report_key']}/refusal_rate"
        assert looks[link][0] == ("doubtful" if year["quality"] == "partial" else "")
        assert (looks[link][1] == "heat") == (year["quality"] == "partial")
    reader.open(f"{(site / 'index.html').as_uri()}#/outcomes/350128")
    reader.click(f"a[href$='/{told[-1]['report_key']}/cell:denied.internal_affairs:total']")
    reader.wait("document.querySelector('#asked b') !== null")
    marked = reader.say("document.querySelector('.marked').innerText")
    assert marked == reader.say("document.querySelector('#asked b').textContent")


def test_ranks_are_those_of_the_warehouse(reader: Reader, site: Path, lake: Path) -> None:
    with warehouse.connect(lake / "ogi.duckdb") as con:
        ranks = con.execute(
            "select full_name, refusal_rank_in_nation from v_district_rank where \"year\" = 2020 and division_level = 'county' "
            "and refusal_rank_in_nation is not null order by 2, 1"
        ).fetchall()
    reader.open(f"{(site / 'index.html').as_uri()}#/rank/refusal_rate/county/2020")
    reader.wait("document.querySelector('tbody tr') !== null")
    shown = reader.say(
        "[...document.querySelectorAll('tbody tr:not(.small)')].map((r) => [r.cells[0].innerText, Number(r.cells[1].innerText)])"
    )
    assert sorted(map(tuple, shown)) == sorted(ranks) and ranks


def test_a_report_shows_every_cell_as_the_warehouse_has_it(reader: Reader, site: Path, lake: Path) -> None:
    with warehouse.connect(lake / "ogi.duckdb") as con:
        keys = con.execute("select left(division_key, 2), report_key from v_report order by 2").fetchall()
        requests = con.execute("select report_key, outcome_zh, applicant_key, count from v_request_cell").fetchall()
        reviews = con.execute(
            "select f.report_key, p.name_zh, f.count from fact_proceeding as f inner join dim_proceeding as p using (proceeding_key)"
        ).fetchall()
    reader.open((site / "index.html").as_uri() + "#/find")
    if reader.say("OGI.language") != "zh":
        reader.click("#language")
    for part, key in keys:
        reader.say(f"document.querySelector('main').replaceChildren(); location.hash = '#/report/{part}/{key}'")
        reader.wait("document.querySelector('caption') !== null")
        tables = reader.say(
            "Object.fromEntries([...document.querySelectorAll('table')].map((t) => [t.caption.textContent[0], "
            "[...t.tBodies[0].rows].map((r) => [...r.cells].map((c) => (c.querySelector('span') ?? c).firstChild?.textContent ?? ''))]))"
        )
        shown = sorted(int(cell.replace(",", "")) for row in tables["三"] for cell in row[1:8] if cell[:1].isdigit())
        assert shown == sorted(count for of, _, _, count in requests if of == key and count is not None)
        totals = [(row[0], int(row[7].replace(",", ""))) for row in tables["三"] if row[7][:1].isdigit()]
        told = [(row, count) for of, row, who, count in requests if of == key and who == "total" and count is not None]
        assert sorted(totals) == sorted(told)
        fours = [(row[0], int(row[1].replace(",", ""))) for row in tables["四"] if row[1][:1].isdigit()]
        assert sorted(fours) == sorted((name, count) for of, name, count in reviews if of == key and count is not None)
    assert keys


def plain(value: object) -> str:
    """A value of the warehouse as a CSV of the pages says it."""
    if isinstance(value, float):
        value = int(value) if value.is_integer() else round(value, 6)
    return "" if value is None else str(value)


@pytest.mark.filterwarnings("ignore:Workbook contains no default style")
def test_every_view_gives_away_what_its_sql_gives(reader: Reader, site: Path, lake: Path) -> None:
    organ = next(path.stem for path in (site / "api" / "organ").iterdir() if "平潭" in path.read_text(encoding="utf-8"))
    report = json.loads((site / "api/division/350128.json").read_text(encoding="utf-8"))["years"][-1]["report_key"]
    reader.complaints.clear()
    reader.open((site / "index.html").as_uri() + "#/find")
    reader.say(
        "OGI.save = async (name, what, type) => { window.saved = [name, typeof what === 'string' ? what : what.size, type]; }"
    )
    with warehouse.connect(lake / "ogi.duckdb") as con:
        for page in (
            "division/350128", "compare/350128,330105/new", "rank/refusal_rate/county/2022", "rank/new/county/2020/33", "heat/denied/county/all",
            "heat/refusal_rate/county/33", "outcomes/350128", "outcomes/350128/share", "applicants/350128", f"organ/35/{organ}", f"report/35/{report}",
            "coverage", "coverage/33", "methods", "methods/form",
        ):  # fmt: skip
            reader.say(f"document.querySelector('main').replaceChildren(); location.hash = '#/{page}'")
            reader.click("[data-take=csv]")
            name, text, kind = reader.say("window.saved")
            head, *rows = csv.reader(io.StringIO(text.removeprefix("\ufeff")))
            told = con.execute(reader.say("document.getElementById('sql').textContent"))
            assert (kind, [column[0] for column in told.description]) == ("text/csv", head)
            assert sorted(rows) == sorted([plain(value) for value in row] for row in told.fetchall()), (page, name)
            assert rows, page
    for take, kind in (("svg", "image/svg+xml"), ("png", "image/png"), ("xlsx", "application/vnd.openxmlformats")):
        reader.say("window.saved = null")
        reader.click(f"[data-take={take}]")
        reader.wait("window.saved !== null")
        name, what, told_kind = reader.say("window.saved")
        assert (
            name.endswith(f".{take}")
            and told_kind.startswith(kind)
            and (what if isinstance(what, int) else len(what)) > 1000
        )
    book = reader.say(
        "OGI.book(['key', 'count'], [['012', 5], ['=1+1', null]]).then((b) => b.arrayBuffer()).then((b) => btoa(String.fromCharCode(...new Uint8Array(b))))"
    )
    cells = openpyxl.load_workbook(io.BytesIO(base64.b64decode(book))).active.iter_rows()
    kinds = [[(cell.value, cell.data_type) for cell in row] for row in cells]
    assert kinds == [[("key", "s"), ("count", "s")], [("012", "s"), (5, "n")], [("=1+1", "s"), (None, "n")]]
    assert reader.say("OGI.csv(['a'], [['=1+1'], ['x,\"y\"'], [-3]])").endswith('a\r\n\'=1+1\r\n"x,""y"""\r\n-3\r\n')
    assert reader.complaints == []


def test_json_says_what_the_warehouse_says(site: Path, lake: Path) -> None:
    index = json.loads((site / "api/index.json").read_text(encoding="utf-8"))
    with warehouse.connect(lake / "ogi.duckdb") as con:
        for division in index["divisions"]:
            years = json.loads((site / f"api/division/{division['code']}.json").read_text(encoding="utf-8"))["years"]
            asked = 'select "year", "new", denied, total, report_key::varchar from v_district_year where division_key = ? order by 1'
            told = con.execute(asked, [division["code"]]).fetchall()
            assert [(y["year"], y["new"], y["denied"], y["total"], y["report_key"]) for y in years] == told
    assert index["divisions"]


def test_an_organ_shows_its_editions_and_what_changed(reader: Reader, lake: Path, tmp_path: Path) -> None:
    corrected = tmp_path / "corrected.duckdb"
    shutil.copyfile(lake / "ogi.duckdb", corrected)
    with duckdb.connect(str(corrected)) as con:  # the report of 2022 becomes the first edition of that of 2024
        (first, later, organ) = con.execute(
            """select a.report_key, b.report_key, b.organ_key from dim_report as a inner join dim_report as b using (organ_key)
            where a."year" = 2022 and b."year" = 2024"""
        ).fetchall()[0]
        con.execute('update dim_report set "year" = 2024, is_current = false where report_key = ?', [first])
        con.execute("update dim_report set version = 2, previous_report_key = ? where report_key = ?", [first, later])
        changed = con.execute(
            "select cell, change, value_before, value_after from v_editions where report_key = ? order by 1", [later]
        ).fetchall()
    with warehouse.connect(corrected) as con:
        start = write(con, tmp_path / "out").as_uri()
    told = json.loads((tmp_path / "out" / "api" / "organ" / f"{organ}.json").read_text(encoding="utf-8"))
    assert [report["report_key"] for report in told["reports"]] == [str(later)]
    assert [(one["report_key"], one["version"], one["is_current"]) for one in told["editions"]] == [
        (str(first), 1, False),
        (str(later), 2, True),
    ]
    assert told["editions"][0]["changes"] == []
    assert [tuple(change) for change in told["editions"][1]["changes"]] == changed and changed
    reader.complaints.clear()
    reader.open(f"{start}#/organ/35/{organ}")
    reader.wait("document.querySelectorAll('.editions > li').length === 2")
    assert reader.say("document.querySelectorAll('.editions details li').length") == len(changed)
    assert reader.say("document.querySelectorAll('.editions .current').length") == 1
    assert reader.complaints == []


def luminance(colour: str) -> float:
    """The relative luminance of #rgb or #rrggbb, as WCAG defines it."""
    digits = colour[1:] if len(colour) == 7 else "".join(2 * digit for digit in colour[1:])
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    lower, higher = sorted((luminance(one), luminance(other)))
    return (higher + 0.05) / (lower + 0.05)


def test_texts_and_lines_stand_out_from_their_ground_by_day_and_by_night(site: Path) -> None:
    sheet = (site / "assets/site.css").read_text(encoding="utf-8")
    script = (site / "assets/charts.js").read_text(encoding="utf-8")
    schemes = [dict(re.findall(r"--([\w-]+): (#\w+)", rules)) for rules in re.findall(r":root \{([^}]*)\}", sheet)]
    assert len(schemes) == 3  # by day, by night, printed
    for colours in (schemes[0] | scheme for scheme in schemes):
        grounds = dict.fromkeys(("ink", "quiet", "accent", "doubt"), "paper wash") | {"doubt": "paper doubt-wash"}
        for text, behind in grounds.items():
            assert [ground for ground in behind.split() if contrast(colours[text], colours[ground]) < 4.5] == [], text
    for colours in schemes[:2]:
        assert contrast(colours["quiet"], colours["h0"]) >= 4.5  # a tile without a report
        assert [step for step in range(5) if contrast(colours["ink"], colours[f"h{step}"]) < 4.5] == []
    for name, colours in zip(("LIGHT", "DARK"), schemes[:2], strict=True):
        palette = re.findall(r"#\w{6}", script.split(f"const {name} = ")[1].split("]")[0])
        assert len(palette) == 8
        assert [line for line in [*palette, "#888888"] if contrast(line, colours["paper"]) < 3] == []


def test_no_page_names_an_address_outside(site: Path) -> None:
    texts = [file.read_text(encoding="utf-8") for file in site.rglob("*") if file.suffix in (".html", ".css")]
    assert [found for text in texts for found in re.findall(r"(?:https?:)?//[\w.]+\.\w+", text)] == []


def test_a_folder_with_other_files_is_left_alone(lake: Path, tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("mine", encoding="utf-8")
    (tmp_path / "index.html").write_text("mine", encoding="utf-8")
    done = run_ogi("site", tmp_path, "--home", lake)
    assert done.returncode == 2 and b"--force" in done.stderr and done.stderr.count(b"\n") == 1
    assert (tmp_path / "index.html").read_text(encoding="utf-8") == "mine"


def test_of_a_program_that_nobody_may_write_the_site_may_be_written(
    lake: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    carried = tmp_path / "assets"
    shutil.copytree(writing.ASSETS, carried)
    for path in (carried, *carried.rglob("*")):
        path.chmod(0o555 if path.is_dir() else 0o444)
    monkeypatch.setattr(writing, "ASSETS", carried)
    with warehouse.connect(lake / "ogi.duckdb") as con:
        made = write(con, tmp_path / "site").parent
    assert all(path.stat().st_mode & 0o200 for path in (made, *made.rglob("*")))


@pytest.mark.services
def test_forced_again_an_earlier_site_leaves_nothing_stale(lake: Path, tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("mine", encoding="utf-8")
    with warehouse.connect(lake / "ogi.duckdb") as con:
        write(con, tmp_path, force=True)
        listed = json.loads((tmp_path / "site.json").read_text(encoding="utf-8"))
        stale = tmp_path / "api" / "division" / "999999.json"
        stale.write_text("{}", encoding="utf-8")
        listed["files"] += ["api/division/999999.json", "letter.txt", "api/../letter.txt"]
        (tmp_path / "site.json").write_text(json.dumps(listed), encoding="utf-8")
        write(con, tmp_path, force=True)
    assert not stale.exists() and (tmp_path / "letter.txt").exists()


def test_no_warehouse_an_empty_one_and_another_version_are_one_line_each(lake: Path, tmp_path: Path) -> None:
    done = run_ogi("site", tmp_path / "out", "--home", tmp_path / "none")
    assert done.returncode != 0 and b"ogi run" in done.stderr and done.stderr.count(b"\n") == 1
    other = tmp_path / "other.duckdb"
    shutil.copyfile(lake / "ogi.duckdb", other)
    with duckdb.connect(str(other)) as con:
        con.execute(
            "delete from fact_finding; delete from cell_source; delete from fact_request; delete from dim_report"
        )
    with warehouse.connect(other) as con, pytest.raises(NotWritten, match="no report"):
        write(con, tmp_path / "out")
    with duckdb.connect(str(other)) as con:
        con.execute("update lake_build set views_id = 'older'")
    with warehouse.connect(other) as con, pytest.raises(NotWritten, match="another version"):
        write(con, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_methods_lead_to_what_is_doubtful_and_say_what_was_measured(reader: Reader, site: Path) -> None:
    reader.open(f"{(site / 'index.html').as_uri()}#/methods")
    reader.wait("document.querySelector('main table') !== null")
    tables = reader.say(
        "[...document.querySelectorAll('main table')].map((t) => [...t.tBodies[0].rows].map((r) => [...r.cells].map((c) => c.textContent)))"
    )
    measured = [[row[1], row[3], row[6]] for row in tables[0]]
    assert measured == [[f"{m['documents']:,}", accuracy.share(m), str(m["wrong"])] for m in accuracy.measured()]
    told = json.loads((site / "api/division/350128.json").read_text(encoding="utf-8"))["years"]
    doubtful = next(year for year in told if year["year"] == 2022)
    assert doubtful["quality"] == "partial"
    assert reader.say("document.querySelector('main tbody a').hash").startswith(f"#/report/35/{doubtful['report_key']}")


def test_a_printed_page_has_every_column(reader: Reader, site: Path) -> None:
    """On A4, whose sheet is 718 pixels wide between its margins, a table that is scrolled on a screen would be cut."""
    for language in ("en", "zh"):
        reader.open(f"{(site / 'index.html').as_uri()}#/division/350128")
        reader.wait("document.querySelector('main table') !== null")
        if not reader.say("document.documentElement.lang").startswith(language):
            reader.click("#language")
            reader.wait(f"document.documentElement.lang.startsWith('{language}')")
            reader.wait("document.querySelector('main table') !== null")
        reader.printed(718)
        assert reader.say("document.documentElement.scrollWidth") <= 718
        reader.printed(None)


def test_two_pages_may_ask_for_a_province_at_the_same_time(reader: Reader, site: Path) -> None:
    """As where the language is changed while a page is on its way."""
    reader.open(f"{(site / 'index.html').as_uri()}?anew#/find")
    reader.wait("document.readyState === 'complete' && window.OGI?.part !== undefined")
    keys = reader.say(
        "Promise.all([OGI.part('33'), OGI.part('33')]).then((both) => both.map((p) => p.reports.map((r) => [r.report_key, r.sha256.length])))"
    )
    assert keys[0] == keys[1]
    assert {length for _, length in keys[0]} == {64}
