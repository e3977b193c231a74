"""What the imitation site holds: a shelf for each family of sites, with the reports that must be found on it."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from tests.fetch.reports import NOISE, document, item, listing, report, title

HTML = "text/html; charset=utf-8"


@dataclass(frozen=True)
class Resource:
    """One answer. `how`: plain | slow | reset | short | limited | flaky (the last four only the first time)."""

    body: bytes
    kind: str = HTML
    status: int = 200
    location: str | None = None
    how: str = "plain"


class Wanted(NamedTuple):
    """A report that must be found: whose, and of which year."""

    organ: str
    year: int


@dataclass
class Shelf:
    """One source of the site: what it is registered as, what lies there, which reports and files must come of it.

    `refused`: links that look like reports and give none, with a word of the reason. `pages`: how many listing pages there are to
    look at, the interfaces that answer for them among them; no other may be asked for.
    """

    name: str
    listing: str
    resources: dict[str, Resource] = field(default_factory=dict)
    reports: dict[str, Wanted] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)  # file → the report's page that links it
    refused: dict[str, str] = field(default_factory=dict)
    source: dict[str, Any] = field(default_factory=dict)
    pages: int = 1

    def put(self, path: str, text: str | bytes, **more: Any) -> None:
        self.resources[path] = Resource(text if isinstance(text, bytes) else text.encode(), **more)

    def report(self, path: str, organ: str, year: int, count: int, **more: Any) -> tuple[str, str, str]:
        """Put a report; gives what a listing says of it: address, text, day."""
        self.put(path, report(organ, year, count), **more)
        self.reports[path] = Wanted(organ, year)
        return path, title(organ, year), f"{year + 1}-01-{10 + count % 15:02d}"


def trs(night: int) -> Shelf:
    """Static pages counted by a script, noise between the reports, and one report that changes on the third night."""
    shelf = Shelf("trs", "/trs/zfxxgknb/index.html", pages=3)
    items = [
        shelf.report(f"/trs/zfxxgknb/{year + 1}01/t{year + 1}0122_{number}.html", organ, year, number + (night >= 3) * (number == 100))
        for number, (organ, year) in enumerate(((o, y) for o in ("甲县教育局", "甲县民政局") for y in range(2023, 2018, -1)), 100)
    ]  # fmt: skip
    noise = [(f"/trs/zfxxgknb/202401/{address}", text, day) for address, text, day in NOISE]
    rows = [item(*each) for each in items[:4] + noise + items[4:]]
    mirror = item("http://www.example.com/trs/t20240122_1.html", title("甲县水利局", 2023), "2024-01-22")
    pages = [[*rows[:6], mirror], rows[6:12], rows[12:]]
    for number, part in enumerate(pages):
        call = f"<script>createPageHTML({len(pages)}, {number}, 'index', 'html');</script>"
        shelf.put(f"/trs/zfxxgknb/index{f'_{number}' if number else ''}.html", listing(part, more=call))
    for address, text, _ in noise:
        shelf.put(address, document(text, f"<p>{text}</p>" * 30))
    return shelf


def trs_search(night: int) -> Shelf:
    """A first page that is static, and the rest behind the search interface."""
    shelf = Shelf("trs_search", "/search/zfxxgknb/list.htm", pages=4)
    items = [
        shelf.report(f"/search/zfxxgknb/t{year + 1}0301_{year}.htm", "乙县人民政府", year, year - 1900)
        for year in range(2023, 2016, -1)
    ]
    model = (
        "<script>listModel({quickMode: '动静结合', maxStaticIndex: 0, listArgs: {channelid: '229105', classsql: '' || 'chnlid=4559'},"
        f" pagebar: {{prepage: 3, recordCount: '{len(items)}'}}}});</script>"
    )
    shelf.put(shelf.listing, listing([item(*each) for each in items[:3]], more=model))
    for page in range(1, 4):
        docs = [{"title": text, "chnldocurl": path, "time": day} for path, text, day in items[3 * page - 3 : 3 * page]]
        answer = f'{{"count":"{len(items)}","py":\'###\',"docs":{json.dumps(docs, ensure_ascii=False)}}}'
        query = f"channelid=229105&templet=docs.jsp&sortfield=-docorderpri%2C-docreltime&classsql=chnlid%3D4559&prepage=3&page={page}"
        shelf.put(f"/was5/web/search?{query}", answer, kind="text/html;charset=UTF-8")
    return shelf


def jcms(night: int) -> Shelf:
    """A datastore with the first six of nine records, the others from its interface."""
    shelf = Shelf("jcms", "/jcms/col/col1229/index.html", pages=2)
    items = [
        shelf.report(f"/jcms/art/{year + 1}/1/22/art_1229_{year}.html", "丙县公安局", year, year - 1950)
        for year in range(2023, 2014, -1)
    ]
    proxy = "/module/web/jpage/dataproxy.jsp?page=1&appid=1&webid=7&path=/&columnid=1229&unitid=55&permissiontype=0"

    def store(part: list[tuple[str, str, str]]) -> str:
        records = "".join(f"<record><![CDATA[{item(*each)}]]></record>" for each in part)
        return f'<datastore><totalrecord>9</totalrecord><nextgroup><![CDATA[<a href="{proxy}"></a>]]></nextgroup><recordset>{records}</recordset></datastore>'

    inside = f"<div id='55'><script type='text/xml'>{store(items[:6])}</script></div><script>$('#55').jpage({{totalRecord:9, perPage:2}})</script>"
    shelf.put(shelf.listing, listing([], more=inside))
    query = (
        "startrecord=7&endrecord=9&perpage=2&col=1&appid=1&path=%2F&webid=7&columnid=1229&unitid=55&permissiontype=0"
    )
    shelf.put(
        f"/module/web/jpage/dataproxy.jsp?{query}",
        '<?xml version="1.0" encoding="UTF-8"?>' + store(items[6:]),
        kind="text/xml",
    )
    return shelf


def annual_report(night: int) -> Shelf:
    """The endpoint that answers for any year, and has three."""
    address = "/module/xxgk/xxgkAnnualReport.jsp?area=11370826004322760Y&fbtime={}"
    shelf = Shelf("annual_report", address.format(2023), source={"years": (2019, 2024)}, pages=6)
    for year in range(2019, 2025):
        if 2021 <= year <= 2023:
            shelf.report(address.format(year), "丁县人民政府", year, year - 2000)
        else:
            shelf.put(address.format(year), document("政府信息公开年报", "<p>暂无内容</p>"))
    return shelf


def kaipu(night: int) -> Shelf:
    """`post_` articles; the second page is `index_2.html`."""
    shelf = Shelf("kaipu", "/kaipu/zfxxgknb/index.html", pages=2)
    items = [
        item(*shelf.report(f"/kaipu/zfxxgknb/content/post_{year}001.html", "戊区人民政府办公室", year, year - 1990))
        for year in range(2023, 2018, -1)
    ]
    for number in (1, 2):
        call = f"<script>createPageHTML('page_div', 2, {number}, 'index', 'html', 5);</script>"
        shelf.put(
            f"/kaipu/zfxxgknb/index{'' if number == 1 else '_2'}.html",
            listing(items[3 * number - 3 : 3 * number], more=call),
        )
    return shelf


def lonsun(night: int) -> Shelf:
    """The organ's list of years, each the report itself."""
    shelf = Shelf("lonsun", "/public/column/77?type=3&action=list")
    address = "/public/column/77?type=3&action=detail&title={}"
    for year in (2023, 2022, 2021):
        shelf.report(address.format(year), "己镇人民政府", year, year - 2010)
    links = "".join(f"<a href='{address.format(year)}'>{year}年</a>" for year in (2023, 2022, 2021))
    shelf.put(shelf.listing, listing([], more=f"<div class='years'>{links}</div>"))
    return shelf


