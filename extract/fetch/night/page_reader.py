"""What collecting knows of pages: pure functions of a page's bytes, gathered so that the crawl depends on nothing else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from extract.fetch.model import Found, Link, Page, Refusal, Source


@dataclass(frozen=True, slots=True)
class Reading:
    """How pages are read.

    `discover`: what a listing page gives. `attachments`: the files that a report's page links. `refusal`: why a page of
    this HTTP status is no page of the publisher (a soft 404, a login, a challenge), None if it is. `mismatch`: whether a
    report's page says that it is another site's. `allowed`: whether a source may be fetched from an address. `version` changes when any of them does: listing pages are then read anew.
    """

    discover: Callable[[Page, Source], Found]
    attachments: Callable[[Page, Source], tuple[Link, ...]]
    refusal: Callable[[Page, int], str | None]
    mismatch: Callable[[Page, Source], Refusal | None]
    allowed: Callable[[str, Source], bool]
    version: str


def reading() -> Reading:
    """The project's own reading."""
    from extract.fetch.discover import address, links, soft_errors
    from extract.version import code_digest

    fetch = Path(__file__).parents[1]
    others = (fetch / "model.py", fetch.parent / "identify" / "title.py", fetch.parent / "read" / "html.py")
    code = sorted([*(fetch / "discover").rglob("*.py"), *others])
    version = code_digest(code)[:12]
    return Reading(links.discover, links.attachments, soft_errors.refusal, links.mismatch, address.allowed, version)
