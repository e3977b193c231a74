"""The ways in which a document gives no report. Raised where known, turned into a status in one place.

Messages are whole sentences for the operator who finds them in `ogi status`; they never hold text of the document
beyond a short quoted title.
"""

from __future__ import annotations


class Outcome(Exception):
    """A document that gives no report; `status` is what `document.status` will say."""

    status = "unreadable"

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Unreadable(Outcome):
    """The bytes cannot be turned into text and tables: damaged, encrypted, too large, of an unknown format."""

    status = "unreadable"


class NotAReport(Outcome):
    """Readable, but no annual report on open government information."""

    status = "not_a_report"
