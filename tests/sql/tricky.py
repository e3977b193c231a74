"""Some twenty reports, each there for a reason: what real publishers do, in as few rows as show it."""

from __future__ import annotations

import datetime as dt

from tests.sql.star_by_hand import Star

ZERO_ROWS = {
    "denied.state_secret": 0,
    "denied.prohibited_by_law": 0,
    "denied.security_and_stability": 0,
    "denied.third_party_rights": 0,
    "denied.enforcement_file": 0,
    "denied.administrative_inquiry": 0,
    "unavailable.needs_creation": 0,
    "unavailable.still_unclear": 0,
    "not_processed.petition_complaint": 0,
    "not_processed.duplicate": 0,
    "not_processed.public_publication": 0,
    "not_processed.excessive": 0,
    "not_processed.confirm_or_reissue": 0,
}
OTHER_LEAVES = {"other.no_correction": 0, "other.fee_unpaid": 0, "other.other": 0}

_: None = None
# Published by 上海市人民政府办公厅 for 2019: blanks stand for zero, and 总计 is blank in every row of 三 but the last.
SHANGHAI_2019: dict[str, list[int | None]] = {
    "new": [821, 35, _, _, 2, 1, 859],
    "carried_in": [18, _, _, _, _, _, 18],
    "granted": [258, 12, _, _, 1, 1, _],
    "partially_granted": [3, _, _, _, _, _, _],
    "denied.state_secret": [14, _, _, _, _, _, _],
    "denied.prohibited_by_law": [_, _, _, _, _, _, _],
    "denied.security_and_stability": [_, _, _, _, _, _, _],
    "denied.third_party_rights": [_, _, _, _, _, _, _],
    "denied.internal_affairs": [5, _, _, _, _, _, _],
    "denied.deliberative_process": [3, 1, _, _, _, _, _],
    "denied.enforcement_file": [_, _, _, _, _, _, _],
    "denied.administrative_inquiry": [10, 2, _, _, _, _, _],
    "unavailable.not_held": [252, 12, _, _, 1, _, _],
    "unavailable.needs_creation": [44, 3, _, _, _, _, _],
    "unavailable.still_unclear": [25, _, _, _, _, _, _],
    "not_processed.petition_complaint": [148, 1, _, _, _, _, _],
    "not_processed.duplicate": [5, 4, _, _, _, _, _],
    "not_processed.public_publication": [_, _, _, _, _, _, _],
    "not_processed.excessive": [_, _, _, _, _, _, _],
    "not_processed.confirm_or_reissue": [_, _, _, _, _, _, _],
    "other": [_, _, _, _, _, _, _],
    "total": [767, 35, _, _, 2, 1, 805],
    "carried_out": [72, _, _, _, _, _, 72],
}


def figures(new: int, carried_in: int, granted: int, partially: int, internal: int, deliberative: int, not_held: int, total: int, carried_out: int) -> dict[str, int]:  # fmt: skip
    """The rows that both forms have, all but the named ones 0."""
    return ZERO_ROWS | {
        "new": new, "carried_in": carried_in, "granted": granted, "partially_granted": partially,
        "denied.internal_affairs": internal, "denied.deliberative_process": deliberative,
        "unavailable.not_held": not_held, "total": total, "carried_out": carried_out,
    }  # fmt: skip


def tricky_star() -> tuple[Star, dict[str, int]]:
    """The star, and its organs and reports by name."""
    star = Star()
    named: dict[str, int] = {}
    _fujian(star, named)
    _elsewhere(star, named)
    _unplaced(star, named)
    star.document("404.html", "not_a_report")
    star.document("damaged.pdf", "unreadable")
    star.document("locked.pdf", "unreadable")
    star.document("twice-read.pdf", "quarantined")
    star.document("new.html", "pending")
    return star, named