def gkmlpt(night: int) -> Shelf:
    """The platform's page of scripts and its interface."""
    shelf = Shelf("gkmlpt", "/gkmlpt/index#2151", pages=3)
    items = [
        shelf.report(f"/gkmlpt/content/0/1/post_{year}.html", "庚市统计局", year, year - 1800)
        for year in range(2023, 2018, -1)
    ]
    config = 'window._CONFIG = {SID: \'755041\', TREE: [{"id": 1, "name": "机构职能"}, {"id": 2151, "name": "政府信息公开年报"}]};'
    shelf.put("/gkmlpt/index", document("政府信息公开平台", f"<div id='app'></div><script>{config}</script>"))
    for page in (1, 2):
        articles = [
            {"id": 1, "title": t, "url": p, "created_at": f"{d} 10:00:00"} for p, t, d in items[3 * page - 3 : 3 * page]
        ]
        answer = {"articles": articles, "classify": {"name": "年报", "post_count": 5}, "total": 5}
        shelf.put(f"/gkmlpt/api/all/2151?page={page}&sid=755041", json.dumps(answer), kind="application/json")
    return shelf


def table(night: int) -> Shelf:
    """Organs down, years across, 查看 in the cells."""
    shelf = Shelf("table", "/table/xxgknb.html")
    rows = "<tr><th>单位</th><th>2022年</th><th>2023年</th></tr>"
    for number, organ in enumerate(("辛县财政局", "辛县农业农村局", "辛县城关镇人民政府")):
        cells = ""
        for year in (2022, 2023):
            path, _, _ = shelf.report(f"/table/{number}/{year}.html", organ, year, 300 + number * 10 + year % 10)
            cells += f"<td><a href='{path}'>查看</a></td>"
        rows += f"<tr><td>{organ}</td>{cells}</tr>"
    shelf.put(shelf.listing, listing([], more=f"<table>{rows}</table>"))
    return shelf


