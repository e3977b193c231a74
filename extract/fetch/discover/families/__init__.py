"""Families of sites, one module each; a new one is a module and a line here.

A system (`SYSTEMS`) knows what the publisher's software hides in scripts, data and addresses; a source may name its own.
A layout (`LAYOUTS`) is how people arrange links, whatever the software; all of them are read on every page.
"""

from __future__ import annotations

from extract.fetch.discover.families import (
    annual_report,
    answers,
    gkmlpt,
    in_place,
    jcms,
    kaipu,
    lonsun,
    organs,
    plain,
    tables,
    trs,
    years,
)
from extract.fetch.discover.listing import Family

SYSTEMS: dict[str, Family] = {
    "trs": trs.FAMILY,
    "jcms": jcms.FAMILY,
    "annual_report": annual_report.FAMILY,
    "kaipu": kaipu.FAMILY,
    "lonsun": lonsun.FAMILY,
    "gkmlpt": gkmlpt.FAMILY,
}
LAYOUTS: dict[str, Family] = {
    "plain": plain.FAMILY,
    "answers": answers.FAMILY,
    "tables": tables.FAMILY,
    "years": years.FAMILY,
    "organs": organs.FAMILY,
    "in_place": in_place.FAMILY,
}
FAMILIES: dict[str, Family] = SYSTEMS | LAYOUTS
"""What a source may be registered as, by name."""
