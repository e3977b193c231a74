"""The year reported, of all the years that a document names.

The title's year and the period that the text states (自2023年1月1日起至12月31日止) should be one. Where they are not, one of
them was left over from the year before: the day of publication decides, because a report appears in the year after the one
that it is about (条例 第四十九条: by 31 January; governments by 31 March). Where it does not, the period counts: it says what
the figures are about. The conflict is a finding either way.
"""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

from extract.identify.identity import year_of
from extract.model import Finding


class Told(NamedTuple):
    """The reported year, or None, what speaks against it, and what told it: title, period or address."""

    year: int | None
    findings: list[Finding]
    source: str | None


def reported(title: int | None, period: int | None, published: dt.date | None, url: str | None) -> Told:
    """Weigh the years of the title, of the stated period, and of an address that is enumerated by reported years."""
    if title is None or period is None or title == period:
        source = "title" if title is not None else "period" if period is not None else None
        year = title or period or year_of(url)
        return Told(year, [], source or ("address" if year is not None else None))
    told, source = (title, "title") if published is not None and published.year - 1 == title else (period, "period")
    message = f"the title says {title}, the period stated in the text is that of {period}"
    finding = Finding(
        "reading.year_conflict", "warning", "year", told, period if told == title else title, "publisher", message
    )
    return Told(told, [finding], source)
