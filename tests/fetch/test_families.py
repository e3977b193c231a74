"""One fixture a family and variant: what the page's scripts, data and addresses hide."""

from __future__ import annotations

import json

from extract.fetch.discover.families import FAMILIES
from extract.fetch.discover.links import discover
from extract.fetch.model import Page, Source
from tests.conftest import ROOT
from tests.fetch import hazards
from tests.fetch.pages import column, found, reads, told
from tests.fetch.reports import report

NB = "https://www.jiaxian.gov.cn/zwgk/zfxxgknb/"


def test_each_family_is_one_module_and_one_line() -> None:
    modules = {file.stem for file in (ROOT / "extract" / "fetch" / "discover" / "families").glob("*.py")} - {"__init__"}
    assert modules - set(FAMILIES) == set(), "a line in SYSTEMS or LAYOUTS of families/__init__.py"
    assert set(FAMILIES) - modules == set(), "a module in families/"
    assert [name for name, family in FAMILIES.items() if name != family.name] == []


def test_each_family_has_a_shelf_with_a_page_of_it() -> None:
    """A shelf whose links every page shows would be walked without the family."""
    elsewhere = {"answers": "trs_search", "tables": "table"}
    shelves = {shelf.name: shelf for shelf in hazards.every(1)}
    assert {elsewhere.get(name, name) for name in FAMILIES} - set(shelves) == set(), "a shelf in tests/fetch/shelves.py"
    host = "https://www.jiaxian.gov.cn"
    unread = []
    for name in FAMILIES:
        shelf = shelves[elsewhere.get(name, name)]
        source = Source(shelf.name, (host + shelf.listing,), **shelf.source)
        pages = [Page(host + path, found.body, found.kind) for path, found in shelf.resources.items()]
        if not any(reads(name, page, source) for page in pages):
            unread.append(name)
    assert unread == [], "a page on the shelf of which the family itself finds something"


def test_trs_counts_its_static_pages() -> None:
    for script in (
        'createPageHTML(4, 0, "index", "html");',
        "createPageHTML(4,0,'index','html',57);",
        "var currentPage = 0;//所在页从0开始\nvar countPage = 4//共多少页",
        "createPageHTML(4, 0, 'index', 'html');",
    ):
        assert found(column(f"<script>{script}</script>")).pages == tuple(f"{NB}index_{n}.html" for n in (1, 2, 3))
    assert found(column('<script>createPageHTML(4, 2, "index", "html")</script>'), url=NB + "index_2.html").pages == ()
    from_one = found(column("<script>createPageHTML(3, 1, 'index', 'shtml');</script>"), url=NB)
    assert from_one.pages == (f"{NB}index_2.shtml", f"{NB}index_3.shtml")
    assert found(column('<script>createPageHTML(1, 0, "index", "html")</script>')).pages == ()


def test_trs_names_the_file_of_its_listing() -> None:
    markup = column("<a href='nlist.htm'>年报</a><script>var countPage = 3;</script>")
    assert found(markup, url=NB).pages[:2] == (f"{NB}nlist_1.htm", f"{NB}nlist_2.htm")


def test_trs_asks_its_search_interface_where_the_page_says_how() -> None:
    model = "maxStaticIndex: 1, listArgs: {{channelid: {}, classsql: '' || 'chnlid=1813'}}, pagebar: {{prepage: 10, recordCount: '45'}}"
    known = found(column(f"<script>listModel({{{model.format('229105')}}}, '/was5/web/search')</script>"))
    assert known.pages == (
        f"{NB}index_1.html",
        "https://www.jiaxian.gov.cn/was5/web/search?channelid=229105&templet=docs.jsp&sortfield=-docorderpri%2C-docreltime&classsql=chnlid%3D1813&prepage=10&page=1",
    )
    hidden = found(column(f"<script>listModel({{{model.format('SiteInfo.searchId')}}})</script>"))
    assert hidden.pages == (f"{NB}index_1.html",)
    assert "channel" in hidden.refused[0].reason


def test_lists_inside_scripts() -> None:
    items = json.dumps([{"infolist": ITEMS}], ensure_ascii=False)
    got = found(column(f"<script>var a = {{'b': 1}}; var dataList={items};</script>"))
    assert [link.year for link in got.reports] == [2023, 2022]
    assert got.pages == ()


