-- one row is an organ: its names, its place, and what type of department it is
-- needs: v_division, v_organ_type
-- own_name is what the full name adds to that of the organ's division.
-- organ_type is told only for departments whose own_name stands in data/reference/organ_types.csv; else it is NULL, which says nothing of the
-- organ. organ_type_fit: same; wider (it has further duties: 教育体育局); former (what had these duties, or a part of
-- them, before the reform of 2018). To compare one department across counties, join by organ_key and take same.
create or replace view v_organ as
with organs as (
    select
        dim_organ.*,
        case
            when starts_with(dim_organ.canonical_name, own_division.full_name)
                then substr(dim_organ.canonical_name, length(own_division.full_name) + 1)
        end as own_name
    from dim_organ
    left join dim_division as own_division on dim_organ.division_key = own_division.division_key
)

select
    organs.organ_key,
    organs.name as organ,
    organs.canonical_name,
    organs.own_name,
    organs.kind as organ_kind,
    organs.level as organ_level,
    v_organ_type.organ_type,
    v_organ_type.organ_type_en,
    v_organ_type.organ_type_fit,
    v_division.division_key,
    v_division.division,
    v_division.full_name,
    v_division.division_level,
    v_division.province,
    v_division.prefecture,
    v_division.county
from organs
left join v_division on organs.division_key = v_division.division_key_then
left join v_organ_type on organs.organ_key = v_organ_type.organ_key;
