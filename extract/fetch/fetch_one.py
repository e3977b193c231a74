"""One page, asked for by a person: as politely and as safely as in the night."""

from __future__ import annotations

import asyncio

from extract.fetch.discover import soft_errors
from extract.fetch.http.address_guard import Reach
from extract.fetch.http.client import Client
from extract.fetch.http.errors import NotFetched
from extract.fetch.http.limits import Manners
from extract.fetch.http.rate_limit import Hosts
from extract.fetch.model import Page

MAX_BYTES = 16 * 2**20


def fetch(url: str, manners: Manners, reach: Reach | None = None) -> Page:
    """Fetch an address, following redirects to any public host that robots.txt allows.

    Errors: OSError with what a person needs to know, also where the answer is no page (status other than 200).
    """
    try:
        return asyncio.run(_fetch(url, manners, reach or Reach()))
    except NotFetched as failure:
        raise OSError(f"{url}: {failure.reason}.") from None


async def _fetch(url: str, manners: Manners, reach: Reach) -> Page:
    async with Client(manners, reach, Hosts(manners)) as client, client.session() as session:
        answer = await session.get(url, lambda _url: True, limit=MAX_BYTES)
    page = Page(answer.url, answer.content, answer.header("content-type"))
    said = soft_errors.refusal(page, answer.status)
    if answer.status != 200 or said is not None:
        raise OSError(f"{url} answers with status {answer.status}{f': {said}' if said else ''}.")
    return page