ITEMS = [
    {"doctitle": "甲县<em>2023</em>年政府信息公开工作年度报告", "docpuburl": "https://www.jiaxian.gov.cn/t1_1.html", "docreltime": "2024-01-22 10:00:00"},
    {"doctitle": "甲县召开政府信息公开年度报告编制会", "docpuburl": "https://www.jiaxian.gov.cn/t1_2.html", "docreltime": "2024-01-21"},
    {"doctitle": "2022年度报告", "docpuburl": "./t1_3.html", "docreltime": 1675036800000},
]  # fmt: skip


def test_answers_of_search_interfaces() -> None:
    asked = "https://www.jiaxian.gov.cn/was5/web/search?channelid=1&prepage=3&page={}"
    for body in (
        json.dumps({"data": ITEMS, "total": 8}),
        json.dumps({"code": 200, "result": {"list": ITEMS, "total": "8"}}),
        "callback(" + json.dumps({"docs": ITEMS, "count": "8"}) + ");",
        '{"count":"8","py":\'###\',"docs":' + json.dumps(ITEMS, ensure_ascii=False) + "}",
    ):
        got = found(body, url=asked.format(1), kind="application/json")
        assert [(link.year, str(link.published)) for link in got.reports] == [
            (2023, "2024-01-22"),
            (2022, "2023-01-30"),
        ]
        assert got.pages == (asked.format(2), asked.format(3))
        assert found(body, url=asked.format(2), kind="application/json").pages == ()


def test_jcms_reads_the_datastore() -> None:
    record = "<record><![CDATA[<li><span>[2024-01-22]</span><a href=\"/art/2024/1/22/art_1_{0}.html\" title='{1}' >{1}</a></li>]]></record>"
    records = record.format(1, "甲县2023年政府信息公开工作年度报告") + record.format(2, "甲县召开会议")
    store = f'<datastore><nextgroup><![CDATA[<a href="/module/jpage/dataproxy.jsp?page=1&amp;appid=1&amp;webid=3&amp;columnid=12&amp;unitid=9"></a>]]></nextgroup><recordset>{records}</recordset></datastore>'
    url = "https://www.jiaxian.gov.cn/col/col12/index.html"
    got = found(
        column(
            f"<div><script type='text/xml'>{store}</script></div><script>jpage({{totalRecord:61,perPage:15}})</script>"
        ),
        url=url,
    )
    assert told(got.reports) == [("/art/2024/1/22/art_1_1.html", 2023, None)]
    assert str(got.reports[0].published) == "2024-01-22"
    assert [page.partition("?")[2].partition("&col=")[0] for page in got.pages] == [
        "startrecord=3&endrecord=47&perpage=15", "startrecord=48&endrecord=61&perpage=15",
    ]  # fmt: skip
    assert "columnid=12" in got.pages[0] and "unitid=9" in got.pages[0] and "webid=3" in got.pages[0]


def test_jcms_in_other_wrappings() -> None:
    item = '<li><a href="/art/2024/art_0a.html">甲县2023年政府信息公开工作年度报告<span>2024-01-22</span></a></li>'
    record = (
        f"<datastore><totalrecord>1</totalrecord><recordset><record><![CDATA[{item}]]></record></recordset></datastore>"
    )
    for body, kind in (
        ("raw(" + json.dumps({"result": record}) + ")", "text/javascript"),
        (f"<script type='text/xml'><datastore><![CDATA[\n{item}\n]]></datastore></script>", "text/html"),
        (
            record.replace("<![CDATA[", "")
            .replace("]]>", "")
            .replace(item, item.replace("<", "&lt;").replace(">", "&gt;")),
            "text/xml",
        ),
    ):
        got = found(body, url="https://www.jiaxian.gov.cn/module/web/jpage/dataproxy.jsp?page=1", kind=kind)
        assert [(link.year, str(link.published)) for link in got.reports] == [(2023, "2024-01-22")]


def test_jcms_takes_the_fields_of_its_interface_from_the_script() -> None:
    script = "jpage({proxyUrl:'/module/web/jpage/dataproxy.jsp',totalRecord:20,perPage:5,dataParam:{columnid:'31',unitid:'77',webid:'2',col:1}})"
    got = found(column(f"<datastore></datastore><script>{script}</script>"))
    assert [page.partition("?")[2] for page in got.pages] == [
        f"startrecord={first}&endrecord={last}&perpage=5&col=1&appid=1&path=%2F&columnid=31&unitid=77&webid=2"
        for first, last in ((1, 15), (16, 20))
    ]  # fmt: skip


