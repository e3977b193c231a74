// The pages: find, a division, compare, rank. Each takes what its address says and gives elements.
"use strict";
(() => {
  const O = window.OGI, {el, t} = O;
  const RATES = ["disclosure_rate", "refusal_rate", "not_held_rate"];
  const FIGURES = ["new", "total", "disclosed", "denied", "not_held", "not_processed", "carried_out", ...RATES];
  const REVIEWS = [["reviews", "reconsideration_total"], ["reviews_corrected", "reconsideration_corrected"], ["lawsuits", "lawsuits"], ["lawsuits_lost", "lawsuits_lost"]];
  const go = (address) => { location.hash = address; };
  const wide = () => document.documentElement.clientWidth;
  const item = (one) => el("li", {}, el("a", {href: `#/division/${one.code}`}, el("b", {}, one.name), " ", el("span", {class: "quiet"}, one.full)),
    el("span", {class: "quiet"}, `${t(one.level)} · ${one.code} · ${one.years.length ? spans(one.years) : t("no_report")}`));
  const spans = (years) => years.reduce((runs, year) => {
    const last = runs.at(-1);
    if (last && last[1] === year - 1) last[1] = year; else runs.push([year, year]);
    return runs;
  }, []).map(([a, b]) => a === b ? `${a}` : `${a}–${b}`).join(", ");

  Object.assign(O, {spans, picker, FIGURES, LEVELS: ["province", "prefecture", "county", "township"]});
  function picker(names, id, chosen, empty, organ = null) {
    const list = el("ol", {class: "found", "aria-live": "polite"}), input = el("input", {id, type: "search", autocomplete: "off", spellcheck: "false", autofocus: true});
    const look = () => {
      const found = O.search(names.list, input.value), others = organ ? O.search(names.organs, input.value).slice(0, 20) : [];
      list.replaceChildren(...(input.value.trim() ? found.slice(0, 20).map(chosen) : empty));
      if (others.length) list.append(el("li", {class: "head"}, t("organs")), ...others.map(organ));
      if (input.value.trim() && !found.length && !others.length) list.append(el("li", {}, t("nothing_found")));
      if (found.length > 20) list.append(el("li", {class: "quiet"}, t("more", found.length - 20)));
    };
    input.addEventListener("input", look);
    input.addEventListener("keydown", (event) => { if (event.key === "Enter") list.querySelector("a,button")?.click(); });
    look();
    return [el("label", {for: id, class: "search"}, t("find_label")), input, list];
  }

  const organ = (one) => el("li", {}, el("a", {href: `#/organ/${one.part}/${one.code}`}, el("b", {}, one.name)), el("span", {class: "quiet"}, [one.full, O.spans(one.years)].filter(Boolean).join(" · ")));

  O.pages.find = async () => {
    const names = {...await O.names(), organs: await O.organs()}, held = names.list.filter((one) => one.years.length);
    return [el("h1", {}, t("find_head")), el("p", {class: "lead"}, t("find_lead")),
      ...picker(names, "find", item, [el("li", {class: "head"}, `${t("with_reports")}: ${held.length}`), ...held.slice(0, 40).map(item)], organ)];
  };

  O.pages.division = async ([code]) => {
    const names = await O.names(), one = names.by.get(code), years = (await O.years()).get(code) ?? [];
    if (!one) return [el("h1", {}, t("not_there"))];
    const head = [el("p", {class: "kicker"}, `${t(one.level)} · ${code}`), el("h1", {}, one.full)];
    const held = O.about.parts[code.slice(0, 2)] === undefined ? {reports: [], peers: []} : await O.part(code.slice(0, 2));
    const reports = held.reports.filter((report) => report.division_key === code);
    if (!reports.length) return [...head, el("p", {}, t("no_data"))];
    const others = reports.filter((report) => !years.some((year) => year.report_key === report.report_key));
    const formYears = years.filter((year, i) => i && years[i - 1].form !== year.form).map((year) => year.year);
    const breaks = formYears.map((year) => year - 0.5);
    const width = wide() < 620 ? wide() - 36 : 264, known = years.map((year) => year.year), span = [Math.min(...known) - 0.2, Math.max(...known, Math.min(...known) + 1) + 0.2];
    const charts = await Promise.all(["new", ...RATES].map((figure) => O.chart(figure, [{name: one.name, years}], {
      bands: held.peers.filter(([level, year, rate, count]) => level === one.level && rate === figure && count >= 3 && year >= span[0] && year <= span[1]).map(([, year, , , p10, median, p90]) => ({year, p10, median, p90})), breaks, width, span})));
    const heads = ["year", ...FIGURES, ...REVIEWS.map(([word]) => word), "days_late"];
    const late = (year) => year.days_late === null ? "—" : el("a", {class: year.days_late > 0 ? "late" : null, href: `#/report/${O.partOf(code)}/${year.report_key}/days_late`}, String(Math.max(0, year.days_late)));
    const review = (year, column) => {
      const value = column.startsWith("lawsuits") ? O.lawsuits(year, column === "lawsuits" ? "total" : "corrected") : year[column];
      return O.number({...year, [column]: value}, column);
    };
    const mark = (year) => [year.scope === "consolidated" && t("consolidated"), year.territory === "part" && t("territory_part"), year.quality === "partial" && t("doubtful")].filter(Boolean).join(", ");
    const findings = reports.flatMap((report) => report.findings.filter((one_) => one_.severity !== "info").map((one_) => [report, one_]));
    const shown = el("div", {}, el("div", {class: "charts"}, charts), el("p", {class: "note"}, t("rates_note", O.about.floor), formYears.map((year) => ` ${t("form_break", year)}`), years.some((year) => year.territory === "part") ? ` ${t("hollow")}` : null),
      O.table(t("figures"), heads.map((h) => t(h)), years.map((year) => [
        el("span", {}, el("a", {href: `#/report/${O.partOf(code)}/${year.report_key}`}, String(year.year)), mark(year) ? el("small", {class: "tag"}, mark(year)) : null),
        ...FIGURES.map((figure) => O.number(year, figure)), ...REVIEWS.map(([, column]) => review(year, column)), late(year)])));
    return [...head,
      el("p", {class: "actions"}, el("a", {class: "button", href: `#/compare/${code}`}, t("add_compare")),
        el("a", {class: "button", href: `#/outcomes/${code}`}, t("outcomes")), el("a", {class: "button", href: `#/applicants/${code}`}, t("applicants")),
        [...new Map(reports.filter((report) => report.organ_key && years.some((year) => year.report_key === report.report_key)).map((report) => [report.organ_key, report])).values()].map((report) =>
          el("a", {class: "button", href: `#/organ/${O.partOf(code)}/${report.organ_key}`}, report.organ ?? t("organ")))),
      O.tools({name: code, of: shown, json: `api/division/${code}.json`, heads: O.columns, rows: years.map((year) => O.columns.map((column) => year[column])),
        sql: `select ${O.columns.map((column) => ({report_key: "d.report_key::varchar as report_key", days_late: "t.days_late"})[column] ?? `${column.startsWith("reconsideration") || column.startsWith("litigation") ? "p" : "d"}.${O.column(column)}`).join(", ")}\nfrom v_district_year as d\nleft join v_proceeding_summary as p on d.report_key = p.report_key\nleft join v_timeliness as t on d.report_key = t.report_key\nwhere d.division_key = ${O.quoted(code)}\norder by d."year"`}),
      shown,
      findings.length ? el("section", {}, el("h2", {}, t("checks")), el("ul", {class: "findings"}, findings.slice(0, 30).map(([report, found]) => el("li", {class: found.severity},
        el("a", {href: `#/report/${O.partOf(code)}/${report.report_key}`}, `${report.year ?? "?"} ${found.check_code}`), found.message ? ` · ${found.message}` : "")))) : null,
      others.length ? el("section", {}, el("h2", {}, t("reports")), el("ul", {}, others.map((report) => el("li", {}, el("a", {href: `#/report/${O.partOf(code)}/${report.report_key}`}, `${report.year ?? "?"} ${report.organ ?? report.title ?? ""}`), " · ", report.organ_key ? el("a", {href: `#/organ/${O.partOf(code)}/${report.organ_key}`}, t("organ")) : null))) ) : null];
  };

  O.pages.compare = async ([chosen = "", figure = "refusal_rate"]) => {
    const names = await O.names(), all = await O.years();
    if (!FIGURES.includes(figure)) figure = "refusal_rate";
    const codes = [...new Set(chosen.split(",").filter((code) => names.by.has(code)))].slice(0, 8);
    const address = (list, fig = figure) => `#/compare/${list.join(",")}/${fig}`;
    const lines = codes.map((code) => ({name: names.by.get(code).full, code, years: all.get(code) ?? []}));
    const years = [...new Set(lines.flatMap((line) => line.years.map((year) => year.year)))].sort();
    const of = (line, year) => line.years.find((one) => one.year === year);
    const shown = codes.length ? el("div", {}, el("ul", {class: "chips"}, lines.map((line, i) => el("li", {}, el("span", {class: "swatch", style: `background: ${O.colours()[i]}`}), el("a", {href: `#/division/${line.code}`}, line.name), " ",
        el("a", {href: address(codes.filter((code) => code !== line.code)), class: "minor", "aria-label": `${t("remove")} ${line.name}`}, "×")))),
      await O.chart(figure, lines, {width: Math.min(wide() - 40, 900)}),
      O.table(t(figure), [t("place"), ...years], lines.map((line) => [line.name, ...years.map((year) => of(line, year) ? O.number(of(line, year), figure) : "—")]))) : el("p", {}, t("compare_empty"));
    const heads = [...new Set(["division_key", "full_name", "year", figure, "total", "report_key"])];
    return [el("h1", {}, t("compare_head")), el("p", {class: "lead"}, t("compare_lead")),
      el("div", {class: "controls"}, O.select("figure", FIGURES.map((f) => [f, t(f)]), figure, (f) => go(address(codes, f)))),
      codes.length ? O.tools({name: `compare-${figure}`, of: shown, heads, rows: lines.flatMap((line) => line.years.map((year) => heads.map((head) => head === "full_name" ? line.name : year[head]))),
        sql: `select ${heads.map((head) => head === "report_key" ? "report_key::varchar as report_key" : O.column(head)).join(", ")}\nfrom v_district_year\nwhere division_key in (${codes.map(O.quoted).join(", ")})\norder by division_key, "year"`}) : null,
      shown,
      codes.length < 8 ? el("section", {}, ...picker(names, "add", (one) => el("li", {}, el("a", {href: address([...codes, one.code])}, `+ ${one.full}`), el("span", {class: "quiet"}, one.years.length ? spans(one.years) : t("no_report"))), [])) : el("p", {}, t("full"))];
  };

  O.pages.rank = async ([figure = "refusal_rate", level = "county", year = String(O.about.years.at(-1)), part = "all"]) => {
    const names = await O.names(), all = await O.years(), floor = O.about.floor;
    if (!FIGURES.includes(figure)) figure = "refusal_rate";
    const address = (change) => go(`#/rank/${Object.values({figure, level, year, part, ...change}).join("/")}`);
    const rows = [...all.values()].flat().filter((one) => String(one.year) === year && names.by.get(one.division_key)?.level === level && (part === "all" || one.division_key.startsWith(part)));
    // As v_district_rank has it: a rate counts where both rates stand and the total reaches the floor; a count where it does itself.
    const counts = (one) => O.isRate(figure) ? one[figure] !== null && one.disclosure_rate !== null && one.refusal_rate !== null && one.total >= floor : one[figure] !== null && (figure === "new" ? one.new : one.total) >= floor;
    const ranked = rows.filter(counts).sort((a, b) => b[figure] - a[figure]), rest = rows.filter((one) => !counts(one));
    const ranks = new Map(); // ties share a rank
    ranked.forEach((one, i) => { if (!ranks.has(one[figure])) ranks.set(one[figure], i + 1); });
    const rank = (one) => ranks.get(one[figure]);
    const full = (one) => names.by.get(one.division_key).full, line = (one, at) => Object.assign([
      el("a", {href: `#/division/${one.division_key}`}, full(one)), at, O.number(one, figure), O.number(one, "total"), one.rates_withheld ?? ""], {class: at === "—" ? "small" : null});
    const heads = [t("place"), t("ranked"), t(figure), t("total"), t("why_not")];
    const shown = O.table(t("rank_head"), heads, [...ranked.map((one) => line(one, String(rank(one)))), ...rest.map((one) => line(one, "—"))].slice(0, 500)), columns = [...new Set(["rank", "division_key", "full_name", "year", figure, "total", "rates_withheld", "report_key"])];
    // Said as SQL: what takes part in the ranking.
    const kept = O.isRate(figure) ? `coalesce(${figure} is not null and disclosure_rate is not null and refusal_rate is not null and total >= ${floor}, false)`
      : `coalesce(${O.column(figure)} is not null and ${figure === "new" ? '"new"' : "total"} >= ${floor}, false)`;
    return [el("h1", {}, `${t("rank_head")}: ${t(figure)}, ${year}`),
      el("div", {class: "controls"}, O.select("figure", FIGURES.map((f) => [f, t(f)]), figure, (f) => address({figure: f})),
        O.select("level", ["province", "prefecture", "county", "township"].map((l) => [l, t(l)]), level, (l) => address({level: l})),
        O.select("year", O.about.years.map((y) => [y, y]).reverse(), year, (y) => address({year: y})),
        O.select("in", [["all", t("all")], ...Object.entries(O.about.parts).filter(([, name]) => name)], part, (p) => address({part: p}))),
      O.tools({name: `rank-${figure}-${year}`, of: shown, heads: columns, rows: [...ranked.map((one) => [rank(one), one]), ...rest.map((one) => [null, one])].map(([at, one]) => [at, ...columns.slice(1).map((column) => column === "full_name" ? full(one) : one[column])]),
        sql: `select case when ${kept} then rank() over (partition by ${kept} order by ${O.column(figure)} desc) end as rank,\n    ${columns.slice(1).map((column) => column === "report_key" ? "report_key::varchar as report_key" : O.column(column)).join(", ")}\nfrom v_district_year\nwhere "year" = ${Number(year)} and division_level = ${O.quoted(level)}${part === "all" ? "" : ` and division_key like ${O.quoted(`${part}%`)}`}\norder by rank nulls last, division_key`}),
      el("p", {class: "note"}, t("rank_note", rows.length, ranked.length, floor)),
      shown];
  };

  O.pages.report = (given) => O.reportPage(given);
})();
