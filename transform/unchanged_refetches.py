"""Detects re-fetched documents whose extracted content is unchanged, so that they are no new editions.

A page whose visitor counter or token differs each night is another file each night, and is kept and read as one; but it is no
further edition of its report. Compared is everything that the reading tells: every cell as printed, those that wait, the text of
all sections, findings, title, organ, year, dates. Where on a page a cell stands does not count. Sets of lines are compared by their
number and the sum of their 128-bit hashes: that fits into the memory of a build, the lines of a million documents do not.
"""

from __future__ import annotations

ASKED = """
    -- most paths were seen once: only the others are put in order
    create temp table refetched as select path from intake group by path having count(*) > 1;
    create temp table turn as
    with seen as (
        select path, sha256, fetched_at, lag(sha256) over (partition by path order by told_at(fetched_at), sha256) as before
        from intake semi join refetched using (path) where sha256 is not null
    )
    select * from seen where before is distinct from sha256;
    create temp table asked as
    select extraction_id, sha256, part, sha256 in (select sha256 from correction_line) as is_corrected from reading
    where status = 'ok'
        and sha256 in (select sha256 from turn where before is not null union select before from turn);
    create temp table known_fingerprint as
    select extraction_id, said from {known} semi join (from asked where not is_corrected) using (extraction_id)
"""
"""Makes `refetched`, the paths that were seen more than once, `turn`, what stood there after what, and `asked`, the readings that are to be compared, from `reading`, `intake`
and `correction_line`; `known_fingerprint` of them from the relation `known`, that of a build before."""

ECHO = """
    create temp table told as
    with new as (from asked anti join known_fingerprint using (extraction_id)),
    line as (
        select extraction_id, json_array('reading', *columns(* exclude (extraction_id, sha256, source_url, extracted_at, tries, reason, category, read_by, part))) as line
        from reading semi join new using (extraction_id)
        union all
        select extraction_id, json_array('cell', *columns(* exclude (extraction_id, table_index, row_index, column_index, page, bbox))) as line
        from part_cell semi join new using (extraction_id)
        union all
        select extraction_id, json_array('section', *columns(* exclude (extraction_id))) as line
        from part_section semi join new using (extraction_id)
        union all
        select extraction_id, json_array('finding', *columns(* exclude (extraction_id))) as line
        from part_finding semi join new using (extraction_id)
    )
    select sha256, extraction_id, is_corrected, concat_ws(' ', count(*), sum(md5_number_lower(line)), sum(md5_number_upper(line))) as said
    from asked join line using (extraction_id) group by all
    union all
    select sha256, extraction_id, is_corrected, said from asked join known_fingerprint using (extraction_id);
    create temp table fingerprint as select extraction_id, said from told where not is_corrected;
    create temp table echo as
    with weighed as (
        select turn.*,
            coalesce(now.said = earlier.said, false)
                and turn.sha256 not in (select sha256 from correction_line) as is_echo
        from turn
        left join told as now on turn.sha256 = now.sha256
        left join told as earlier on turn.before = earlier.sha256
    ),
    stretch as (
        select *, count(*) filter (not is_echo) over (partition by path order by told_at(fetched_at), sha256) as number from weighed
    ),
    rooted as (
        select *, first(sha256) over (partition by path, number order by told_at(fetched_at), sha256) as original from stretch
    ),
    repeated as (
        select sha256, arg_min(original, (told_at(fetched_at), path)) as original from rooted group by sha256 having bool_and(is_echo)
    ),
    new_elsewhere as (select sha256 from intake semi join repeated using (sha256) anti join refetched using (path))
    select * from repeated anti join new_elsewhere using (sha256)
"""
"""Makes `echo`: a document, and the `original` whose report it repeats (never an echo itself), from `ASKED`, `reading` and the
parts in which the asked readings without a known fingerprint stand. A document that stands anywhere as something new, or that a
person has corrected, is none. `fingerprint`: what each asked reading says, for the next build; not of corrected ones, which may say
something else then."""