def test_the_annual_report_endpoint_is_enumerated_by_the_years_of_the_source() -> None:
    url = "https://www.jiaxian.gov.cn/module/xxgk/xxgkAnnualReport.jsp?area=11370826004322760Y&fbtime={}"
    got = found(report("甲县人民政府", 2023, 5), url=url.format(2023), years=(2021, 2024))
    assert told(got.reports) == [(url.format(2023).partition(".gov.cn")[2], 2023, None)]
    assert got.pages == tuple(url.format(year) for year in (2024, 2022, 2021))
    empty = found(column("<p>暂无内容</p>"), url=url.format(2024), years=(2024, 2024))
    assert empty.reports == ()
    linked = found(column(f"<a href='{url.format(2020)}'>2020年</a>"))
    assert [link.year for link in linked.reports] == [2020]


def test_the_annual_report_endpoint_with_a_report_of_the_old_kind() -> None:
    """Before 2014 there was no form: text under the title."""
    url = "https://www.jiaxian.gov.cn/module/xxgk/xxgkAnnualReport.jsp?area=001&fbtime=2010"
    text = "我乡严格按照条例的要求，积极做好政府信息公开工作，全年主动公开政府信息二十条。" * 15
    assert [
        link.year for link in found(column(f"<h1>溪下乡2010年政府信息公开年度报告</h1><p>{text}</p>"), url=url).reports
    ] == [2010]


def test_lonsun() -> None:
    base = "https://www.jiaxian.gov.cn/public/column/118322899?type={}"
    links = "".join(
        f"<a href='{base.format(each)}'>x</a>"
        for each in ("3&amp;action=detail&amp;title=2022", "2&amp;action=detail&amp;title=2022", "4&amp;action=list")
    )
    got = found(column(links), url=base.format("3&action=list"), years=(2021, 2023))
    assert told(got.reports) == [("/public/column/118322899?type=3&action=detail&title=2022", 2022, None)]
    assert got.pages == tuple(base.format(f"3&action=detail&title={year}") for year in (2023, 2021))


def test_gkmlpt_names_its_column() -> None:
    tree = [
        {"id": 1, "name": "机构职能", "children": []},
        {"id": 2, "name": "政府信息公开年报", "children": [{"id": 21, "name": "2022"}, {"id": 22, "name": "2023"}]},
    ]
    markup = f"<html><body><div id='app'></div><script>window._CONFIG = {{SID: '662021', TREE: {json.dumps(tree)}, x: 1}}</script></body></html>"
    url = "http://www.yangjiang.gov.cn/yjzjj/gkmlpt/index"
    api = "http://www.yangjiang.gov.cn/yjzjj/gkmlpt/api/all/{}?page=1&sid=662021"
    assert found(markup, url=url).pages == (api.format(21), api.format(22))
    assert found(markup, url=url + "#721").pages == (api.format(721),)
    registered = Source("a", (f"{url}#721", f"{url}#722"))
    assert discover(Page(url, markup.encode()), registered).pages == (api.format(721), api.format(722))
    nameless = found(markup.replace("年报", "x").replace("\\u5e74\\u62a5", "x"), url=url)
    assert nameless.pages == ()
    assert "#" in nameless.refused[0].reason


def test_kaipu_counts_from_one() -> None:
    markup = column(
        "<a href='content/post_1.html'>x</a><script>createPageHTML('page_div',3, 1,'index','html',41);</script>"
    )
    assert found(markup).pages == (f"{NB}index_2.html", f"{NB}index_3.html")


def test_plain_page_links() -> None:
    bar = "<div><a href='index.html'>1</a><a href='index_1.html'>2</a><a href='index_2.html'>3</a><a href='index_1.html'>下一页</a><a href='/zt/9.html'>9</a></div>"
    assert found(column(bar)).pages == (f"{NB}index_1.html", f"{NB}index_2.html")
    query = "<a href='?page=2'>&gt;</a><a href='?page=9'>尾页</a><a href='?page=99999'>末页</a>"
    assert found(column(query), url="https://www.jiaxian.gov.cn/list.jsp?page=1").pages == (
        "https://www.jiaxian.gov.cn/list.jsp?page=2", "https://www.jiaxian.gov.cn/list.jsp?page=9",
    )  # fmt: skip
    numbers = "<a href='1.html'>1</a><a href='2.html'>2</a><a href='81234.html'>9</a>"
    assert found(column(numbers), url=NB + "1.html").pages == (f"{NB}2.html",)
    choice = "<select onchange='go()'><option value='index.html'>1</option><option value='index_1.html'>第2页</option></select>"
    assert found(column(choice)).pages == (f"{NB}index_1.html",)