def years(night: int) -> Shelf:
    """A folder a year, each a listing of its own, one linked and one in a list box; the titles do not name the year."""
    shelf = Shelf("years", "/years/zfxxgknb/", pages=3)
    box = "<select><option value=''>年份</option><option value='./2023n/'>2023年</option></select>"
    shelf.put(shelf.listing, listing(["<li><a href='./2022n/'>2022年</a></li>"], more=box))
    for year in (2022, 2023):
        path, _, day = shelf.report(f"/years/zfxxgknb/{year}n/202403/8{year}.html", "壬县人民政府", year, year - 1700)
        rows = [item(path, "壬县人民政府政府信息公开工作年度报告", day)]
        shelf.put(f"/years/zfxxgknb/{year}n/", listing(rows, name=f"{year}年政府信息公开年报"))
    return shelf


def organs(night: int) -> Shelf:
    """A site-wide column that lists its organs."""
    shelf = Shelf("organs", "/organs/zfxxgknb/index.html", pages=4)
    names = {"jyj": "癸县教育局", "wjw": "癸县卫生健康委员会", "cgz": "癸县城关镇"}
    shelf.put(shelf.listing, listing([f"<li><a href='./{key}/'>{name}</a></li>" for key, name in names.items()]))
    for number, (key, name) in enumerate(names.items()):
        rows = [
            item(*shelf.report(f"/organs/zfxxgknb/{key}/t{year}0118_1.html", name, year, 500 + number * 10 + year % 10))
            for year in (2022, 2023)
        ]
        shelf.put(f"/organs/zfxxgknb/{key}/", listing(rows))
    return shelf


def in_place(night: int) -> Shelf:
    """A column that shows the newest report, and links the older one."""
    shelf = Shelf("in_place", "/place/xxgknb/index.html")
    shelf.report(shelf.listing, "子县人民政府", 2023, 611)
    path, text, _ = shelf.report("/place/xxgknb/2022001.html", "子县人民政府", 2022, 612)
    whole = (
        shelf.resources[shelf.listing]
        .body.decode()
        .replace("</body>", f"<ul><li><a href='{path}'>{text}</a></li></ul></body>")
    )
    shelf.put(shelf.listing, whole)
    return shelf


FAMILIES = (trs, trs_search, jcms, annual_report, kaipu, lonsun, gkmlpt, table, years, organs, in_place)
