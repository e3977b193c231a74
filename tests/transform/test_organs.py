"""dim_organ: the organs of reports and the governments above them, each once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import duckdb

from extract.model import RawDocument
from extract.pipeline import extract
from tests.transform.given_reports import built
from transform.keys import organ_key
from transform.organs import KnownOrgan, dim_organ, known, zones


def test_the_governments_above_stand_there_without_reports_of_their_own() -> None:
    told = (
        ("130123|教育局", "正定县教育局", "河北省石家庄市正定县教育局", "department", "county", "130123", "130123|"),
        (
            "411300-高新区|",
            "南阳高新区管委会",
            "河南省南阳市高新区管理委员会",
            "other",
            "county",
            "411300-高新区",
            "411300|",
        ),
        ("|某协会", "某协会", "某协会", "other", None, None, None),
    )
    organs = known(map(KnownOrgan._make, told))
    rows = dim_organ(organs, {organ_key(organ.identity) for organ in organs})
    frame = rows.to_pandas().set_index("organ_key")
    parents = frame["parent_organ_key"].dropna().astype("int64").to_dict()
    chain = [organ_key("130123|教育局")]
    while chain[-1] in parents:
        chain.append(parents[chain[-1]])
    assert [frame.loc[key, "canonical_name"] for key in chain[1:]] == [
        "河北省石家庄市正定县人民政府",
        "河北省石家庄市人民政府",
        "河北省人民政府",
    ]
    assert frame.index.is_unique
    with duckdb.connect() as con:
        con.register("dim_organ", rows)
        assert zones(con) == [("411300-高新区", "county")]
    assert frame["canonical_name"].tolist().count("河南省南阳市人民政府") == 1


def test_a_zone_and_the_government_of_its_county_are_two_organs_of_one_division(
    tmp_path: Path, shared: Callable[[str], Path]
) -> None:
    paths = [shared(f"faults/organs-merged-{name}.html") for name in ("zone", "county")]
    reports = [
        extract(RawDocument(p.name, p.stem.encode().hex().ljust(64, "0")[:64], p.read_bytes()), None) for p in paths
    ]
    lake, _ = built(tmp_path, reports)
    with duckdb.connect(str(lake.database), read_only=True) as con:
        found = con.execute(
            "select o.name, r.division_key, r.is_current from dim_report r join dim_organ o using (organ_key) order by o.name"
        ).fetchall()
        governments = con.execute(
            "select count(*) from dim_organ where kind = 'government' and division_key = '350128'"
        )
        assert governments.fetchone() == (1,)
    assert sorted(found) == [("平潭县人民政府", "350128", True), ("平潭综合实验区", "350128", True)]