def test_a_listing_inside_a_frame_and_behind_a_refresh() -> None:
    assert found(column("<iframe src='list.html'></iframe><iframe src='//map.example.com/x'></iframe>")).pages == (
        f"{NB}list.html",
    )
    assert found("<meta http-equiv='refresh' content='0; url=/new/nb/'>").pages == (
        "https://www.jiaxian.gov.cn/new/nb/",
    )


def test_links_that_a_script_opens() -> None:
    text = "甲县2023年政府信息公开工作年度报告"
    markup = column(
        f"<a href='javascript:void(0)' onclick=\"window.open('./t2_1.html')\">{text}</a><a href=\"javascript:go('/t2_2.html')\">{text}</a>"
    )
    assert [link.url for link in found(markup).reports] == [f"{NB}t2_1.html", "https://www.jiaxian.gov.cn/t2_2.html"]


def test_tables_say_year_and_organ() -> None:
    rows = (
        "<tr><td rowspan='2'>镇街</td><td>单位</td><td>2022年度</td><td>2023年度</td></tr>"
        "<tr><td>甲县城关镇</td><td><a href='a22.html'>查看</a></td><td>—</td></tr>"
        "<tr><td>部门</td><td>甲县财政局</td><td><a href='b22.html'>点击查看</a></td><td><a href='b23.html'>2023年度</a></td></tr>"
        "<tr><td></td><td><a href='http://czj.jiaxian.gov.cn/'>甲县财政局</a></td><td></td><td></td></tr>"
    )
    got = found(column(f"<table>{rows}</table>"))
    assert told(got.reports) == [
        ("/zwgk/zfxxgknb/a22.html", 2022, "甲县城关镇"),
        ("/zwgk/zfxxgknb/b22.html", 2022, "甲县财政局"),
        ("/zwgk/zfxxgknb/b23.html", 2023, "甲县财政局"),
    ]
    elsewhere = found(f"<html><title>权责清单</title><table>{rows.replace('a22', 'x')}</table></html>")
    assert elsewhere.reports == ()


def test_a_table_with_years_down() -> None:
    rows = "<tr><th>年度</th><th>年报</th></tr><tr><td>2023年</td><td><a href='1.html'>甲县财政局</a></td></tr>"
    got = found(column(f"<table>{rows}</table>"))
    assert told(got.reports) == [("/zwgk/zfxxgknb/1.html", 2023, "甲县财政局")]


def test_years_to_choose_from() -> None:
    box = "<select><option value=''>选择年份</option><option value='/nb/2022/'>2022年</option><option value='2021'>2021</option></select>"
    assert found(column(box)).pages == ("https://www.jiaxian.gov.cn/nb/2022/",)
    tabs = "<a href='./2022n/'>2022年</a><a href='./2023n/index.html'>2023</a><a href='t1_23.html'>2021年度</a>"
    got = found(column(tabs))
    assert got.pages == (f"{NB}2022n/", f"{NB}2023n/index.html")
    assert told(got.reports) == [("/zwgk/zfxxgknb/t1_23.html", 2021, None)]


def test_organs_of_a_site_wide_column() -> None:
    body = (
        "<div class='list'><a href='./jyj/'>甲县教育局</a><a href='/bm/wjw/zfxxgknb/'>甲县卫健委</a><a href='t20240122_7.html'>甲县民政局</a>"
        "<a href='/bm/slj/'>甲县水利局</a></div><div class='footer'><a href='/nb/1/'>乙县人民政府</a></div><a href='http://www.fj.gov.cn/nb/'>福建省人民政府</a>"
    )
    got = found(column(body))
    assert got.pages == (f"{NB}jyj/", "https://www.jiaxian.gov.cn/bm/wjw/zfxxgknb/")
    assert told(got.reports) == [("/zwgk/zfxxgknb/t20240122_7.html", None, "甲县民政局")]
    assert found(f"<html><title>机构设置</title>{body}</html>").pages == ()


def test_a_column_that_shows_the_report() -> None:
    got = found(report("甲县人民政府", 2023, 5))
    assert [(link.url, link.year) for link in got.reports] == [(NB + "index.html", 2023)]
    stale = report("甲县人民政府", 2023, 5).replace(
        "<p>一、总体情况", "<p>本报告数据自2022年1月1日起至2022年12月31日止。</p><p>一、总体情况"
    )
    assert [link.year for link in found(stale).reports] == [2023]
    bare = (
        report("甲县人民政府", 2023, 5)
        .replace("甲县人民政府2023年政府信息公开工作年度报告", "年报")
        .replace("<p>一、总体情况", "<p>自2022年1月1日起至2022年12月31日止</p><p>一、总体情况")
    )
    assert [link.year for link in found(bare).reports] == [2022]


