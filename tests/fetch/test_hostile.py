"""Whatever a site sends: no exception, only absolute http(s) addresses that the source may be fetched from, bounds kept."""

from __future__ import annotations

import json
from urllib.parse import urlsplit

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from extract.fetch.discover import address
from extract.fetch.discover.families import FAMILIES
from extract.fetch.discover.links import MAX_REPORTS, attachments, discover
from extract.fetch.discover.listing import MAX_PAGES
from extract.fetch.discover.soft_errors import refusal
from extract.fetch.discover.view import MAX_ANCHORS, MAX_BYTES
from extract.fetch.model import Found, Page, Source
from tests.fetch.pages import URL, column, found

TITLE = "甲县2023年政府信息公开工作年度报告"
PIECES = [
    "<a href='{}'>", "</a>", "<table><tr><td>", "</td></tr></table>", "<iframe src='{}'>", "<base href='{}'>", "<meta name='SiteDomain' content='{}'>",
    "<script>createPageHTML(9, 0, 'index', 'html')</script>", "<script>var countPage = 99999999999</script>", "<datastore><record><![CDATA[", "]]></record>",
    "<option value='{}'>2023年</option>", TITLE, "2023年", "查看", "政府信息公开年报", "甲县教育局", "2024-13-45", "<b>45</b>", "<i>2024-01</i>", "2024.01", "12", "下一页", "当前位置：", "<h2>2023年</h2>",
    "dataproxy.jsp?columnid=1", "totalRecord:99999999", '{"docs":[{"title":"' + TITLE + '","url":"{}"}],"total":1e999}', "window._CONFIG = {SID: '1', TREE: [[[", "总体情况", "\x00", "\ud800",
]  # fmt: skip
ADDRESSES = [
    "t1_1.html", "//[", "http://[::1]/a", "http://a.gov.cn:99999/", "javascript:alert(1)", "data:text/html,x", "mailto:a@b.cn", "file:///etc/passwd", "ftp://a.gov.cn/x", "#", "",
    "http://user:pw@a.gov.cn/", "http://a.gov.cn@evil.com/", "https:///x", "\\\\evil.com\\x", "http://例え.gov.cn/年报.html", "?page=2", "/..//../x", "http://a.gov.cn/\ud800", "x" * 5000, "http://\u2100.gov.cn/",
]  # fmt: skip


def all_addresses(got: Found) -> list[str]:
    return [*(link.url for link in got.reports), *got.pages]


def is_sound(url: str, source: Source) -> bool:
    parts = urlsplit(url)
    return (
        parts.scheme in ("http", "https") and bool(parts.hostname) and parts.username is None and not parts.fragment
        and url.isascii() and not any(c.isspace() for c in url) and address.allowed(url, source)
    )  # fmt: skip


def check(content: bytes, url: str, kind: str | None, family: str | None) -> None:
    source = Source("a", (URL,), family=family, years=(2020, 2022))
    page = Page(url, content, kind)
    got = discover(page, source)
    assert all(is_sound(each, source) for each in all_addresses(got))
    assert len(got.pages) <= MAX_PAGES and len(got.reports) <= MAX_REPORTS
    assert len(set(all_addresses(got))) == len(all_addresses(got))
    assert all(is_sound(link.url, source) for link in attachments(page, source))
    assert refusal(page, 200) is None or refusal(page, 200)


SOUP = st.lists(
    st.one_of(
        st.tuples(st.sampled_from(PIECES), st.sampled_from(ADDRESSES)).map(lambda p: p[0].replace("{}", p[1])),
        st.text(max_size=20),
        st.sampled_from(ADDRESSES).map(lambda a: f"<li><a href='{a}'>{TITLE}</a></li>"),
    ),
    max_size=40,
).map(lambda parts: "".join(parts).encode("utf-8", "surrogatepass"))
KINDS = st.sampled_from(
    [None, "text/html; charset=gbk", "application/json", "text/html; charset=\x00no", "application/pdf"]
)
QUIET = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@QUIET
@given(content=st.binary(max_size=2000), kind=KINDS, family=st.sampled_from([None, *FAMILIES]))
def test_any_bytes(content: bytes, kind: str | None, family: str | None) -> None:
    check(content, URL, kind, family)


