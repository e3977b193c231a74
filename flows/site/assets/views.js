// How requests ended, who asked, and districts by years.
"use strict";
(() => {
  const O = window.OGI, {el, t} = O;
  const go = (address) => { location.hash = address; };
  const wide = () => document.documentElement.clientWidth;
  const GROUPS = ["granted", "partially_granted", "denied", "unavailable", "not_processed", "other"];
  const isDoubtful = (year) => year.quality === "partial";
  const isSmall = (year) => year.total === null || year.total < O.about.floor;

  // At most four years to write below the bars, none of them a year that the place has no report of.
  const yearTicks = (points, [first, last]) => {
    const years = [...new Set(points.map((point) => point.year))].filter((year) => year >= first && year <= last).sort((a, b) => a - b), step = Math.ceil(years.length / 4);
    return years.filter((_, i) => i % step === 0);
  };

  // Years as bars, each leading to its report. points: [{year, value, href, row}]; the highest of all charts of a page is their common height.
  O.bars = async (title, points, {top, span, rate = false, width = 230}) => {
    await O.load("plot");
    const P = window.Plot, show = (v) => O.show(rate ? "a_rate" : "", v), thick = Math.max(4, Math.min(22, (width - 60) / (span[1] - span[0] + 1) - 3));
    const drawn = P.plot({width, height: 132, marginLeft: 44, marginRight: 14, marginTop: 12, marginBottom: 24, ariaLabel: `${title}: ${points.map((p) => `${p.year} ${show(p.value)}`).join(", ")}`,
      style: {background: "transparent", fontFamily: "inherit", fontSize: "12px", overflow: "visible"},
      x: {label: null, tickFormat: "d", interval: 1, ticks: yearTicks(points, span), domain: [span[0] - 0.6, span[1] + 0.6]},
      y: {label: null, grid: true, domain: [0, top || 1], ticks: 3, tickFormat: rate ? (v) => `${Math.round(v * 1000) / 10}%` : undefined},
      marks: [P.ruleY([0], {stroke: "currentColor", strokeOpacity: 0.5}),
        P.ruleX(points, {x: "year", y1: 0, y2: "value", strokeWidth: thick, stroke: (p) => isSmall(p.row) ? "#888888" : O.colours()[0], strokeOpacity: (p) => isDoubtful(p.row) ? 0.4 : 1,
          href: "href", title: (p) => [`${title} ${p.year}: ${show(p.value)}`, isDoubtful(p.row) && t("doubtful")].filter(Boolean).join("; ")}),
        P.text(points.filter((p) => p.value === 0), {x: "year", y: 0, dy: -7, text: () => "0", fill: "currentColor", fillOpacity: 0.7})]});
    return el("figure", {}, el("figcaption", {}, title), drawn);
  };

  // The years of a division with the opened cells of table 三 of their reports.
  async function yearsOf(code) {
    const years = (await O.years()).get(code) ?? [], held = years.length ? (await O.part(O.partOf(code))).reports : [];
    const by = new Map(held.map((report) => [report.report_key, report]));
    return years.map((year) => ({...year, cells: new Map((by.get(year.report_key)?.open().fact_request ?? []).map(([row, values]) => [row, values]))}));
  }
  const link = (year, figure) => `#/report/${O.partOf(year.division_key)}/${year.report_key}/${figure}`;
  const span = (years) => [Math.min(...years.map((year) => year.year)), Math.max(...years.map((year) => year.year), Math.min(...years.map((year) => year.year)) + 1)];
  // A cell of a year's report, looking doubtful or small where the report is.
  const number = (year, value, figure, small = isSmall(year), rate = false) => value === null || value === undefined ? el("span", {class: "none"}, "—")
    : el("a", {href: link(year, figure), class: [small && "small", isDoubtful(year) && "doubtful", year.quality === "publisher_findings" && "faulty"].filter(Boolean).join(" ") || null,
      title: [isDoubtful(year) && t("doubtful"), year.quality === "publisher_findings" && t("publisher_findings"), small && t("below_floor", O.about.floor)].filter(Boolean).join("; ") || null}, O.show(rate ? "a_rate" : "", value));

  // The frame of both pages: a place is chosen, then its small multiples and their table.
  async function page(name, code, mode, body) {
    const names = await O.names(), one = names.by.get(code);
    const lead = [el("h1", {}, one ? [el("span", {}, one.full), `: ${t(name)}`] : t(name)), el("p", {class: "lead"}, t(`${name}_lead`))];
    const held = names.list.filter((other) => other.years.length);
    const choose = (other) => el("li", {}, el("a", {href: `#/${name}/${other.code}`}, other.full), el("span", {class: "quiet"}, O.spans(other.years) || t("no_report")));
    if (!one) return [...lead, ...O.picker(names, "place", choose, held.slice(0, 40).map(choose))];
    const years = await yearsOf(code);
    if (!years.length) return [...lead, el("p", {}, t("no_data"))];
    const kicker = el("p", {class: "kicker"}, el("a", {href: `#/division/${code}`}, one.full));
    const modes = el("div", {class: "controls"}, O.select("show_as", [["count", t("counts")], ["share", t("shares")]], mode, (chosen) => go(`#/${name}/${code}/${chosen}`)));
    return [kicker, ...lead, modes, ...await body(years, one)];
  }
  const widthOf = () => wide() < 620 ? Math.floor((wide() - 50) / 2) : 230;

  O.pages.outcomes = ([code, mode = "count"]) => page("outcomes", code, mode, async (years, one) => {
    const rate = mode === "share", bounds = span(years), rows = Object.keys(O.about.words.outcome).filter((row) => GROUPS.includes(row.split(".")[0]));
    // A share stands only where the year's rates do: its outcomes and its total do not contradict each other.
    const shared = (year, value) => value === null || value === undefined ? null : !rate ? value : year.rates_withheld === null && year.total > 0 ? value / year.total : null;
    const group = (year, name) => shared(year, year[name]), cell = (year, row) => shared(year, year.cells.get(row)?.total ?? null);
    const points = (of, figure) => years.map((year) => ({year: year.year, value: of(year), row: year, href: link(year, figure)})).filter((p) => p.value !== null);
    const top = Math.max(...GROUPS.flatMap((name) => years.map((year) => group(year, name) ?? 0)), rate ? 0.01 : 1);
    const reasons = rows.filter((row) => row.includes(".") && years.some((year) => cell(year, row) > 0));
    const topReason = Math.max(...reasons.flatMap((row) => years.map((year) => cell(year, row) ?? 0)), rate ? 0.01 : 1), width = widthOf();
    const drawn = await Promise.all(GROUPS.map((name) => O.bars(t(name), points((year) => group(year, name), name), {top, span: bounds, rate, width})));
    const small = await Promise.all(reasons.map((row) => O.bars(O.label("outcome", row), points((year) => cell(year, row), `cell:${row}:total`), {top: topReason, span: bounds, rate, width})));
    const table = O.table(t("outcomes"), [t("outcome"), ...years.map((year) => year.year)], [
      ...GROUPS.map((name) => Object.assign([el("b", {}, t(name)), ...years.map((year) => number(year, group(year, name), name, undefined, rate))], {class: "group"})),
      ...rows.filter((row) => row.includes(".")).map((row) => [O.label("outcome", row), ...years.map((year) => number(year, cell(year, row), `cell:${row}:total`, undefined, rate))])]);
    const of = el("div", {}, el("div", {class: "multiples"}, drawn), reasons.length ? el("h2", {}, t("reasons")) : null, el("div", {class: "multiples"}, small), table);
    return [O.tools({name: `outcomes-${one.code}`, heads: ["division_key", "year", "outcome_key", "count", "report_key"], of,
      rows: years.flatMap((year) => rows.filter((row) => year.cells.has(row)).map((row) => [one.code, year.year, row, year.cells.get(row).total, year.report_key])),
      sql: `select d.division_key, d."year", c.outcome_key, c."count", d.report_key::varchar as report_key\nfrom v_district_year as d\ninner join v_request_cell as c on d.report_key = c.report_key\nwhere d.division_key = ${O.quoted(one.code)} and c.is_total and not c.is_balance\norder by all`}),
      el("p", {class: "note"}, t("multiples_note", O.about.floor)), of];
  });

  O.pages.applicants = ([code, mode = "count"]) => page("applicants", code, mode, async (years, one) => {
    const rate = mode === "share", bounds = span(years), who = Object.keys(O.about.words.applicant).filter((name) => name !== "total");
    // A share is of the published 总计 of 本年新收, and stands only where the columns add up to it.
    const cell = (year, name) => {
      const asked = year.cells.get("new"), value = asked?.[name] ?? null;
      if (!rate || value === null) return value;
      return asked.total > 0 && who.reduce((all, column) => all + (asked[column] ?? NaN), 0) === asked.total ? value / asked.total : null;
    };
    const few = (year) => (year.cells.get("new")?.total ?? 0) < O.about.floor;
    const top = Math.max(...who.flatMap((name) => years.map((year) => cell(year, name) ?? 0)), rate ? 0.01 : 1), width = widthOf();
    const drawn = await Promise.all(who.map((name) => O.bars(O.label("applicant", name), years.map((year) => ({year: year.year, value: cell(year, name), row: few(year) ? {...year, total: 0} : {...year, total: Infinity}, href: link(year, `cell:new:${name}`)})).filter((p) => p.value !== null), {top, span: bounds, rate, width})));
    const table = O.table(t("applicants"), [t("applicant"), ...years.map((year) => year.year)], who.map((name) => [O.label("applicant", name), ...years.map((year) => number(year, cell(year, name), `cell:new:${name}`, few(year), rate))]));
    const of = el("div", {}, el("div", {class: "multiples"}, drawn), table);
    return [O.tools({name: `applicants-${one.code}`, heads: ["division_key", "year", "applicant_key", "count", "report_key"], of,
      rows: years.flatMap((year) => who.filter((name) => year.cells.get("new")?.[name] !== undefined).map((name) => [one.code, year.year, name, year.cells.get("new")[name], year.report_key])),
      sql: `select d.division_key, d."year", c.applicant_key, c."count", d.report_key::varchar as report_key\nfrom v_district_year as d\ninner join v_request_cell as c on d.report_key = c.report_key\nwhere d.division_key = ${O.quoted(one.code)} and c.outcome_key = 'new' and not c.is_total\norder by all`}),
      el("p", {class: "note"}, t("multiples_note", O.about.floor)), of];
  });

  O.pages.heat = async ([figure = "refusal_rate", level = "county", part = "all"]) => {
    const names = await O.names(), all = await O.years(), most = 300;
    if (!O.FIGURES.includes(figure)) figure = "refusal_rate";
    const address = (change) => go(`#/heat/${Object.values({figure, level, part, ...change}).join("/")}`);
    const places = names.list.filter((one) => one.level === level && (part === "all" || one.code.startsWith(part)) && all.has(one.code));
    // What is below the floor has no colour: it is grey, as everywhere.
    const counts = (year) => year[figure] !== null && (!O.isRate(figure) || year.total >= O.about.floor);
    const told = places.flatMap((one) => all.get(one.code)).filter(counts).map((year) => year[figure]).sort((a, b) => a - b);
    const edges = [0.2, 0.4, 0.6, 0.8].map((share) => told[Math.floor(share * told.length)]);
    const step = (value) => edges.filter((edge) => value > edge).length;
    const years = [...new Set(places.flatMap((one) => all.get(one.code).map((year) => year.year)))].sort();
    const rows = places.slice(0, most).map((one) => [el("a", {href: `#/division/${one.code}`}, one.full), ...years.map((year) => {
      const found = all.get(one.code).find((other) => other.year === year);
      return found ? el("span", {class: counts(found) && !isDoubtful(found) ? `heat h${step(found[figure])}` : "heat"}, O.number(found, figure)) : el("span", {class: "none"}, "·");
    })]);
    const table = places.length ? O.table(t(figure), [t("place"), ...years], rows) : el("p", {}, t("nothing_found"));
    const scale = told.length ? el("p", {class: "note scale"}, t("fifths"), [0, 1, 2, 3, 4].map((i) => el("span", {class: `heat h${i}`}, i ? `> ${O.show(figure, edges[i - 1])}` : `≤ ${O.show(figure, edges[0])}`))) : null;
    const of = el("div", {}, scale, table), within = part === "all" ? "" : ` and division_key like ${O.quoted(`${part}%`)}`;
    return [el("h1", {}, `${t("heat_head")}: ${t(figure)}`),
      el("div", {class: "controls"}, O.select("figure", O.FIGURES.map((f) => [f, t(f)]), figure, (f) => address({figure: f})),
        O.select("level", O.LEVELS.map((l) => [l, t(l)]), level, (l) => address({level: l})),
        O.select("in", [["all", t("all")], ...Object.entries(O.about.parts).filter(([, name]) => name)], part, (p) => address({part: p}))),
      O.tools({name: `heat-${figure}-${level}`, of, heads: ["division_key", "year", figure, "total", "report_key"],
        rows: places.flatMap((one) => all.get(one.code).map((year) => [one.code, year.year, year[figure], year.total, year.report_key])),
        sql: `select division_key, "year", ${O.column(figure)}, total, report_key::varchar as report_key\nfrom v_district_year\nwhere division_level = ${O.quoted(level)}${within}\norder by division_key, "year"`}),
      el("p", {class: "note"}, t("heat_note", O.about.floor), places.length > most ? ` ${t("first_of", most, places.length)}` : ""), of];
  };
})();
