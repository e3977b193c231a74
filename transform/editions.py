"""Orders the versions of a report and selects the current one."""

from __future__ import annotations

READING = """
    with often as materialized (select sha256 from part_report group by sha256 having count(*) > 1)
    select *, 1 as tries from part_report anti join often using (sha256)
    union all
    select * from (
        select *, count(*) over (partition by sha256) as tries from part_report semi join often using (sha256)
        qualify row_number() over (
            partition by sha256
            order by case category when 'limits' then 3 when 'old reading' then 2 when 'lost copy' then 1 else 0 end, told_at(extracted_at) desc, extraction_id
        ) = 1
    )
"""
"""The reading that counts of each document, from `part_report`: the last that did not run out of time, memory or room and was
of sound bytes. `tries`:
how often this extractor has read it."""

REPORT = """
    create temp table identified as
    with origin as (
        select sha256, min(source_url) as source_url, arg_min(fetched_at, told_at(fetched_at)) as taken_in
        from intake where sha256 is not null group by sha256
    )
    select
        part_key.*, reading.sha256, reading."year", reading.division_code, reading.published, reading.correction is not null as corrects,
        coalesce(origin.source_url, reading.source_url) as source_url,
        origin.taken_in,
        coalesce(reading.scope, 'unknown') as scope,
        -- without organ or year nothing else can be an edition of the same report
        case when organ_identity is null or "year" is null then reading.sha256 end as alone
    from reading
    join part_key using (extraction_id)
    left join origin using (sha256)
    where reading.status = 'ok' and reading.sha256 not in (select sha256 from echo);
    -- most reports are the only ones of their organ and year: only the others are put in order
    create temp table edition as
    with crowd as (
        select organ_key, "year" from identified where alone is null group by all having count(*) > 1
    ),
    -- own and consolidated figures are two reports; where only one of them is there, an unknown scope is an edition of it
    lined as (
        select *,
            case
                when scope <> 'unknown' then scope
                when min(known_scope) over whole = max(known_scope) over whole then min(known_scope) over whole
                else 'unknown'
            end as line
        from (select *, nullif(scope, 'unknown') as known_scope from identified semi join crowd using (organ_key, "year"))
        window whole as (partition by organ_key, "year")
    )
    select
        extraction_id,
        row_number() over edition as version,
        lag(report_key) over edition as previous_report_key,
        row_number() over (
            partition by organ_key, "year", line order by corrects desc, published desc nulls last, told_at(taken_in) desc, sha256 desc
        ) = 1 as is_current
    from lined
    window edition as (partition by organ_key, "year", line order by published nulls first, told_at(taken_in), sha256);
    create temp table report as
    select
        reading.* exclude (source_url, scope, waiting, part),
        identified.organ_key, identified.report_key, identified.source_url, identified.taken_in, identified.scope,
        coalesce(edition.version, 1) as version,
        edition.previous_report_key,
        coalesce(edition.is_current, true) as is_current,
        left(reading.division_code, 2) || '0000' as province
    from reading
    join identified using (extraction_id)
    left join edition using (extraction_id)
"""
"""Makes `report`, a row for each reading that is a report, from `reading`, `part_key`, `intake` and `echo`. Versions are counted in
the order of publication, then of taking in; current is the last of those that say that they correct, else the last."""
