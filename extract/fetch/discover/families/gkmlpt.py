"""Guangdong's platform of information disclosure (gkmlpt): a page of scripts over `gkmlpt/api/all/COLUMN?page=1&sid=SITE`.

Seen: `window._CONFIG = {SID: '755041', TREE: [{"id": 2151, "name": "…", "children": […]}]}`. A listing registered with its
column (`…/gkmlpt/index#2151`) is asked for that column; otherwise the columns named as annual reports are.
"""

from __future__ import annotations

import re
from typing import Any

from extract.fetch.discover import address
from extract.fetch.discover.column import is_column_name
from extract.fetch.discover.listing import Family, Listing, bounded
from extract.fetch.discover.view import View
from extract.fetch.model import Refusal, Source
from extract.outside import json_value

_SITE = re.compile(r"[\"']?\bSID[\"']?\s*:\s*[\"']?(\d{1,12})")
_TREE = re.compile(r"[\"']?\bTREE[\"']?\s*:\s*(?=\[)")
_COLUMN = re.compile(r"#(\d{1,12})$")
MAX_NODES = 20_000


def read(view: View, source: Source) -> Listing:
    """The requests for the platform's columns of annual reports. What it answers is read by `answers`."""
    site = _SITE.search(view.scripts)
    if site is None or "/gkmlpt/content/" in view.url or "/gkmlpt" not in view.url:
        return Listing()
    columns = _registered(view, source) or _named(view)
    root = view.url.partition("/gkmlpt")[0]
    addresses = [
        address.absolute(view.url, f"{root}/gkmlpt/api/all/{column}?page=1&sid={site[1]}") for column in columns
    ]
    if not columns:
        reason = "no column of the platform is named as annual reports: register the listing with its column (…/gkmlpt/index#2151)."
        return Listing(refused=(Refusal(view.url, reason),))
    return bounded(view, addresses, len(addresses))


def _registered(view: View, source: Source) -> list[str]:
    """The columns that the source's listings name behind `#`; a fetched address has lost them."""
    found = []
    for listing in source.listings:
        column = _COLUMN.search(listing)
        if column and address.absolute(listing, listing) == view.url:
            found.append(column[1])
    return found


def _named(view: View) -> list[str]:
    """The columns whose name, or that of one above them, is of annual reports."""
    tree = _TREE.search(view.scripts)
    if tree is None:
        return []
    try:
        nodes = json_value(view.scripts[tree.end() :], strict=False)
    except (ValueError, RecursionError):  # a damaged tree names no column; the caller reports that there is none
        return []
    found: list[str] = []
    waiting: list[tuple[Any, bool]] = [(node, False) for node in nodes]
    for node, inside in waiting:
        if not isinstance(node, dict) or len(waiting) > MAX_NODES:
            continue
        wanted = inside or is_column_name(str(node.get("name") or ""), disclosed=True)
        children = node.get("children")
        if isinstance(children, list) and children:
            waiting += [(child, wanted) for child in children]
        elif wanted and isinstance(node.get("id"), int | str) and re.fullmatch(r"[0-9]{1,12}", str(node["id"])):
            found.append(str(node["id"]))
    return found


FAMILY = Family("gkmlpt", lambda view: "/gkmlpt/" in view.source or "/gkmlpt" in view.url, read)
