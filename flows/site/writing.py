"""Writes the site into a folder: the pages' own files, the data as classic scripts, one a province, and JSON for programs.

Classic scripts, because pages opened from a disk may load neither modules nor JSON. Each file is written aside before any takes
its place in the folder.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flows.site import accuracy, data, organs, packing
from transform.empty_warehouse import view_statements, views_id

if TYPE_CHECKING:
    import duckdb

ASSETS = Path(__file__).parent / "assets"
LIST = "site.json"
"""The file that names what was written, so that the next writing takes away what it does not write again."""


class NotWritten(Exception):
    """The site cannot be written as it was asked for; the message is one line that says what to do."""


def write(con: duckdb.DuckDBPyConnection, folder: Path, force: bool = False) -> Path:
    """Write the site of this warehouse into the folder; gives its first page.

    Raises NotWritten for a warehouse without a report or of another version of the program, and for a folder that holds other
    files unless `force`d: then files of the same names are replaced, those of an earlier site removed, all others stay.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())) and not force:
        raise NotWritten(
            f"{folder} is not empty: name another folder, or give --force to replace an earlier site in it."
        )
    if folder.exists() and not folder.is_dir():
        raise NotWritten(f"{folder} is a file: name a folder.")
    _check(con)
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=f".{folder.name}.") as aside:
        made = Path(aside) / "made"
        _copy_assets(made)
        _write_data(con, made)
        _put(made, folder)
    return folder / "index.html"


def _copy_assets(made: Path) -> None:
    """Their bytes alone: of an installed program nobody may write, the site's folders are their owner's."""
    for file in sorted(file for file in ASSETS.rglob("*") if file.is_file()):
        name = file.relative_to(ASSETS)
        target = made / name if name == Path("index.html") else made / "assets" / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, target)


def _check(con: duckdb.DuckDBPyConnection) -> None:
    import duckdb

    try:
        built = con.execute("select views_id from lake_build").fetchall()
    except duckdb.CatalogException:
        built = []
    if built != [(views_id(view_statements()),)]:
        raise NotWritten(
            "the warehouse is of another version of this program: `ogi run` makes it anew, then ask again."
        )
    if con.execute("select count(*) from v_report").fetchall() == [(0,)]:
        raise NotWritten("the warehouse holds no report: `ogi run PATH…` first; `ogi status` shows what there is.")


def _write_data(con: duckdb.DuckDBPyConnection, made: Path) -> None:
    names, years = data.names(con), data.years(con)
    parts, codes = data.province_parts(con), data.grid(con)
    peers, missing = data.peers(con), data.missing(con)
    extractor = con.execute("select extractor from lake_build").fetchall()[0][0]
    heads = ("code", "name", "full_name", "level", "zone", "years", "pinyin", "initials")
    about = {
        "reports": con.execute("select count(*) from v_report").fetchall()[0][0],
        "findings": con.execute("select count(*) from v_findings where is_current and result = 'failed'").fetchall()[0][0],
        "years": [year for (year,) in con.execute('select distinct "year" from v_report where "year" is not null order by 1').fetchall()],
        "parts": parts,
        "floor": data.FLOOR,
        "extractor": extractor,
        "figures": data.FIGURES,
        "accuracy": [{**one, "share": accuracy.share(one)} for one in accuracy.measured()],
    }  # fmt: skip
    _script(made, "about", about | {"words": data.words(con), "grid": codes})
    _script(made, "names", [[row[head] for head in heads] for row in names])
    _script(made, "years", {name: [row[name] for row in years] for name in data.YEAR_COLUMNS})
    by_division: dict[str, list[dict[str, Any]]] = {}
    for row in years:
        by_division.setdefault(row["division_key"], []).append(row)
    sources: dict[str, dict[str, Any]] = {}
    of_organs, editions = organs.reports(con), organs.editions(con)
    speaking = {row["report_key"] for row in years}
    figures = {row["report_key"]: [row[name] for name in data.FIGURES] for told in of_organs.values() for row in told if row["report_key"] not in speaking}  # fmt: skip
    for part, province in parts.items():
        reports, layouts = packing.reports(con, province, codes)
        sources |= {report["report_key"]: {name: report[name] for name in ("title", "organ", "source_url", "sha256", "published")} for report in reports}  # fmt: skip
        for report in reports:
            report["figures"] = figures.get(report["report_key"])
        held = {report["organ_key"] for report in reports} & set(editions)
        told = {
            "reports": _columns(reports),
            "layouts": layouts,
            "editions": {key: editions[key] for key in sorted(held)},
            "peers": peers.get(province, []),
            "missing": missing.get(province, []),
        }
        _script(made, f"p{part}", told)
    _write_organs(con, made, parts, of_organs, editions)
    _script(made, "quality", {"columns": data.QUALITY_COLUMNS, "against": data.against(con)} | data.quality(con))
    index = {"about": about, "divisions": [{k: row[k] for k in ("code", "full_name", "level", "years")} for row in names if row["code"] in by_division]}  # fmt: skip
    _json(made / "api" / "index.json", index)
    levels = {row["code"]: row for row in names}
    for code, told_years in by_division.items():
        division = (
            {k: levels[code][k] for k in ("code", "name", "full_name", "level")} if code in levels else {"code": code}
        )
        with_source = [row | {"report": sources.get(row["report_key"])} for row in told_years]
        _json(made / "api" / "division" / f"{code}.json", division | {"years": with_source})


