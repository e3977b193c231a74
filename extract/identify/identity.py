"""One title and one address → who reported, for where, for which year, with the evidence: `ogi identify`."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import parse_qs

from extract.identify import bureau, site
from extract.identify.divisions import full_name, index
from extract.identify.organ import Organ, organ
from extract.identify.place import place
from extract.identify.title import parse

_YEAR_PARAMETERS = ("fbtime", "title", "year", "nd")
"""Of addresses that are enumerated by the reported year: xxgkAnnualReport.jsp?fbtime=, public/column/ID?title=."""


@dataclass(frozen=True, slots=True)
class Identity:
    """What a title and its address say. `division` is the division's full name, of the place that the organ belongs to."""

    title: str
    url: str | None
    report: bool
    organ: str | None
    canonical: str | None
    kind: str | None
    level: str | None
    division_code: str | None
    division: str | None
    year: int | None
    candidates: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """The fields by name."""
        return asdict(self)


def identify(title: str, url: str | None = None) -> Identity:
    """Read one title. `report` is False where it names no annual report on information disclosure."""
    parsed = parse(title)
    mentions = site.of_url(url)
    host = host_of(url)
    who = None
    name = parsed.organ if parsed else None
    if name is not None:
        who = organ(name, mentions, host)
    elif parsed is not None:
        who = of_site(mentions, host)
        name = who.name if who is not None and who.kind == "department" else None
    year = parsed.year if parsed else None
    evidence = list(who.evidence) if who else []
    if parsed is not None and year is None and (year := year_of(url)) is not None:
        evidence.append(f"year {year} in the address")
    code = who.division_code if who else None
    return Identity(
        title.strip(),
        url,
        parsed is not None,
        name,
        who.canonical if who else None,
        who.kind if who else None,
        who.level if who else None,
        code,
        _named(code),
        year,
        who.candidates if who else (),
        tuple(evidence),
    )


def of_site(mentions: tuple[site.Mention, ...], host: str | None) -> Organ | None:
    """The organ of a page that names none: its site's department, else the place that the site belongs to."""
    where = place("", mentions)
    division = where.around or where.division
    if division is None:
        return None
    label = site.organ_label(host) if host and host.endswith(".gov.cn") else None
    department = bureau.department(label, division) if label else None
    return organ(full_name(division.code) + (department or ""), mentions, host)


def host_of(url: str | None) -> str | None:
    """The host of an address, in small letters."""
    found = re.match(r"^https?://([^/:?#\s]+)", url or "")
    return found[1].lower() if found else None


def year_of(url: str | None) -> int | None:
    """The reported year that an address is enumerated by, or None."""
    query = parse_qs((url or "").partition("?")[2].partition("#")[0])
    years = [value[0] for name in _YEAR_PARAMETERS if (value := query.get(name))]
    found = [int(text) for text in years if re.fullmatch(r"20[0-3]\d", text)]
    return found[0] if len(set(found)) == 1 else None


def _named(code: str | None) -> str | None:
    if code is None:
        return None
    around, _, zone = code.partition("-")
    return full_name(around) + zone if around in index().by_code else None