def _fujian(star: Star, named: dict[str, int]) -> None:
    """One prefecture with three counties: editions, a gap in the years, consolidated beside own, no tables, zero."""
    star.division("350000", "福建省", "province", "福建省")
    fuzhou = star.organ(
        "福州市人民政府",
        "government",
        "prefecture",
        star.division("350100", "福州市", "prefecture", "福建省", "福州市"),
    )
    star.totals(
        star.report(fuzhou, 2022, scope="consolidated"), figures(900, 0, 400, 0, 9, 0, 0, 900, 0) | {"other": 491}
    )
    pingtan = star.organ(
        "平潭综合实验区", "government", "prefecture", star.division("350128", "平潭县", "county", "福建省", "福州市")
    )
    first = star.report(pingtan, 2019, "2019", scope="consolidated")
    star.totals(first, figures(60, 2, 30, 5, 1, 1, 10, 55, 7) | {"other": 8})
    star.totals(
        star.report(pingtan, 2021, scope="consolidated"),
        figures(70, 9, 25, 5, 2, 2, 30, 78, 1) | OTHER_LEAVES | {"other.no_correction": 11, "other.other": 3},
    )
    old = star.report(pingtan, 2022, scope="consolidated", is_current=False, published=dt.date(2023, 2, 1))
    star.totals(old, figures(999, 999, 999, 0, 0, 0, 0, 999, 999) | {"other": 999})
    star.proceedings(old, {"reconsideration": [99, 99, 99, 99, 396]})
    star.measure(old, "rules.issued", 99, "件")
    star.finding(old, "requests.balance", "error")
    new = star.report(
        pingtan, 2022, scope="consolidated", version=2, published=dt.date(2023, 2, 20), quality="publisher_findings",
        previous_report_key=old, correction="（更正）",
    )  # fmt: skip
    star.totals(new, figures(74, 1, 21, 9, 1, 2, 31, 64, 11) | OTHER_LEAVES)
    star.finding(new, "requests.balance", "error")
    star.finding(new, "requests.outcomes", "error", "not_applicable")
    star.finding(new, "narrative", "warning")
    star.doubt(new, "new", "pdf")
    star.doubt(new, "new", "pdfplumber")
    star.proceedings(
        new,
        {
            "reconsideration": [1, 1, 0, 0, 2],
            "litigation_direct": [0, 0, 0, 3, 3],
            "litigation_after_reconsideration": [4, 1, 0, 2, 7],
        },
    )
    star.measure(new, "normative_documents.in_force", 698, "件")
    star.measure(new, "fees.amount", 9116.36, "万元")
    named |= {"pingtan": pingtan, "pingtan 2019": first, "pingtan 2022 first": old, "pingtan 2022": new}

    # a part of 平潭's consolidated figures: more new requests than the whole, fees of 0.1 and 0.2 against 0.3
    for name, fee in (("平潭县教育局", 0.1), ("平潭县民政局", 0.2)):
        own = star.report(
            star.organ(name, "department", "county", "350128", None, f"福建省福州市{name}"), 2022, scope="own"
        )
        star.totals(own, figures(40, 0, 40, 0, 0, 0, 0, 40, 0) | OTHER_LEAVES)
        star.measure(own, "fees.amount", fee, "万元")

    code = star.division("350102", "鼓楼区", "county", "福建省", "福州市")
    whole = star.organ("鼓楼区", "government", "county", code)
    office = star.organ("鼓楼区人民政府", "government", "county", code)
    schools = star.organ("鼓楼区教育局", "department", "county", code)
    street = star.organ("鼓楼区东街街道办事处", "subdistrict", "township", code)
    named["gulou whole 2022"] = star.report(whole, 2022, scope="consolidated")
    star.totals(
        named["gulou whole 2022"], figures(300, 0, 100, 20, 5, 5, 50, 290, 10) | OTHER_LEAVES | {"other.other": 110}
    )
    named["gulou whole 2023"] = star.report(whole, 2023, scope="own")
    star.totals(named["gulou whole 2023"], figures(90, 10, 40, 10, 0, 0, 50, 100, 0) | OTHER_LEAVES)
    named["gulou office 2022"] = star.report(office, 2022, scope="own", published=dt.date(2023, 1, 31))
    star.totals(named["gulou office 2022"], figures(40, 0, 20, 0, 0, 0, 20, 40, 0) | OTHER_LEAVES)
    named["gulou office 2023"] = star.report(office, 2023, published=dt.date(2024, 3, 31))
    star.totals(named["gulou office 2023"], figures(44, 0, 22, 0, 0, 0, 22, 44, 0) | OTHER_LEAVES)
    for organ in (schools, street):
        star.totals(star.report(organ, 2022, scope="consolidated"), figures(7, 0, 7, 0, 0, 0, 0, 7, 0) | OTHER_LEAVES)
    star.totals(star.report(schools, 2021), figures(5, 0, 5, 0, 0, 0, 0, 5, 0) | {"other": 0})
    named["schools"] = schools

    minhou = star.organ(
        "闽侯县人民政府", "government", "county", star.division("350121", "闽侯县", "county", "福建省", "福州市")
    )
    named["minhou 2022"] = star.report(minhou, 2022)
    star.totals(named["minhou 2022"], figures(0, 0, 0, 0, 0, 0, 0, 0, 0) | OTHER_LEAVES)
    named["minhou 2023"] = star.report(minhou, 2023, "narrative", quality="partial")
    named["minhou"] = minhou


