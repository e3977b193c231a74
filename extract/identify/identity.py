"""One title and one address → who reported, for where, for which year, with the evidence: `ogi identify`."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass, replace
from typing import Any
from urllib.parse import parse_qs

from extract.identify import bureau, site
from extract.identify.divisions import full_name, index
from extract.identify.organ import Organ, in_year, organ
from extract.identify.place import place
from extract.identify.title import explained, kind_of, parse
from extract.model import OrganKind, OrganLevel

_YEAR_PARAMETERS = ("fbtime", "title", "year", "nd")
"""Of addresses that are enumerated by the reported year: xxgkAnnualReport.jsp?fbtime=, public/column/ID?title=."""


@dataclass(frozen=True, slots=True)
class Identity:
    """What a title and its address say. `organ`: the name that the title prints, nothing added, white space removed; None where
    it prints none. `organ_canonical`: the organ's full name (七一街道 is an 办事处), also where only the site names it. `division` is the full name of the place that the organ belongs to.
    """

    title: str
    url: str | None
    report: bool
    organ: str | None
    organ_canonical: str | None
    kind: OrganKind | None
    level: OrganLevel | None
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
    parsed = report = parse(title)
    if report is None:
        parsed = explained(title)
    mentions = site.of_url(url)
    host = host_of(url)
    who = None
    name = parsed.organ if parsed else None
    year = parsed.year if parsed else None
    in_address = year_of(url) if parsed is not None and year is None else None
    year = year or in_address
    if name is not None:
        who = organ(name, mentions, host, year)
    elif parsed is not None:
        who = of_site(mentions, host)
        kind = kind_of(parsed.ourselves)
        if who is not None and kind is not None and kind != who.kind:
            who = _unnamed(parsed.ourselves, kind, who)
        elif who is not None and not parsed.ourselves and who.kind == "government":
            who = _anybody(who)
    who = in_year(who, year) if who else None
    evidence = list(who.evidence) if who else []
    if in_address is not None:
        evidence.append(f"year {in_address} in the address")
    code = who.division_code if who else None
    return Identity(
        title.strip(),
        url,
        report is not None,
        name,
        (who.canonical or None) if who else None,
        who.kind if who else None,
        who.level if who else None,
        code,
        _named(code),
        year,
        who.candidates if who else (),
        tuple(evidence),
    )


def _anybody(site_: Organ) -> Organ:
    """Whoever reports on a place's site, in a title that names nobody: its government or any of its departments."""
    return replace(
        site_,
        name="",
        canonical="",
        kind="other",
        identity=None,
        parent=None,
        candidates=(site_.canonical,),
        evidence=(*site_.evidence, "the title names nobody"),
    )


def _unnamed(ourselves: str, kind: OrganKind, site_: Organ) -> Organ:
    """An organ that the title only calls 我乡 or 我局, somewhere within the place of its site: which one is not known."""
    level: OrganLevel | None = "township" if kind in ("township", "subdistrict") else site_.level
    evidence = (*site_.evidence, f"the title says {ourselves}")
    return replace(site_, name="", canonical="", kind=kind, level=level, identity=None, parent=None, evidence=evidence)


def of_site(mentions: tuple[site.Mention, ...], host: str | None) -> Organ | None:
    """The organ of a page that names none: its site's department, else the place that the site belongs to. Whose a host below
    the place's own is that spells no department is not known: its organ is without an identity.
    """
    where = place("", mentions)
    division = where.around or where.division
    if division is None:
        return None
    label = site.organ_label(host) if host and host.endswith(".gov.cn") else None
    if label is None:
        return organ(full_name(division.code), mentions, host)
    department = bureau.department(label, division)
    if department is not None:
        return organ(full_name(division.code) + department, mentions, host)
    if label in site.spellings()[0]:
        return None  # a county's pages below its city's host
    around = organ(full_name(division.code), mentions, host)
    evidence = (*around.evidence, f"whose {label} is, is not known")
    return replace(around, name="", canonical="", kind="other", identity=None, parent=None, evidence=evidence)


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
