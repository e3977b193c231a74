"""Write the pages that only repeat what the code declares: docs/checks.md, docs/schema.md, docs/labels.md, docs/indicators.md,
docs/accuracy.md, and the columns in docs/views.md; the views that repeat a table, v_indicator_form and v_organ_type; and what the queries of docs/cookbook.md and
README.md give on the samples (docs/examples.py).

`make docs` runs it; tests/test_docs.py compares the pages with what it would write.
"""

from __future__ import annotations

import inspect
from pathlib import Path

from extract.check.arithmetic import RULES
from extract.check.prose_counts import narrative
from extract.forms import labels, vocabulary, which
from flows.site import accuracy
from transform import chinese, indicators, organ_types
from transform.checks import checks as across_reports
from transform.dictionary import known
from transform.empty_warehouse import VIEWS, view_statements, warehouse_dictionary
from transform.schema import TABLES

HERE = Path(__file__).parent
NOTE = "<!-- written by docs/generate.py; edit the code, then `make docs` -->"


def first_paragraph(documented: object) -> str:
    """The first paragraph of a docstring on one line."""
    return " ".join((inspect.getdoc(documented) or "").split("\n\n")[0].split())


def checks() -> str:
    """The checks with severity and rule, from their docstrings."""
    rows = []
    for rule, severity in [
        *((r.run, r.severity) for r in RULES),
        (narrative, "warning"),
        (which.form_mismatch, "info"),
    ]:
        code, _, text = first_paragraph(rule).partition(":")
        rows.append(f"| `{code.split('`')[1]}` | {severity} | {text.strip()} |")
    rows += [f"| `{check.code}` | {check.severity} | {check.rule} |" for check in across_reports()]
    return "\n".join(
        [
            NOTE,
            "# Checks (勾稽关系)",
            "",
            "A check has three answers: passed (nothing is recorded), `failed`, and `not_applicable` where a cell that the",
            "rule needs is blank or absent. `fact_finding.result` tells the last two apart. What was published stays as",
            "published. `since` is when the last document that a finding needs was first taken in; `evidence` quotes the sentence",
            "that a count in the text stands in. Checks across reports stand in `sql/checks/`, one file each, and run over the star",
            "at every build; they look at current reports and at proved numbers only.",
            "",
            "| check | severity | rule |",
            "|---|---|---|",
            *rows,
            "",
            "## Editions",
            "",
            "Documents of one organ, year and scope are editions of one report: version 1, 2 … by date of publication, then of taking",
            "in. Own and consolidated figures are two reports; where only one of the two is known, a document of unknown scope is an",
            "edition of it. Current is the last edition that says it corrects (更正, 修订, 勘误 in its title, or in a sentence about the",
            "report itself: `dim_report.correction`), else the last. `v_editions` shows what changed, cell by cell.",
            "",
            "A document that tells, cell by cell and word by word, what the one before it at the same path or address told (a page",
            "whose visitor counter or token differs each night) is no edition: it is kept, and `document` names the report that it",
            "repeats.",
            "",
            "## What the checks cannot see",
            "",
            "`benchmarks/mutation.py` corrupts random cells between reading and loading and counts what is caught. The sums of tables",
            "三 and 四 catch every single wrong number of a table without blank cells, inner cells and totals alike; a blank cell",
            "opens the sums of its row and column. Table 二 has no sums: only `stock` (with the year before) and `narrative` (with a",
            "sentence) can contradict it, so its numbers rest on the independence of two readings.",
            "",
            "## What could not be read",
            "",
            "Findings whose code begins with `reading.` (severity warning, origin `extraction`) say what the document prints but",
            "was left out of the facts, because it could not be told with certainty:",
            "",
            "| code | meaning |",
            "|---|---|",
            *(f"| `{code}` | {meaning} |" for code, meaning in READING.items()),
            "",
            "`correction.stale` (warning): a line of `data/corrections/` corrects what the document no longer says; it was not",
            "applied, and the message names file and line.",
            "",
        ]
    )


READING = {
    "reading.disagreement": "two independent readings of a table differ: nothing of it is loaded, it waits for a person",
    "reading.low_confidence": "numbers recognised in a picture with little confidence, or differently by two recognisers: they are not loaded, they wait for a person; one finding a table counts them",
    "reading.unread": "a part of the file could not be read at all: a picture without the means to recognise it, an embedded object",
    "reading.unknown_row": "a row of numbers whose label is no row of the form, or could be two",
    "reading.unknown_column": "a value under a heading that is not in the form, or headings of a table that cannot be told apart",
    "reading.unreadable_row": "a known row whose values cannot be told apart by column (a lost, doubled or merged cell)",
    "reading.unreadable_number": "a cell that is neither blank nor one number of the expected kind",
    "reading.contradiction": "the document gives two different values for one cell",
    "reading.missing_table": "some statutory tables were read and this one was not found",
    "reading.missing_rows": "rows of the form are not in their table: cut off with a lost page, or left out by the publisher; they are named",
    "reading.several_reports": "the document holds another report, of another year or organ: only the one that its title names is read",
    "reading.unknown_organ": "nothing in the document names the organ, or its name could be several organs': it waits for a person",
    "reading.year_conflict": "the title and the period stated in the text name different years",
    "reading.value": "a number that the warehouse has no place for (not whole, too large)",
}