def _elsewhere(star: Star, named: dict[str, int]) -> None:
    """Blank cells, a mixed form, the row 其他处理 in both shapes, a zone as a county, a county without prefecture."""
    shanghai = star.organ(
        "上海市人民政府办公厅", "department", "province", star.division("310000", "上海市", "province", "上海市")
    )
    named["shanghai 2019"] = star.report(shanghai, 2019, "2019", scope="own")
    star.requests(named["shanghai 2019"], SHANGHAI_2019)
    star.proceedings(
        named["shanghai 2019"],
        {
            "reconsideration": [5, _, _, 2, 7],
            "litigation_direct": [8, _, _, 1, 9],
            "litigation_after_reconsideration": [_, _, _, _, _],
        },
    )
    star.measure(named["shanghai 2019"], "procurement.amount", 25.1, "万元")
    star.measure(named["shanghai 2019"], "rules.made", None, "件")

    hongze = star.organ(
        "淮安市洪泽区人民政府", "government", "county", star.division("320813", "洪泽区", "county", "江苏省", "淮安市")
    )
    mixed = star.report(hongze, 2023)
    star.totals(mixed, figures(20, 0, 10, 1, 0, 0, 5, 20, 0) | {"other": 4})
    star.proceedings(
        mixed,
        {
            "reconsideration": [10, 1, 0, 0, 0],
            "litigation_direct": [1, 2, 0, 1, None],
            "litigation_after_reconsideration": [0, 3, 0, 0, 2],
        },
    )
    star.measure(mixed, "procurement.amount", 500, None)
    both = star.report(hongze, 2024)
    star.totals(both, figures(12, 0, 5, 0, 0, 0, 3, 12, 0) | {"other": 4} | OTHER_LEAVES | {"other.other": 4})
    named |= {"hongze 2023": mixed, "hongze 2024": both, "hongze": hongze}

    code = star.division("130171", "石家庄高新技术产业开发区", "county", "河北省", "石家庄市")
    zone = star.organ("石家庄高新技术产业开发区管理委员会", "other", "county", code)
    school = star.organ("石家庄高新区第一中学", "other", "county", code)
    for organ, new in ((zone, 15), (school, 2)):
        star.totals(star.report(organ, 2022), figures(new, 0, 1, 0, 0, 0, 0, 1, new - 1) | OTHER_LEAVES)
    named["zone"] = zone

    for code, name, new in (("110101", "东城区", 80), ("110102", "西城区", 80), ("110105", "朝阳区", 50)):
        organ = star.organ(
            f"北京市{name}人民政府", "government", "county", star.division(code, name, "county", "北京市")
        )
        star.totals(star.report(organ, 2022), figures(new, 0, 10, 0, 0, 0, 0, new, 0) | OTHER_LEAVES)

    two = star.division("130271", "河北唐山芦台经济开发区", "county", "河北省", "唐山市")
    for name in ("芦台经济开发区管理委员会", "汉沽管理区"):
        star.totals(star.report(star.organ(name, "other", "county", two), 2022), figures(1, 0, 1, 0, 0, 0, 0, 1, 0))


def _unplaced(star: Star, named: dict[str, int]) -> None:
    """What could not be resolved: a division, an organ, a year; an organ without any report."""
    lost = star.organ("某某镇人民政府", "township", "township", None)
    named["lost 2022"] = star.report(lost, 2022)
    star.requests(
        named["lost 2022"], {"new": [1, 2, 0, 0, 0, None, None], "granted": [None] * 7, "total": [3, 0, 0, 0, 0, 0, 3]}
    )
    for applicant in ("natural_person", "enterprise"):  # a table without the column 总计
        star.request(named["lost 2022"], "denied.internal_affairs", applicant, 1)
    star.totals(star.report(None, 2022), {"new": 5, "total": 5})
    star.report(None, None, None)
    star.totals(star.report(lost, None), {"new": 6, "total": 6})
    named["silent"] = star.organ("从未公布的机关", None, None, None)