def _columns(reports: list[dict[str, Any]]) -> dict[str, Any]:
    """Reports by columns, which compress better; the hashes, all of one length, as one text."""
    columns: dict[str, Any] = {name: [report[name] for report in reports] for name in reports[0]}
    return columns | {"sha256": "".join(columns["sha256"])}


def _write_organs(
    con: duckdb.DuckDBPyConnection,
    made: Path,
    parts: dict[str, str | None],
    reports: dict[str, list[dict[str, Any]]],
    editions: dict[str, list[dict[str, Any]]],
) -> None:
    """The index of organs that names are found by, and for programs one file an organ."""
    found = organs.organs(con, parts)
    heads = ("organ_key", "organ", "full_name", "part", "years", "pinyin", "initials")
    _script(made, "organs", [[row[head] for head in heads] for row in found])
    told = ("organ_key", "organ", "division_key", "full_name", "organ_kind", "organ_type", "organ_type_fit")
    for row in found:
        key = row["organ_key"]
        organ = {name: row[name] for name in told}
        _json(
            made / "api" / "organ" / f"{key}.json",
            organ | {"reports": reports.get(key, []), "editions": editions.get(key, [])},
        )


def _script(made: Path, name: str, content: Any) -> None:
    """`OGI.put(name, content)`, in which no text can end the script or its line."""
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    for character in "<\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    file = made / "data" / f"{name}.js"
    file.parent.mkdir(exist_ok=True)
    file.write_text(f"OGI.put({json.dumps(name)},{text});\n", encoding="utf-8")


def _json(file: Path, content: Any) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _put(made: Path, folder: Path) -> None:
    """Move all files to their places; of an earlier site, those that are not written again are removed."""
    names = sorted(file.relative_to(made).as_posix() for file in made.rglob("*") if file.is_file())
    for name in _earlier(folder) - set(names):
        (folder / name).unlink(missing_ok=True)
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (made / name).replace(folder / name)
    _json(folder / LIST, {"files": names})


def _earlier(folder: Path) -> set[str]:
    """What an earlier site has written into the folder; never anything outside of the site's own rooms."""
    try:
        listed = json.loads((folder / LIST).read_text(encoding="utf-8"))["files"]
    except (OSError, ValueError, KeyError, TypeError):
        return set()  # no earlier site, or a file of somebody else's
    rooms = ("api/", "assets/", "data/")
    return {name for name in listed if isinstance(name, str) and name.startswith(rooms) and ".." not in name}
