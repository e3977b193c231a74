"""The star, declared once: Arrow types, keys, sort order, and the words that explain each column.

Parquet files, DuckDB tables, their comments and the verification after loading all follow from here.
"""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa

GROUP = 122_880
"""Rows of a Parquet row group: DuckDB's own."""
KEY = pa.int64()
CODE = pa.string()
TEXT = pa.string()
COUNT = pa.int64()
NUMBER = pa.float64()
YEAR = pa.int16()
ORDER = pa.int16()
FLAG = pa.bool_()
DATE = pa.date32()
MOMENT = pa.timestamp("us")  # UTC without a zone: DuckDB's TIMESTAMP, readable everywhere
CODES = pa.list_(pa.field("element", pa.string()))  # the name that Parquet gives it

_DUCKDB_TYPES = {
    KEY: "BIGINT",
    NUMBER: "DOUBLE",
    TEXT: "VARCHAR",
    YEAR: "SMALLINT",
    pa.int32(): "INTEGER",
    FLAG: "BOOLEAN",
    DATE: "DATE",
    MOMENT: "TIMESTAMP",
    CODES: "VARCHAR[]",
}


@dataclass(frozen=True, slots=True)
class Column:
    """One column. `references` names the `table.column` that each of its values must be found in."""

    name: str
    type: pa.DataType
    description: str
    nullable: bool = False
    references: str | None = None
    distinct: bool = False
    """Nearly every value is another one: a Parquet dictionary would only cost."""

    @property
    def duckdb_type(self) -> str:
        """The DuckDB type of the same values."""
        return _DUCKDB_TYPES[self.type]


@dataclass(frozen=True, slots=True)
class Table:
    """One table. `key`: the columns whose values together are unique (empty: rows may repeat).

    `sort`: in words, the total order in which the rows are written. `row_group`: rows a Parquet row group.
    """

    name: str
    description: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    sort: str
    row_group: int = GROUP
    is_partitioned: bool = False
    """Whether the star keeps it by year and province (`partitions.py`): it has rows of each report."""

    @property
    def arrow(self) -> pa.Schema:
        """The pyarrow schema, with descriptions, keys and references as metadata."""
        fields = [
            pa.field(c.name, c.type, c.nullable, _metadata(description=c.description, references=c.references))
            for c in self.columns
        ]
        return pa.schema(fields, _metadata(description=self.description, key=",".join(self.key), sort=self.sort))

    @property
    def dictionary(self) -> list[str]:
        """The columns that Parquet keeps as a dictionary."""
        return [c.name for c in self.columns if not c.distinct and c.type != CODES]

    def ddl(self) -> list[str]:
        """CREATE TABLE and COMMENT ON statements for DuckDB."""
        lines = [f'"{c.name}" {c.duckdb_type}{"" if c.nullable else " NOT NULL"}' for c in self.columns]
        return [
            f'CREATE TABLE "{self.name}" ({", ".join(lines)})',
            f'COMMENT ON TABLE "{self.name}" IS {quoted(self.description)}',
            *(f'COMMENT ON COLUMN "{self.name}"."{c.name}" IS {quoted(c.description)}' for c in self.columns),
        ]


def _metadata(**values: str | None) -> dict[str, str]:
    return {name: value for name, value in values.items() if value}