def schema() -> str:
    """The star, table by table."""
    out = [
        NOTE,
        "# The star schema",
        "",
        "One fact row is one published number. A blank published cell is a row with NULL.",
        "",
    ]
    for table in TABLES:
        out += [f"## {table.name}", "", table.description, ""]
        out += [
            f"Key: {', '.join(f'`{name}`' for name in table.key) or '(rows may repeat)'}. Sorted by: {table.sort}.",
            "",
        ]
        out += ["| column | type | may be NULL | what it is |", "|---|---|---|---|"]
        for column in table.columns:
            reference = f" → `{column.references}`" if column.references else ""
            out.append(
                f"| `{column.name}` | {column.duckdb_type} | {'yes' if column.nullable else ''} | {column.description}{reference} |"
            )
        out.append("")
    return "\n".join(out)


def label_page() -> str:
    """Canonical codes with every label that is understood for them."""
    out = [
        NOTE,
        "# Labels",
        "",
        "How a printed label becomes a canonical code. Labels are compared without numbering, white space, punctuation and",
        "full width; a misprint counts only where one label is clearly nearest. The first label of each line is the form's.",
        "To teach a new variant, add it to `extract/forms/labels.py` with the place where it was seen.",
    ]
    axes = {
        "Table 三, rows": labels.OUTCOME_LABELS,
        "Table 三, groups of rows": labels.GROUP_LABELS,
        "Table 三, columns": labels.APPLICANT_LABELS,
        "Table 二, rows": labels.POWER_LABELS,
        "Table 二, columns": labels.MEASURE_LABELS,
        "Table 四, channels": labels.CHANNEL_LABELS,
        "Table 四, results": labels.RESULT_LABELS,
    }
    for title, axis in axes.items():
        out += ["", f"## {title}", "", "| code | labels |", "|---|---|"]
        out += [f"| `{code}` | {'; '.join(text for text, _ in aliases)} |" for code, aliases in axis.items()]
    out += ["", "## Blocks of table 二", "", "| headings that stand together | form |", "|---|---|"]
    out += [f"| {', '.join(f'`{code}`' for code in block)} | {form} |" for block, form in vocabulary.BLOCKS.items()]
    return "\n".join([*out, ""])


COLUMNS = "## Columns"


def chinese_views() -> dict[str, str]:
    """The views that repeat others in Chinese, by their names."""
    ours = {name: text for name, text in view_statements().items() if name.isascii()}
    return {
        chinese.called("view", view.name): chinese.statement(view.name, [(c.name, c.type) for c in view.columns])
        for view in warehouse_dictionary(ours)
        if view.is_view
    }


def views() -> str:
    """docs/views.md: what is written by hand, up to the columns, and then the columns of all views."""
    by_hand = (HERE / "views.md").read_text(encoding="utf-8").partition(COLUMNS)[0]
    out = [
        COLUMNS,
        "",
        NOTE,
        "",
        "In the database they are comments; `ogi describe v_district_year` prints those of one view.",
        "",
        "Every view also stands in Chinese: its columns under the names of `sql/chinese_names.csv`, values of closed sets as in",
        "`sql/chinese_values.csv` (本级, 汇总; 政府, 部门; 是, 否); codes, keys and what is text of a report are unchanged.",
        "",
        *(f"- `{theirs}` is `{ours}`" for ours, theirs in chinese.names("view").items()),
        "",
        "| column | in | unit | what it is |",
        "|---|---|---|---|",
    ]
    all_views = [r for r in warehouse_dictionary() if r.is_view and r.name.isascii()]
    told = known()
    for (view, column), (unit, description) in sorted(told.items(), key=lambda line: (line[0][1], line[0][0])):
        having = [r.name for r in all_views if any(c.name == column for c in r.columns)]
        having = [view] if view else [name for name in having if (name, column) not in told]
        where = ", ".join(f"`{name}`" for name in having) if len(having) < 5 else f"{len(having)} views"
        out.append(f"| `{column}` | {where} | {unit} | {description} |")
    return by_hand + "\n".join([*out, ""])


def indicator_page() -> str:
    """The indicators, with the forms that have them."""
    return indicators.page(NOTE)


def accuracy_page() -> str:
    """What was measured of the reading, by what."""
    lines = [
        f"| {one['what_en']} | {one['documents']:,} | {one['cells']:,} | {accuracy.share(one)} | {one['waiting']} | {one['unread']} | {one['wrong']} | `{one['measured_by']}` |"
        for one in accuracy.measured()
    ]
    return "\n".join(
        [
            NOTE,
            "# How accurate the reading is",
            "",
            "Cells of tables 二, 三 and 四 as they are printed, and what comes of them: right; left out until a person has looked",
            "(waiting); not read, which is reported; or wrong. `flows/site/accuracy.csv` holds the figures, which the pages of `ogi site`",
            'show, too; whoever measures anew writes them there. docs/house.md ("What scans give") tells scans apart by what they are saved as.',
            "",
            "| what | documents | cells | right | waiting | not read | wrong | measured by |",
            "|---|---:|---:|---:|---:|---:|---:|---|",
            *lines,
            "",
        ]
    )


PAGES = {
    "accuracy.md": accuracy_page,
    "views.md": views,
    "checks.md": checks,
    "schema.md": schema,
    "labels.md": label_page,
    "indicators.md": indicator_page,
}

if __name__ == "__main__":
    (VIEWS / "v_indicator_form.sql").write_text(indicators.view(), encoding="utf-8")
    (VIEWS / "v_organ_type.sql").write_text(organ_types.view(), encoding="utf-8")
    for name, text in chinese_views().items():
        (VIEWS / f"{name}.sql").write_text(text, encoding="utf-8")
    for name, write in PAGES.items():
        (HERE / name).write_text(write(), encoding="utf-8")
    import examples  # here, as only the script has its folder among the places of modules

    examples.write()
