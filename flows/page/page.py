"""The page itself: HTML by plain functions, every value escaped where it enters."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from typing import Any

from flows.page.charts import Part, bars, line
from flows.page.contents import Contents
from flows.quality import Row, changes

_STYLE = """
:root{color-scheme:light dark;--ink:#1c2330;--soft:#667085;--rule:#d9dee7;--paper:#fff;--card:#f5f7fa;--good:#2f855a;
--mid:#d69e2e;--bad:#c53030;--mark:#3b6fb6}
@media(prefers-color-scheme:dark){:root{--ink:#e6e9ef;--soft:#98a2b3;--rule:#384252;--paper:#12161d;--card:#1b212b;--good:#68b889;
--mid:#e0b252;--bad:#ee7a7a;--mark:#7ba7e0}}
body{margin:0 auto;padding:24px 20px 60px;max-width:1040px;background:var(--paper);color:var(--ink);
font:15px/1.5 system-ui,"Noto Sans CJK SC","Microsoft YaHei","PingFang SC",sans-serif}
h1{font-size:24px;margin:0}h2{font-size:18px;margin:36px 0 8px;border-bottom:1px solid var(--rule);padding-bottom:4px}
h3{font-size:15px;margin:18px 0 4px}p,.note{color:var(--soft);margin:4px 0 12px}
.tiles{display:grid;grid-template-columns:repeat(auto-fill,minmax(150px,1fr));gap:10px;margin:18px 0}
.tile{background:var(--card);border-radius:8px;padding:10px 14px}.tile b{display:block;font-size:22px}
.tile span{color:var(--soft)}.grid{display:grid;grid-template-columns:repeat(auto-fit,minmax(440px,1fr));gap:8px 28px}
table{border-collapse:collapse;width:100%;margin:6px 0 14px;font-size:14px}
th{text-align:left;color:var(--soft);font-weight:600}
th,td{padding:4px 10px 4px 0;border-bottom:1px solid var(--rule);vertical-align:top;overflow-wrap:anywhere}
td.n,th.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
svg{max-width:100%;height:auto;font-size:12px}svg text{fill:var(--ink)}.name{text-anchor:end}.sum{fill:var(--soft)!important}
.clean,.good{fill:var(--good);color:var(--good)}.publisher_findings,.mid{fill:var(--mid);color:var(--mid)}
.partial,.bad{fill:var(--bad);color:var(--bad)}.other{fill:var(--mark)}.axis{stroke:var(--rule)}
.trend{fill:none;stroke:var(--mark);stroke-width:2}.point{fill:var(--mark)}
.key i{display:inline-block;width:11px;height:11px;border-radius:2px;margin:0 5px 0 14px;background:currentColor}
"""
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"
_QUALITY = (
    ("clean", "clean", "clean"),
    ("undecided", "a sum open by blanks", "other"),
    ("publisher_findings", "with findings", "publisher_findings"),
    ("partial", "partial", "partial"),
)
_TITLES = {
    "new reports": ("What is new", ("organ", "year", "scope", "format", "version", "quality")),
    "editions": (
        "Editions that changed a figure",
        ("organ", "year", "version", "says that it corrects", "cell", "change", "before", "after"),
    ),
    "waiting": ("Documents that wait or cannot be read", ("path", "status", "why")),
    "doubts": (
        "What the reader left out, since it could not be told with certainty",
        ("organ", "year", "check", "where", "what"),
    ),
    "worse": ("Worse: findings that were not there before", ("severity", "check", "organ", "year", "where", "what")),
    "better": ("Better: findings that are gone", ("severity", "check", "organ", "year", "where", "what")),
}


def page(record: dict[str, Any], shown: Contents) -> str:
    """The whole page of a run, from its record and what the warehouse holds after it: first what is in doubt, then what is new."""
    since = f"Compared with run {shown.since}." if shown.since else "There is no earlier state to compare with."
    body = [
        f"<h1>Run {_text(record['run'])}</h1>",
        f"<p>{_text(record['started'])} to {_text(record['ended'])}, {record['seconds']:g} s, exit status "
        f"{record['exit_status']}, extractor {_text(record['extractor'])}. {_text(since)}</p>",
        _tiles(record, shown),
        "<h2>What is in doubt</h2>",
        *(_list(name, shown, 3) for name in ("waiting", "doubts")),
        *(_list(name, shown) for name in ("new reports", "editions")),
        "<h2>What got better or worse</h2>",
        _trend(shown),
        *(_list(name, shown, 3) for name in ("worse", "better")),
        "<h2>What was read</h2>",
        '<div class="grid">',
        _figure("Documents given, by what became of them", _counted(record["documents"])),
        _figure("Documents read now, by what became of them", _counted(record["documents_read_now"])),
        "</div>",
        "<h2>Quality of all that the warehouse holds</h2>",
        _quality(shown),
    ]
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>Run {_text(record['run'])}</title><style>{_STYLE}</style></head><body>{''.join(body)}</body></html>\n"
    )


def _text(value: Any) -> str:
    """A value as escaped text; numbers with all their digits, nothing for None."""
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:,.15g}"
    return escape(str(value), quote=True)


def _tiles(record: dict[str, Any], shown: Contents) -> str:
    now = next(iter(shown.now["by"]["all"]), None)
    then = shown.then["by"]["all"] if shown.then else None
    tiles: list[tuple[str, str, str | None]] = [
        ("files given", f"{record['files']:,}", None),
        ("reports read now", f"{record['reports']['read_now']:,}", None),
    ]
    if now is not None:
        tiles += [("reports in all", f"{now['reports']:,}", _moved(now, then, "reports", None))]
        tiles += [("cells in all", f"{record['warehouse']['cells']:,}", None)]
        tiles += [("clean", f"{100 * now['share_clean']:.1f} %", _moved(now, then, "share_clean", 1))]
        tiles += [("undecided: a sum is open by blanks", f"{100 * now['share_undecided']:.1f} %", None)]
        tiles += [(name, f"{now[name]:,}", _moved(now, then, name, -1)) for name in ("errors", "warnings")]
        tiles += [("numbers that wait", f"{now['waiting_cells']:,}", _moved(now, then, "waiting_cells", -1))]
    return (
        '<div class="tiles">'
        + "".join(
            f'<div class="tile"><b>{value}</b><span>{_text(name)}</span> {moved or ""}</div>'
            for name, value, moved in tiles
        )
        + "</div>"
    )


def _moved(now: Row, then: Sequence[Row] | None, column: str, better: int | None) -> str:
    """How much a figure moved, green where that is `better` (1: more, -1: less), red where it is not."""
    (moved,) = changes([now], list(then) if then else None, column)
    if not moved:
        return ""
    kind = "" if better is None else ' class="good"' if moved * better > 0 else ' class="bad"'
    said = f"{100 * moved:+.1f} points" if isinstance(moved, float) else f"{moved:+,}"
    return f"<span{kind}>{said}</span>"


def _figure(title: str, chart: str) -> str:
    return f"<div><h3>{_text(title)}</h3>{chart}</div>"


def _counted(counts: dict[str, int]) -> str:
    if not counts:
        return '<p class="note">none</p>'
    kinds = {"ok": "good", "quarantined": "mid", "unreadable": "bad"}
    rows = [(status, [Part(kinds.get(status, "other"), "documents", n)]) for status, n in counts.items()]
    return bars(rows, "documents by status")


def _list(name: str, shown: Contents, level: int = 2) -> str:
    title, columns = _TITLES[name]
    rows, count = shown.lists[name], shown.counts[name]
    head = f"<h{level}>{_text(title)} ({count:,})</h{level}>"
    if not rows:
        return head + '<p class="note">none</p>'
    more = f'<p class="note">the first {len(rows)} of {count:,}</p>' if count > len(rows) else ""
    return head + _table(columns, rows) + more


def _table(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    rows = list(rows)
    numeric = [isinstance(value, int | float) for value in rows[0]] if rows else [False] * len(columns)
    head = "".join(
        f"<th{' class=n' if right else ''}>{_text(column)}</th>" for column, right in zip(columns, numeric, strict=True)
    )
    lines = ("<tr>" + "".join(_cell(value) for value in row) + "</tr>" for row in rows)
    return f"<table><tr>{head}</tr>{''.join(lines)}</table>"


def _cell(value: Any) -> str:
    kind = ' class="n"' if isinstance(value, int | float) else ""
    return f"<td{kind}>{_text(value)}</td>"


def _trend(shown: Contents) -> str:
    if len(shown.trend) < 2:
        return '<p class="note">One run so far: there is no trend yet.</p>'
    clean = [(run, 100 * row["share_clean"]) for run, row in shown.trend]
    charts = [_figure("Reports that are clean", line(clean, "share of clean reports by run", " %", 100))]
    for name in ("reports", "errors", "warnings"):
        points = [(run, float(row[name])) for run, row in shown.trend]
        charts.append(_figure(f"{name.capitalize()} by run", line(points, f"{name} by run")))
    return f'<div class="grid">{"".join(charts)}</div>'


def _quality(shown: Contents) -> str:
    key = "".join(f'<span class="{kind}"><i></i></span>{_text(name)}' for _, name, kind in _QUALITY)
    charts = []
    for dimension in ("year", "format", "form", "province"):
        rows = sorted(shown.now["by"][dimension], key=lambda row: -row["reports"] if dimension == "province" else 0)[
            :20
        ]
        stacked = [
            (str(row["value"] or "unknown"), [Part(kind, name, row[column]) for column, name, kind in _QUALITY])
            for row in rows
        ]
        charts.append(_figure(f"Reports by {dimension}", bars(stacked, f"reports by {dimension} and quality")))
    return f'<p class="key">{key}</p><div class="grid">{"".join(charts)}</div>{_checks(shown)}'


def _checks(shown: Contents) -> str:
    then = shown.then["by"]["check"] if shown.then else None
    columns = ("check", "reports", "errors", "warnings", "information", "not applicable", "failed, change")
    head = "".join(f"<th{' class=n' if n else ''}>{_text(column)}</th>" for n, column in enumerate(columns))
    lines = []
    for row in shown.now["by"]["check"]:
        figures = "".join(_cell(row[name]) for name in ("reports", "errors", "warnings", "infos", "not_applicable"))
        moved = _moved(row, then, "failed", -1) if then is not None else ""
        lines.append(f'<tr><td>{_text(row["value"])}</td>{figures}<td class="n">{moved}</td></tr>')
    return f"<h3>Findings by check</h3><table><tr>{head}</tr>{''.join(lines)}</table>"
