"""Limits on what runs at the same time, kept by Prefect for a tag: across all flows and machines of one server."""

from __future__ import annotations

import os
from contextlib import suppress

from prefect.client.orchestration import get_client
from prefect.exceptions import ObjectNotFound

from flows.server import OWN


def hold(tag: str, at_once: int) -> None:
    """Let at most so many tasks with this tag run at the same time.

    On a server of our own nobody else holds a place: those of a run that was killed are given back. Elsewhere Prefect
    gives them back a minute later.
    """
    with get_client(sync_client=True) as client:
        if os.environ.get(OWN):
            with suppress(ObjectNotFound):  # the first run on this server
                client.delete_concurrency_limit_by_tag(tag)
        client.create_concurrency_limit(tag, at_once)
