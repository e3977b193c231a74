"""A marimo notebook over the warehouse: one district against its peers, since when, and what is in doubt.

`pip install marimo`, then `marimo edit docs/notebook.py`; `python docs/notebook.py` runs it as a script. It looks at the warehouse in
OGI_HOME, else in data/lake (`ogi demo` makes one).
"""

import marimo

app = marimo.App(width="medium")


@app.cell
def _():
    import os
    from pathlib import Path

    import duckdb
    import marimo as mo

    database = Path(os.environ.get("OGI_HOME", "data/lake")) / "ogi.duckdb"
    con = duckdb.connect(str(database), read_only=True)
    return con, mo


@app.cell
def _(con, mo):
    places = [name for (name,) in con.sql("select distinct full_name from v_district_year order by 1").fetchall()]
    longest = con.sql("select full_name from v_district_year group by 1 order by count(*) desc, 1 limit 1").fetchall()
    place = mo.ui.dropdown(places, value=longest[0][0] if longest else None, label="行政区划 district")
    place  # noqa: B018 (a cell shows its last expression)
    return (place,)


@app.cell
def _(con, mo, place):
    # One report a district and year; look at scope before reading a jump as one.
    series = con.execute(
        """
        select year, scope, form, new, total, disclosed, denied, disclosure_rate, refusal_rate, rates_withheld
        from v_district_year where full_name = ? order by year
        """,
        [place.value],
    ).df()
    mo.vstack([mo.md(f"## {place.value}"), mo.ui.table(series, selection=None)])
    return (series,)


@app.cell
def _(con, mo, place):
    # A rate is NULL where its parts contradict each other; a median of few peers says little.
    peers = con.execute(
        """
        select year, rate, value, province_peers, province_median, nation_peers, nation_median
        from v_peers where full_name = ? order by rate, year
        """,
        [place.value],
    ).df()
    mo.vstack([mo.md("## 与同级比较 Beside its peers"), mo.ui.table(peers, selection=None)])
    return (peers,)


@app.cell
def _(con, mo, place):
    doubts = con.execute(
        """
        select year, check_code, severity, cell, expected, found, origin
        from v_findings where full_name = ? and is_current and result = 'failed' order by year, check_code
        """,
        [place.value],
    ).df()
    mo.vstack([mo.md("## 存疑 In doubt"), mo.ui.table(doubts, selection=None)])
    return (doubts,)


@app.cell
def _(doubts, mo, peers, place, series):
    if mo.app_meta().mode == "script":
        print(f"{place.value}: {len(series)} years, {len(peers)} rates beside peers, {len(doubts)} findings")
    return


if __name__ == "__main__":
    app.run()
