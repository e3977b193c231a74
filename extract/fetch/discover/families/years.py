"""Years to choose from: a list box, or links that are nothing but years, in a column of annual reports.

Links are judged with all others (`report_links`); a list box is no link, and only read here.
"""

from __future__ import annotations

from extract.fetch.discover import address
from extract.fetch.discover.column import place, year_alone
from extract.fetch.discover.listing import Entry, Family, Listing
from extract.fetch.discover.view import View
from extract.fetch.model import Source

MAX_CHOICES = 500


def read(view: View, source: Source) -> Listing:
    """The years of a list box whose values are addresses."""
    if view.root is None or not place(view).column:
        return Listing()
    entries = []
    for _, option in zip(range(MAX_CHOICES), view.root.iter("option"), strict=False):
        text = "".join(option.itertext())
        written = option.get("value") or ""
        url = address.absolute(view.base, written) if not written.strip().isdigit() else None
        if url is not None and year_alone(text) is not None:
            entries.append(Entry(url, text))
    return Listing(tuple(entries))


FAMILY = Family("years", lambda view: "<option" in view.source.lower(), read)