def quoted(text: str) -> str:
    """A text as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"


_REPORT = Column("report_key", KEY, "The report that published it.", references="dim_report.report_key")
_SORT_ORDER = Column("sort_order", ORDER, "Position in the form, from 0.")
_FORMS = Column("forms", CODES, "The statutory forms that have it: 2014, 2019, 2021.")
_ZH = Column("name_zh", TEXT, "Label of the form.")
_EN = Column("name_en", TEXT, "Label in English.")
_FORM_ORDER = "year, division_key, report_key, order of the form"

DIMENSIONS: tuple[Table, ...] = (
    Table(
        "dim_year",
        "One reported year.",
        (
            Column("year", YEAR, "The year that reports are about."),
            Column("form", CODE, "The national form in force for that year: narrative, 2014, 2019, 2021."),
            Column(
                "due_departments",
                DATE,
                "Day by which departments are to publish: 31 January of the next year; for 2008 to 2018, 31 March.",
            ),
            Column("due_governments", DATE, "Day by which governments are to publish: 31 March of the next year."),
        ),
        ("year",),
        "year",
    ),
    Table(
        "dim_applicant",
        "The 7 applicant columns of table 三 (requests).",
        (
            Column("applicant_key", CODE, "Code of the applicant column."),
            Column("code", CODE, "The same code."),
            _ZH,
            _EN,
            Column("is_total", FLAG, "True for the column 总计, which repeats the other six."),
            _SORT_ORDER,
        ),
        ("applicant_key",),
        "sort_order",
    ),
    Table(
        "dim_outcome",
        "The rows of table 三 (requests).",
        (
            Column("outcome_key", CODE, "Code of the row."),
            Column("code", CODE, "The same code."),
            Column(
                "group_code",
                CODE,
                "Group of outcomes: denied, unavailable, not_processed, other; NULL where none.",
                True,
            ),
            _ZH,
            _EN,
            Column("is_leaf", FLAG, "True for rows that count requests by outcome; they add up to row total."),
            Column("is_balance", FLAG, "True for new, carried_in, total, carried_out: never add them to outcomes."),
            _FORMS,
            _SORT_ORDER,
        ),
        ("outcome_key",),
        "sort_order",
    ),
    Table(
        "dim_measure",
        "Row × measure of table 二 (disclosure), and the indicators that statistics sheets of form 2014 print.",
        (
            Column("measure_key", CODE, "Code of the measure: row_code.column_code."),
            Column("code", CODE, "The same code."),
            Column("row_code", CODE, "Code of the row; of a 2014 sheet its label after those that it is part of."),
            Column("column_code", CODE, "Code of the column; of a 2014 sheet its heading, `value` where there is one."),
            _ZH,
            Column("name_en", TEXT, "Label in English; NULL for a 2014 sheet.", True),
            Column("unit", CODE, "Unit of the form: 件 documents or decisions, 项 items, 万元 10,000 CNY.", True),
            _FORMS,
            _SORT_ORDER,
        ),
        ("measure_key",),
        "sort_order",
    ),
    Table(
        "dim_proceeding",
        "The 3 rows × 5 columns of table 四 (reconsideration and litigation).",
        (
            Column("proceeding_key", CODE, "Code: channel.result."),
            Column("channel", CODE, "reconsideration, litigation_direct or litigation_after_reconsideration."),
            Column("result", CODE, "upheld, corrected, other, pending or total."),
            _ZH,
            _EN,
            Column("is_total", FLAG, "True for 总计, which repeats the other four."),
            _SORT_ORDER,
        ),
        ("proceeding_key",),
        "sort_order",
    ),
    Table(
        "dim_division",
        "One administrative division (GB/T 2260, 统计用区划代码).",
        (
            Column(
                "division_key",
                CODE,
                "The division's code; of a former one whose code is in use again, code and year of its end: 130502@2020.",
            ),
            Column("code", CODE, "6 digits down to counties, 9 digits for townships and subdistricts."),
            Column("name", TEXT, "Name of the division itself."),
            Column("level", CODE, "province, prefecture, county or township."),
            Column("parent_code", CODE, "Code of the division above; NULL for provinces.", True),
            Column("province", CODE, "Name of the province that it is or lies in.", True),
            Column(
                "prefecture",
                CODE,
                "Name of the prefecture; NULL above it and where the code list only has a placeholder.",
                True,
            ),
            Column("county", CODE, "Name of the county; NULL above it.", True),
            Column("township", TEXT, "Name of the township; NULL above it.", True),
            Column("full_name", TEXT, "The names from the province down, joined, without placeholders such as 市辖区."),
            Column(
                "since",
                YEAR,
                "The first year of this code, name and land, from 1981 on; NULL where it is not known.",
                True,
            ),
            Column("until", YEAR, "The year in which it was merged, renamed or raised; NULL while it stands.", True),
            Column("successors", CODES, "Codes of the divisions that it became part of; NULL while it stands.", True),
            Column(
                "current_key",
                CODE,
                "The division to compare it on: what it became as long as one became one other; merged or divided, itself.",
            ),
            Column("decision", TEXT, "By what it was changed; NULL while it stands, and where it is not known.", True),
            Column(
                "is_zone",
                FLAG,
                "True for a zone: with the project's code (a dash), or with one of the statistics office (…71 to …79).",
            ),
        ),
        ("division_key",),
        "division_key",
    ),
    Table(
        "dim_territory",
        "What the land of a division of today was part of before several became one, or one several. None: it is as it was.",
        (
            Column("division_key", CODE, "The division of today.", references="dim_division.division_key"),
            Column(
                "part_key",
                CODE,
                "The division that its land, or a piece of it, then was: itself, or one merged or divided.",
                references="dim_division.division_key",
            ),
            Column("first_year", YEAR, "The first reported year of which this is so, 2008 or later."),
            Column("last_year", YEAR, "The last reported year."),
            Column("is_entire", FLAG, "Whether all of the part's land is in it today; a divided one's is not."),
            Column("break_year", YEAR, "The year in which that ended."),
            Column("decision", TEXT, "By what it ended; NULL where it is not known.", True),
        ),
        (),
        "division_key, first_year, part_key",
    ),
    Table(
        "dim_organ",
        "One administrative organ.",
        (
            Column("organ_key", KEY, "Key derived from the organ's identity; below 2**53; the same in every build."),
            Column("name", TEXT, "Name as its latest report gives it."),
            Column("canonical_name", TEXT, "Its place in full, short words written out: one organ, one name."),
            Column("kind", CODE, "government, department, township, subdistrict or other; NULL where not known.", True),
            Column("level", CODE, "national, province, prefecture, county or township; NULL where not known.", True),
            Column(
                "division_key",
                CODE,
                "The division that it serves; NULL where not known.",
                True,
                "dim_division.division_key",
            ),
            Column(
                "parent_organ_key",
                KEY,
                "The government that it belongs to, up to the province's; NULL where not known.",
                True,
                "dim_organ.organ_key",
            ),
            Column(
                "current_key",
                KEY,
                "What its years are compared under: its key, or that of the same organ of what its division became.",
            ),
        ),
        ("organ_key",),
        "organ_key",
    ),
    Table(
        "dim_report",
        "One version of one organ's report for one year.",
        (
            Column(
                "report_key", KEY, "Key derived from organ, year and document; below 2**53; the same in every build."
            ),
            Column("organ_key", KEY, "The reporting organ; NULL where not known.", True, "dim_organ.organ_key"),
            Column("division_key", CODE, "Its division; NULL where not known.", True, "dim_division.division_key"),
            Column("year", YEAR, "The reported year; NULL where not known.", True, "dim_year.year"),
            Column("form", CODE, "Form of its tables: 2021, 2019, 2014 or narrative.", True),
            Column("scope", CODE, "Whose figures: own, consolidated or unknown."),
            Column("scope_phrase", TEXT, "The words of the text that scope was told by.", True, distinct=True),
            Column(
                "organ_evidence",
                TEXT,
                "Where the document names the organ, and what told its place.",
                True,
                distinct=True,
            ),
            Column(
                "year_from",
                CODE,
                "What told the year: title, period (stated in the text), address.",
                True,
            ),
            Column("title", TEXT, "Title as printed.", True, distinct=True),
            Column("published", DATE, "Date of publication that the document states.", True),
            Column(
                "published_from",
                CODE,
                "What told the date: meta (tags), info line, url, pdf (its creation date).",
                True,
            ),
            Column(
                "due",
                DATE,
                "Day by which it was to be published (条例 2019 §49, 2007 §31); NULL where kind or year are not known.",
                True,
            ),
            Column(
                "due_basis",
                CODE,
                "law; by analogy: the law names no day for organs of this kind (townships, subdistricts, zones, others).",
                True,
            ),
            Column("source_url", TEXT, "Where the document was fetched.", True, distinct=True),
            Column("sha256", CODE, "SHA-256 of the document's bytes, lower-case hex.", distinct=True),
            Column("format", CODE, "File format, as the reader found it.", True),
            Column(
                "version", ORDER, "1, 2 … among the documents of one organ, year and scope, by date of publication."
            ),
            Column(
                "is_current",
                FLAG,
                "True for the last version that says it corrects, else the last: what comparisons use.",
            ),
            Column(
                "previous_report_key",
                KEY,
                "The version before this one; NULL for the first.",
                True,
                "dim_report.report_key",
            ),
            Column(
                "correction",
                TEXT,
                "The words by which the document says that it corrects an earlier one; NULL: none.",
                True,
            ),
            Column(
                "quality",
                CODE,
                "clean; publisher_findings: a check failed or a cell could not be read; partial: two readings differ, or whose report it is is not known.",
            ),
            Column("extracted_at", MOMENT, "When this extractor first read the document (UTC)."),
            Column("extractor", CODE, "Version of the extraction code."),
        ),
        ("report_key",),
        "year, division_key, report_key",
    ),
)

FACTS: tuple[Table, ...] = (
    Table(
        "fact_request",
        "Table 三: one published count of requests. A blank cell is NULL; a row that the document lacks is no row.",
        (
            _REPORT,
            Column("outcome_key", CODE, "Row of table 三.", references="dim_outcome.outcome_key"),
            Column("applicant_key", CODE, "Column of table 三.", references="dim_applicant.applicant_key"),
            Column("count", COUNT, "Requests, as published; NULL: the cell is blank.", True),
        ),
        ("report_key", "outcome_key", "applicant_key"),
        _FORM_ORDER,
        is_partitioned=True,
    ),
    Table(
        "fact_disclosure",
        "Table 二: one published figure of proactive disclosure. A blank cell is NULL.",
        (
            _REPORT,
            Column(
                "measure_key",
                CODE,
                "Row and column of table 二, or of a 2014 sheet.",
                references="dim_measure.measure_key",
            ),
            Column(
                "value", NUMBER, "The figure, in `unit`; amounts are converted to 万元; NULL: the cell is blank.", True
            ),
            Column(
                "unit",
                CODE,
                "Unit of `value`; NULL: neither the form nor the document states one; value is as published.",
                True,
            ),
        ),
        ("report_key", "measure_key"),
        _FORM_ORDER,
        is_partitioned=True,
    ),
    Table(
        "fact_proceeding",
        "Table 四: one published count of reconsiderations or lawsuits. A blank cell is NULL.",
        (
            _REPORT,
            Column("proceeding_key", CODE, "Row and column of table 四.", references="dim_proceeding.proceeding_key"),
            Column("count", COUNT, "Cases, as published; NULL: the cell is blank.", True),
        ),
        ("report_key", "proceeding_key"),
        _FORM_ORDER,
        is_partitioned=True,
    ),
    Table(
        "fact_section",
        "One of the six statutory sections of a report, as prose.",
        (
            _REPORT,
            Column("section", CODE, "Number of the section, 1 to 6."),
            Column("heading", TEXT, "Heading as printed.", True, distinct=True),
            Column("text", TEXT, "Prose of the section, without its tables.", distinct=True),
        ),
        ("report_key", "section"),
        "year, division_key, report_key, section",
        row_group=4_096,  # texts of some kilobytes: a group is to stay within tens of megabytes
        is_partitioned=True,
    ),
    Table(
        "fact_finding",
        "One failed or inapplicable check, or something in the document that could not be read (reading.*).",
        (
            _REPORT,
            Column("check_code", CODE, "Code of the check."),
            Column("severity", CODE, "error, warning or info."),
            Column(
                "origin",
                CODE,
                "publisher: the document says so; extraction: two readings differ; NULL: undecided.",
                True,
            ),
            Column("result", CODE, "failed, or not_applicable where a missing cell leaves the rule undecided."),
            Column("where", CODE, "Cells concerned, separated by commas: table.row or table.row.column."),
            Column("expected", TEXT, "What the rule asks for.", True),
            Column("found", TEXT, "What the document has.", True),
            Column("message", TEXT, "The finding as a sentence."),
            Column("evidence", TEXT, "The sentence of the document that says so; NULL where tables alone do.", True),
            Column(
                "other_report_key",
                KEY,
                "The report that this one was compared with; NULL: none.",
                True,
                "dim_report.report_key",
            ),
            Column("since", MOMENT, "When the last document that the finding needs was first taken in (UTC)."),
        ),
        (),
        "year, division_key, report_key, then every column",
        is_partitioned=True,
    ),
    Table(
        "cell_source",
        "Where one published number stands in its document, and how it is printed.",
        (
            _REPORT,
            Column("fact_table", CODE, "fact_request, fact_disclosure or fact_proceeding."),
            Column("row_code", CODE, "Row of the table."),
            Column("column_code", CODE, "Column of the table."),
            Column("raw", TEXT, "Text of the cell as printed."),
            Column("unit", CODE, "Unit that the cell or its heading states; NULL: none.", True),
            Column(
                "table_index",
                pa.int32(),
                "Which table of the document, from 0; NULL: a person typed what was not read.",
                True,
            ),
            Column("row_index", pa.int32(), "Row in that table, from 0.", True),
            Column("column_index", pa.int32(), "Column in that table, from 0.", True),
            Column("page", pa.int32(), "Page as the reader counts them; NULL where the format has none.", True),
            Column("bbox", TEXT, "left,top,right,bottom in points from the page's upper left corner.", True),
            Column("reading", CODE, "The reader that gave it; corrected: a person."),
            Column("confidence", NUMBER, "Of a number recognised in a picture, 0 to 1.", True),
            Column(
                "proof",
                CODE,
                "What told which cell it is: labels; arithmetic (the one reading under which the table's sums hold);"
                " second reading (an independent reading of the document gives the same); person.",
            ),
        ),
        ("report_key", "fact_table", "row_code", "column_code"),
        _FORM_ORDER,
        is_partitioned=True,
    ),
    Table(
        "doubted_cell",
        "A number that was read but is in no fact: its readings differ, or a picture is not clear. It waits for a person.",
        (
            _REPORT,
            Column("fact_table", CODE, "fact_request, fact_disclosure or fact_proceeding."),
            Column("row_code", CODE, "Row of the table."),
            Column("column_code", CODE, "Column of the table."),
            Column("reading", CODE, "The reading that gave it."),
            Column("value", NUMBER, "What this reading gave; NULL: blank.", True),
            Column("unit", CODE, "What value is counted in; NULL where neither form nor document says.", True),
            Column("raw", TEXT, "Text of the cell as read."),
            Column("table_index", pa.int32(), "Which table of the document, from 0."),
            Column("row_index", pa.int32(), "Row in that table, from 0."),
            Column("column_index", pa.int32(), "Column in that table, from 0."),
            Column("page", pa.int32(), "Page as the reader counts them; NULL where the format has none.", True),
            Column("bbox", TEXT, "left,top,right,bottom in points from the page's upper left corner.", True),
            Column("confidence", NUMBER, "Of a number recognised in a picture, 0 to 1.", True),
        ),
        (),
        "year, division_key, report_key, order of the form, reading",
        is_partitioned=True,
    ),
    Table(
        "correction",
        "What a person decided about a document: a line of data/corrections. Those that are applied are in the facts.",
        (
            Column("file", CODE, "File of the line."),
            Column("line", pa.int32(), "Its number, from 1."),
            Column("sha256", CODE, "The document."),
            Column(
                "fact_table", CODE, "fact_request, fact_disclosure, fact_proceeding; dim_report: its organ or year."
            ),
            Column("row_code", CODE, "Row of the table; organ or year."),
            Column("column_code", CODE, "Column of the table; empty for organ and year."),
            Column("decision", CODE, "first or second reading, value (typed), reject (no number at all)."),
            Column("value", TEXT, "What stands there now, as written; empty: blank or rejected."),
            Column("unit", TEXT, "What an amount is counted in, as written; empty: the form's unit, or the reading's."),
            Column("was", TEXT, "What the reading said when it was decided; of organ and year, the title."),
            Column("who", CODE, "Who decided."),
            Column("decided", DATE, "When."),
            Column("why", TEXT, "Why."),
            Column(
                "is_applied",
                FLAG,
                "Whether it was applied: not where the document no longer says what was corrected, or was never taken in.",
            ),
            Column(
                "report_key", KEY, "The report of the document; NULL: it gives none now.", True, "dim_report.report_key"
            ),
        ),
        ("file", "line"),
        "file, line",
    ),
    Table(
        "address",
        "An address, or a given file, that would be the report of an organ and year, and gave none.",
        (
            Column("url", TEXT, "The address, or the file's path.", distinct=True),
            Column("organ_key", KEY, "The organ that the link or the file's name says; it may have no report at all."),
            Column("division_key", CODE, "Its division; NULL where not known.", True, "dim_division.division_key"),
            Column("year", YEAR, "The reported year that the link or the file's name says."),
            Column(
                "known",
                CODE,
                "address gone; not fetched (failed or refused); unreadable; waits (for a person, or not read yet).",
            ),
            Column("reason", TEXT, "Why.", True),
            Column("sha256", CODE, "The document; NULL where there is none.", True, distinct=True),
        ),
        (),
        "every column",
    ),
    Table(
        "document",
        "One fetched or given file, report or not. A path whose file changed has one row for each content.",
        (
            Column(
                "sha256", CODE, "SHA-256 of its bytes; NULL where the file could not be opened.", True, distinct=True
            ),
            Column("path", TEXT, "Where it was given.", distinct=True),
            Column("source_url", TEXT, "Where it was fetched.", True, distinct=True),
            Column(
                "fetched_at", MOMENT, "When it was first taken in; of an imported capture, when it was captured (UTC)."
            ),
            Column("format", CODE, "File format, as the reader found it.", True),
            Column("bytes", COUNT, "Size in bytes.", True),
            Column(
                "status",
                CODE,
                "ok, not_a_report, unreadable; quarantined: some or all of its numbers wait for a person; pending: taken in, not yet read by this extractor.",
            ),
            Column("reason", TEXT, "Why not ok.", True),
            Column(
                "category",
                CODE,
                "Why unreadable: damaged, protected, unsupported, missing_program; limits: time, memory or room ran out, which is no property of the document: it is tried again; lost copy: its stored bytes are damaged or gone (where another extractor had read it before, that reading stays and the status is ok): give the file again.",
                True,
            ),
            Column("report_key", KEY, "The report that it gave.", True, "dim_report.report_key"),
        ),
        ("path", "sha256"),
        "path, sha256",
    ),
)

TABLES: tuple[Table, ...] = DIMENSIONS + FACTS
TABLE = {table.name: table for table in TABLES}
