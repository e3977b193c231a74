"""Orders the versions of a report and selects the current one."""

from __future__ import annotations

READING = """
    select *, count(*) over (partition by sha256) as tries from part_report
    qualify row_number() over (
        partition by sha256
        order by case category when 'limits' then 2 when 'lost copy' then 1 else 0 end, told_at(extracted_at) desc, extraction_id
    ) = 1
"""
"""The reading that counts of each document, from `part_report`: the last that did not run out of time, memory or room and was
of sound bytes. `tries`:
how often this extractor has read it."""

REPORT = """
    create temp table report as
    with origin as (
        select sha256, min(source_url) as source_url, arg_min(fetched_at, told_at(fetched_at)) as taken_in
        from intake where sha256 is not null group by sha256
    ),
    identified as (
        select
            reading.* exclude (source_url, scope, waiting, part),
            part_key.* exclude (extraction_id),
            coalesce(origin.source_url, reading.source_url) as source_url,
            origin.taken_in,
            coalesce(reading.scope, 'unknown') as scope,
            nullif(reading.scope, 'unknown') as known_scope,
            -- without organ or year nothing else can be an edition of the same report
            case when organ_identity is null or year is null then sha256 end as alone
        from reading
        join part_key using (extraction_id)
        left join origin using (sha256)
        where reading.status = 'ok' and reading.sha256 not in (select sha256 from echo)
    ),
    -- own and consolidated figures are two reports; where only one of them is there, an unknown scope is an edition of it
    lined as (
        select * exclude (known_scope),
            case
                when known_scope is not null then known_scope
                when min(known_scope) over whole = max(known_scope) over whole then min(known_scope) over whole
                else 'unknown'
            end as line
        from identified
        window whole as (partition by organ_key, year, alone)
    )
    select
        * exclude (alone, line),
        row_number() over edition as version,
        lag(report_key) over edition as previous_report_key,
        row_number() over (
            partition by organ_key, year, alone, line
            order by correction is not null desc, published desc nulls last, told_at(taken_in) desc, sha256 desc
        ) = 1 as is_current,
        left(division_code, 2) || '0000' as province,
        dense_rank() over (order by year nulls first, left(division_code, 2) nulls first) as partition_no,
        row_number() over (order by year nulls first, division_code nulls first, report_key) as report_order
    from lined
    window edition as (partition by organ_key, year, alone, line order by published nulls first, told_at(taken_in), sha256)
"""
"""Makes `report`, a row for each reading that is a report, from `reading`, `part_key`, `intake` and `echo`. Versions are counted in
the order of publication, then of taking in; current is the last of those that say that they correct, else the last."""