@QUIET
@given(content=SOUP, kind=KINDS, family=st.sampled_from([None, *FAMILIES]))
def test_any_soup_of_what_listings_have(content: bytes, kind: str | None, family: str | None) -> None:
    check(content, URL, kind, family)


@QUIET
@given(url=st.one_of(st.text(max_size=60), st.sampled_from(ADDRESSES)), content=SOUP)
def test_any_address_of_the_page(url: str, content: bytes) -> None:
    got = discover(Page(url, content), Source("a", (URL,)))
    assert all(is_sound(each, Source("a", (URL,))) for each in all_addresses(got))


@QUIET
@given(
    base=st.one_of(st.just(URL), st.text(max_size=40)), href=st.one_of(st.text(max_size=60), st.sampled_from(ADDRESSES))
)
def test_an_address_is_absolute_or_none_and_stays_itself(base: str, href: str) -> None:
    url = address.absolute(base, href)
    if url is not None:
        assert urlsplit(url).scheme in ("http", "https")
        assert address.absolute(url, url) == url


@pytest.mark.parametrize(
    "href",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "mailto:a@b.cn",
        "file:///etc/passwd",
        "ftp://a.gov.cn/x",
        "#top",
        "http://u:p@a.gov.cn/",
    ],
)
def test_what_is_no_address(href: str) -> None:
    assert found(column(f"<li><a href='{href}'>{TITLE}</a></li>")).reports == ()


@pytest.mark.parametrize(
    ("href", "url"),
    [
        (" ./a b.html\n", "https://www.jiaxian.gov.cn/zwgk/zfxxgknb/a%20b.html"),
        ("/年报.html", "https://www.jiaxian.gov.cn/%E5%B9%B4%E6%8A%A5.html"),
        ("../x\\y.html#z", "https://www.jiaxian.gov.cn/zwgk/x/y.html"),
        ("//WWW.A.GOV.CN:443/a", "https://www.a.gov.cn/a"),
        ("HTTP://a.gov.cn:80", "http://a.gov.cn/"),
        ("http://a.gov.cn:8080/x?年=1", "http://a.gov.cn:8080/x?%E5%B9%B4=1"),
        ("a%20b.html", "https://www.jiaxian.gov.cn/zwgk/zfxxgknb/a%20b.html"),
    ],
)
def test_addresses_as_pages_write_them(href: str, url: str) -> None:
    assert address.absolute(URL, href) == url


def test_only_hosts_of_the_government_and_those_that_the_source_names() -> None:
    hosts = ["a.gov.cn", "gov.cn", "egov.cn", "a.gov.cn.evil.com", "evilgov.cn", "1.2.3.4", "www.other.cn", "127.0.0.1"]
    body = "".join(f"<li><a href='http://{host}/t1_1.html'>{TITLE}</a></li>" for host in hosts)
    got = found(column(body), hosts=("1.2.3.4:8080", "WWW.other.cn"))
    assert [urlsplit(link.url).hostname for link in got.reports] == ["a.gov.cn", "gov.cn", "1.2.3.4", "www.other.cn"]
    assert [urlsplit(each.url).hostname for each in got.refused] == [
        "egov.cn",
        "a.gov.cn.evil.com",
        "evilgov.cn",
        "127.0.0.1",
    ]
    moved = discover(Page("http://www.evil.com/", column(body).encode()), Source("a", (URL,)))
    assert (moved.reports, moved.pages, len(moved.refused)) == ((), (), 1)