def test_a_column_that_shows_the_report_as_a_file() -> None:
    body = (
        "<h1>甲县教育局2023年政府信息公开工作年度报告</h1><iframe src='/pdfjs/web/viewer.html?file=/u/a.pdf'></iframe>"
    )
    assert [(link.url, link.year, link.follow) for link in found(column(body)).reports] == [
        (NB + "index.html", 2023, True)
    ]
    assert found(column(body.replace("甲县教育局", ""))).reports == ()  # the name of a year's column


def test_headings_over_groups_of_links() -> None:
    by_organ = "<h3>甲县教育局</h3><ul><li><a href='a1.html'>2023年度</a></li></ul><h3>甲县民政局</h3><ul><li><a href='b1.html'>2023年度</a></li></ul>"
    assert told(found(column(f"<div>{by_organ}</div>")).reports) == [
        ("/zwgk/zfxxgknb/a1.html", 2023, "甲县教育局"), ("/zwgk/zfxxgknb/b1.html", 2023, "甲县民政局"),
    ]  # fmt: skip
    by_year = "<dl><dt>2023年</dt><dd><a href='a1.html'>甲县教育局</a></dd><dt>2022年</dt><dd><a href='b1.doc'>甲县教育局</a></dd></dl>"
    assert told(found(column(by_year)).reports) == [
        ("/zwgk/zfxxgknb/a1.html", 2023, "甲县教育局"), ("/zwgk/zfxxgknb/b1.doc", 2022, "甲县教育局"),
    ]  # fmt: skip
    published = "<h3>2024年</h3><ul><li><a href='a1.html'>甲县教育局</a><span>2024-01-22</span></li></ul>"
    assert told(found(column(published)).reports) == [("/zwgk/zfxxgknb/a1.html", None, "甲县教育局")]


def test_days_beside_links() -> None:
    text = "甲县教育局2023年政府信息公开工作年度报告"
    for item in (
        "<li><div class='date'><b>22</b><span>2024-01</span></div><a href='1.html'>{}</a></li>",
        "<li><i>2024.01</i><em>22</em><a href='1.html'>{}</a></li>",
        "<a href='1.html'><p>{}</p><span>2024-01-22</span><em>查看详情</em></a>",
        "<tr><td><a href='1.html'>{}</a></td><td>2024年1月22日</td></tr>",
        "<li><a href='1.html'><img></a><a href='1.html'>{}</a>[2024/1/22]</li>",
    ):
        markup = column(f"<table><ul>{item.format(text)}{item.format('别的').replace('1.html', '2.html')}</ul></table>")
        assert [(link.year, str(link.published), link.text) for link in found(markup).reports] == [
            (2023, "2024-01-22", text)
        ], item


def test_menus_do_not_lead_into_the_columns_of_others() -> None:
    menu = "<ul><li><a href='/zfxxgknb/'>政府信息公开年报</a></li></ul>"
    item = "<li><a href='t1_1.html'>甲县教育局2023年政府信息公开工作年度报告</a><span>2024-01-22</span></li>"
    assert found(column(menu + item)).pages == ()
    home = found(f"<html><title>政务公开</title>{menu}</html>", url="https://www.jiaxian.gov.cn/zwgk/")
    assert home.pages == ("https://www.jiaxian.gov.cn/zfxxgknb/",)


def test_the_standard_tags_are_kept() -> None:
    tags = "<meta name='SITENAME' content='甲县'><meta name='siteidcode' content='3501280001'><meta name='PubDate' content='2024-01-22 10:00'><meta name='x' content='y'>"
    got = found(f"<html><head>{tags}</head></html>")
    assert got.meta == {"SiteName": "甲县", "SiteIDCode": "3501280001", "PubDate": "2024-01-22 10:00"}


def test_wrong_charsets() -> None:
    markup = column("<li><a href='t1_1.html'>甲县2023年政府信息公开工作年度报告</a></li>")
    for content, kind in (
        (markup.encode("gb18030"), "text/html; charset=utf-8"),
        (markup.encode("gbk"), "text/html"),
        (markup.encode(), "text/html; charset=gb2312"),
    ):
        assert [link.year for link in found(content, kind=kind).reports] == [2023]
