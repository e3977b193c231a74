// A report: what it is, its tables as they were printed, the cells behind the number that led here, and the checks.
"use strict";
(() => {
  const O = window.OGI, {el, t} = O;
  const starts = (group) => (row) => row === group || row.startsWith(`${group}.`);
  const is = (...rows) => (row) => rows.includes(row);
  // The rows of table 三 that a figure is made of; a rate stands over the total.
  const MADE = {
    new: is("new"), carried_in: is("carried_in"), carried_out: is("carried_out"), total: is("total"), granted: is("granted"), partially_granted: is("partially_granted"),
    disclosed: is("granted", "partially_granted"), denied: starts("denied"), unavailable: starts("unavailable"), not_held: is("unavailable.not_held"),
    not_processed: starts("not_processed"), other: starts("other"),
    disclosure_rate: is("granted", "partially_granted", "total"), refusal_rate: (row) => starts("denied")(row) || row === "total", not_held_rate: is("unavailable.not_held", "total"),
  };
  const REVIEWS = {
    reconsideration_total: [["reconsideration"], "total"], reconsideration_corrected: [["reconsideration"], "corrected"],
    lawsuits: [["litigation_direct", "litigation_after_reconsideration"], "total"], lawsuits_lost: [["litigation_direct", "litigation_after_reconsideration"], "corrected"],
  };
  const RESULTS = ["upheld", "corrected", "other", "pending", "total"];

  // The cells as they are kept (flows/site/packing.py says how), opened: {fact: [[row, {column: value}, {column: printed}, [table, row, page], proof]]}.
  O.opened = (packed, layouts) => Object.fromEntries(packed.map(([layout, values, printed = {}]) => {
    const [fact, table, page, proof, lines] = layouts[layout], {rows, columns} = O.about.grid[fact];
    return [fact, values.split(";").map((line, i) => {
      const given = line.split(","), [row, at, more = [table, page, proof]] = lines[i];
      const raws = Object.fromEntries(columns.map((column, j) => [column, printed[i * columns.length + j]]).filter(([, raw]) => raw !== undefined));
      return [rows[row], Object.fromEntries(columns.map((column, j) => [column, given[j] === "x" ? null : Number(given[j] || 0)])), raws, [more[0], at, more[1]], more[2]];
    })];
  }));

  const place = ([table, row, page]) => [page !== null && t("on_page", page), table !== null && row !== null && t("at", table + 1, row + 1)].filter(Boolean).join(", ") || "—";
  // Value and, where it is not just the digits, what was printed.
  const shown = (value, raw, marked) => el("span", {class: marked ? "marked" : null},
    value === null || value === undefined ? el("span", {class: "none"}, raw === undefined ? "—" : t("blank")) : O.show("", value),
    raw !== undefined && raw.trim() && raw.replaceAll(",", "") !== String(value) ? el("small", {class: "raw", title: t("printed")}, `“${raw}”`) : null);

  // A figure of an address may be one cell of table 三: cell:ROW:COLUMN.
  const asOneCell = (figure) => figure?.startsWith("cell:") ? figure.split(":").slice(1) : [null, null];
  function requests(rows, figure) {
    const [oneRow, oneColumn] = asOneCell(figure);
    const applicants = Object.keys(O.about.words.applicant), marks = MADE[figure] ?? (() => false);
    const order = Object.keys(O.about.words.outcome);
    return O.table(t("table3"), ["", ...applicants.map((a) => O.label("applicant", a)), t("where")], [...rows].sort((a, b) => order.indexOf(a[0]) - order.indexOf(b[0])).map(([row, values, raws, at, proof]) =>
      Object.assign([O.label("outcome", row), ...applicants.map((a) => shown(values[a], raws[a], marks(row) && a === "total" || row === oneRow && a === oneColumn)), el("span", {class: "quiet", title: `${t("proof")}: ${proof ?? "—"}`}, place(at))], {class: marks(row) || row === oneRow ? "marked-row" : null})));
  }
  function proceedings(rows, figure) {
    const [channels, column] = REVIEWS[figure] ?? [[], null];
    const lines = rows.flatMap(([row, values, raws, at]) => RESULTS.map((result) => {
      const key = row.replace("litigation_after_reconsideration", "litigation_after");
      const label = O.about.words.proceeding[`${row}.${result}`] ? O.label("proceeding", `${row}.${result}`) : O.label("proceeding", `${key}.${result}`);
      return [label, shown(values[result], raws[result], channels.includes(row) && result === column), place(at)];
    }));
    return O.table(t("table4"), ["", "", t("where")], lines);
  }
  const disclosure = (rows) => O.table(t("table2"), ["", "", t("where")], rows.flatMap(([row, values, raws, at]) =>
    Object.keys(values).filter((column) => values[column] !== null || raws[column] !== undefined).map((column) => [O.label("measure", `${row}.${column}`), shown(values[column], raws[column]), place(at)])));

  const finding = (one) => el("li", {class: one.severity}, el("b", {}, one.check_code), one.cell ? ` ${one.cell}` : "",
    one.expected !== null || one.found !== null ? ` · ${t("expected")} ${one.expected ?? "—"}, ${t("found")} ${one.found ?? "—"}` : "", one.message ? ` · ${one.message}` : "",
    one.origin ? el("span", {class: "quiet"}, ` (${t(one.origin === "extraction" ? "from_extraction" : one.origin === "publisher" ? "from_publisher" : one.origin)})`) : "");

  O.reportPage = async ([part, key, figure]) => {
    if (O.about.parts[part] === undefined) return [el("h1", {}, t("not_there"))];
    const {reports} = await O.part(part), report = reports.find((one) => one.report_key === key);
    if (!report) return [el("h1", {}, t("not_there"))];
    const cells = report.open(), year = await O.figuresOf(report);
    const facts = [[t("organ"), report.organ_key ? el("a", {href: `#/organ/${part}/${report.organ_key}`}, report.organ ?? report.organ_key) : t("unknown")], [t("place"), report.division_key ? el("a", {href: `#/division/${report.division_key}`}, report.full_name) : t("unknown")],
      [t("year"), report.year ?? t("unknown")], [t("scope"), t(report.scope)], [t("quality"), el("span", {class: report.quality === "partial" ? "doubtful" : null}, t(report.quality))],
      [t("published"), `${report.published ?? t("not_stated")}${report.due ? ` (${t("due")} ${report.due})` : ""}`], [t("edition"), `${report.version}, ${report.format}`],
      [t("address"), O.link(report.source_url)], [t("sha"), el("code", {}, report.sha256)]];
    const [oneRow, oneColumn] = asOneCell(figure), made = oneRow ? "parts_cell" : MADE[figure] ? "parts" : REVIEWS[figure] ? "parts4" : figure === "days_late" ? "days_from" : null;
    const value = oneRow ? cells.fact_request?.find(([row]) => row === oneRow)?.[1][oneColumn] : year && figure === "lawsuits" ? sum(year, "total") : year && figure === "lawsuits_lost" ? sum(year, "corrected") : year?.[figure];
    const word = {reconsideration_total: "reviews", reconsideration_corrected: "reviews_corrected"}[figure] ?? figure;
    const asked = oneRow ? `${O.label("outcome", oneRow)} · ${O.label("applicant", oneColumn)}` : t(word);
    const tables = el("div", {}, cells.fact_request ? requests(cells.fact_request, figure) : null, cells.fact_proceeding ? proceedings(cells.fact_proceeding, figure) : null,
      cells.fact_disclosure ? disclosure(cells.fact_disclosure) : null);
    return [
      el("p", {class: "kicker"}, t("report_head")), el("h1", {}, report.title ?? report.organ ?? key),
      made && value !== undefined ? el("p", {class: "asked", id: "asked"}, `${t("selected")}: ${asked} `, el("b", {}, O.show(figure, value)), el("span", {class: "quiet"}, ` — ${t(made)}`)) : null,
      el("dl", {}, facts.flatMap(([head, value_]) => [el("dt", {}, head), el("dd", {}, value_)])),
      el("section", {}, el("h2", {}, t("checks")), report.findings.length ? el("ul", {class: "findings"}, report.findings.map(finding)) : el("p", {}, t("no_findings"))),
      report.waiting.length ? el("section", {}, el("h2", {}, t("waiting")), el("ul", {class: "doubtful"}, report.waiting.map(([fact, row, column, raw, reading]) => el("li", {}, `${fact}.${row}.${column}: “${raw ?? ""}” (${reading})`)))) : null,
      O.tools({name: `report-${key}`, of: tables, heads: ["fact_table", "row_code", "column_code", "value"],
        rows: Object.entries(cells).flatMap(([fact, lines]) => lines.flatMap(([row, values]) => Object.entries(values).filter(([, one]) => one !== null).map(([column, one]) => [fact, row, column, one]))),
        sql: `select fact_table, row_code, column_code, "value"\nfrom v_cell\nwhere report_key = ${key} and "value" is not null\norder by all`}), tables,
    ];
  };
  const sum = (year, what) => O.lawsuits(year, what);
  // Both kinds of lawsuit together, where both are known.
  O.lawsuits = (year, what) => (year[`litigation_direct_${what}`] ?? null) === null || (year[`litigation_after_${what}`] ?? null) === null ? null : year[`litigation_direct_${what}`] + year[`litigation_after_${what}`];
})();
