-- one row is a row of v_organ_type, in Chinese: its columns, and their values as far as these are of closed sets
-- needs: v_organ_type
create or replace view v_部门类型 as
select
    "organ_key" as 机关编号,
    "organ_type" as 部门类型,
    "organ_type_en" as 部门类型英文,
    case "organ_type_fit" when 'same' then '对应' when 'wider' then '职责更宽' when 'former' then '改革前部门' else "organ_type_fit" end as 部门类型对应
from v_organ_type
