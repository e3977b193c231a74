"""How the sources fare: when each gave its listing pages last, for how many nights it has not, how many reports it has."""

from __future__ import annotations

from typing import NamedTuple

from extract.fetch.night.history import History

_HEALTH = """
    with listed as (
        select u.source, f.run, max(f.at) as at,
            max(f.outcome in ('listed', 'new', 'changed', 'unchanged', 'moved', 'left')) as is_well
        from url u join fetch f on f.url = u.id where u.lists = 1 group by u.source, f.run
    ), well as (select source, max(run) as run, max(at) as at from listed where is_well group by source),
    held as (
        select g.source, count(*) as reports from sighting g join url u on u.id = g.url
        where u.kind = 'report' and u.state in ('new', 'changed', 'unchanged', 'moved') group by g.source
    )
    select s.name, w.at,
        (select count(*) from listed l where l.source = s.id and l.run > coalesce(w.run, 0)),
        json_extract(s.entry, '$.expected'), coalesce(h.reports, 0),
        (select count(*) from listed l where l.source = s.id)
    from source s left join well w on w.source = s.id left join held h on h.source = s.id
    where s.active and (:run is null or exists (select 1 from listed l where l.source = s.id and l.run = :run))
    order by s.name
"""


class Health(NamedTuple):
    """How one source fares. `nights`: in a row, in which it was asked and gave no listing page; `last`: when it gave one
    (ISO 8601, UTC). `expected`: the least number of reports that its entry asserts; `found`: that it has now. `asked`: runs
    that asked for its listing pages.
    """

    source: str
    last: str | None
    nights: int
    expected: int | None
    found: int
    asked: int

    @property
    def is_short(self) -> bool:
        """Whether it has fewer reports than its entry asserts."""
        return self.expected is not None and self.found < self.expected


def health(history: History, run: int | None = None) -> list[Health]:
    """Every registered source; with `run`, those whose listing pages that run asked for."""
    return [Health._make(row) for row in history.reader().execute(_HEALTH, {"run": run})]