@pytest.mark.parametrize(
    ("domain", "is_own"),
    [
        ("www.jiaxian.gov.cn", True), ("jiaxian.gov.cn", True), ("http://www.jiaxian.gov.cn/", True), ("jyj.jiaxian.gov.cn", True), ("网站域名", True), ("", True),
        ("www.yixian.gov.cn", False), ("www.jiaxian.gov.cn.evil.com", False), ("evil.com", False),
    ],
)  # fmt: skip
def test_the_domain_that_a_page_says_it_is_of(domain: str, is_own: bool) -> None:
    got = found(column(f"<meta name='SiteDomain' content='{domain}'><li><a href='t1_1.html'>{TITLE}</a></li>"))
    assert (len(got.reports), len(got.refused)) == ((1, 0) if is_own else (0, 1))


def test_a_huge_listing_is_cut_and_says_so() -> None:
    many = "".join(f"<li><a href='t1_{n}.html'>{TITLE}</a></li>" for n in range(MAX_ANCHORS + 10))
    got = found(column(many))
    assert len(got.reports) == MAX_REPORTS
    assert {str(MAX_ANCHORS), str(MAX_REPORTS)} <= {word for each in got.refused for word in each.reason.split()}
    padded = found(column("<li><a href='t1_1.html'>" + TITLE + "</a></li>" + " " * MAX_BYTES + many[:100]))
    assert len(padded.reports) == 1
    assert any("MB" in each.reason for each in padded.refused)


@pytest.mark.parametrize(
    "script",
    ['createPageHTML(99999999, 0, "index", "html")', "var countPage = 999999999", "createPageHTML('p', 99999999, 1, 'index', 'html')",
     "listModel({maxStaticIndex: 999999, pagebar: {prepage: 1, recordCount: '999999999'}})",
     "jpage({totalRecord:999999999,perPage:1,proxyUrl:'/dataproxy.jsp?columnid=1'})"],
)  # fmt: skip
def test_a_listing_that_claims_endless_pages_is_cut_and_says_so(script: str) -> None:
    got = found(column(f"<datastore></datastore><script>{script}</script>"))
    assert len(got.pages) == MAX_PAGES
    assert any("pages" in each.reason for each in got.refused)


def test_an_answer_that_claims_endless_pages_is_cut_and_says_so() -> None:
    body = json.dumps({"docs": [{"title": TITLE, "url": "/t1_1.html"}], "count": 10**12})
    got = found(body, url="https://www.jiaxian.gov.cn/search?page=1", kind="application/json")
    assert len(got.pages) == MAX_PAGES
    assert len(got.refused) == 1


@pytest.mark.parametrize(
    "content",
    [
        "<div>" * 200_000 + f"<a href='t1_1.html'>{TITLE}</a>",
        "<table><tr><td>" * 20_000,
        "<record>" * 300_000,
        "[" * 500_000,
        '{"data":' * 200_000,
        "<table>" + "<tr><td rowspan='99999' colspan='99999'><a href='a'>查看</a></td></tr>" * 2_000 + "</table>",
        "<div class='position'>" * 5_000 + "当前位置",
        "<h3>2023年</h3>" * 50_000 + "<a href='a.html'>x</a>" * 20_000,
        "<li><a href='a.html'>x</a>" + "<i></i>" * 300_000 + "<a href='b.html'>y</a></li>",
        "<script>" + "createPageHTML(" * 200_000 + "</script>",
        "<script>" + "'dataproxy.jsp" * 100_000 + "</script>",
        "<script>" + "setTimeout(document.cookie" * 100_000 + "</script>",
        "<a href='" + "../" * 300_000 + "'>x</a>",
        "<select>" + "<option value='a.html'>2023年</option>" * 100_000,
        "信息公开" * 500_000,
        "<a href='x.html' title='" + "2023年" * 200_000 + "'>y</a>",
    ],
    ids=["deep", "tables", "records", "brackets", "objects", "spans", "crumbs", "headings", "wide", "calls", "proxies", "jumps", "dots", "options", "words", "title"],
)  # fmt: skip
def test_pages_made_to_choke(content: str) -> None:
    check(column(content).encode() if content[0] == "<" else content.encode(), URL, None, None)
