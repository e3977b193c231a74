// The pages: find, a division, compare, rank, coverage. Each takes what its address says and gives elements.
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

  function picker(names, id, chosen, empty) {
    const list = el("ol", {class: "found", "aria-live": "polite"}), input = el("input", {id, type: "search", autocomplete: "off", spellcheck: "false", autofocus: true});
    const look = () => {
      const found = O.search(names.list, input.value);
      list.replaceChildren(...(input.value.trim() ? found.slice(0, 20).map(chosen) : empty));
      if (input.value.trim() && !found.length) list.append(el("li", {}, t("nothing_found")));
      if (found.length > 20) list.append(el("li", {class: "quiet"}, t("more", found.length - 20)));
    };
    input.addEventListener("input", look);
    input.addEventListener("keydown", (event) => { if (event.key === "Enter") list.querySelector("a,button")?.click(); });
    look();
    return [el("label", {for: id, class: "search"}, t("find_label")), input, list];
  }

  O.pages = {};
  O.pages.find = async () => {
    const names = await O.names(), held = names.list.filter((one) => one.years.length);
    return [el("h1", {}, t("find_head")), el("p", {class: "lead"}, t("find_lead")),
      ...picker(names, "find", item, [el("li", {class: "head"}, `${t("with_reports")}: ${held.length}`), ...held.slice(0, 40).map(item)])];
  };

  O.pages.division = async ([code]) => {
    const names = await O.names(), one = names.by.get(code), years = (await O.years()).get(code) ?? [];
    if (!one) return [el("p", {}, t("not_there"))];
    const head = [el("p", {class: "kicker"}, `${t(one.level)} · ${code}`), el("h1", {}, one.full)];
    const held = O.about.parts[code.slice(0, 2)] === undefined ? {reports: [], peers: []} : await O.load(`p${code.slice(0, 2)}`);
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
    return [...head,
      el("p", {class: "actions"}, el("a", {class: "button", href: `#/compare/${code}`}, t("add_compare")),
        O.button("csv", () => O.save(`${code}.csv`, O.csv(["division_key", "full_name", ...O.columns.slice(1)], years.map((year) => [code, one.full, ...O.columns.slice(1).map((column) => year[column])])), "text/csv")),
        el("a", {class: "button", href: `api/division/${code}.json`}, "JSON")),
      el("div", {class: "charts"}, charts), el("p", {class: "note"}, t("rates_note", O.about.floor), formYears.map((year) => ` ${t("form_break", year)}`), years.some((year) => year.territory === "part") ? ` ${t("hollow")}` : null),
      O.table(t("figures"), heads.map((h) => t(h)), years.map((year) => [
        el("span", {}, el("a", {href: `#/report/${O.partOf(code)}/${year.report_key}`}, String(year.year)), mark(year) ? el("small", {class: "tag"}, mark(year)) : null),
        ...FIGURES.map((figure) => O.number(year, figure)), ...REVIEWS.map(([, column]) => review(year, column)), late(year)])),
      findings.length ? el("section", {}, el("h2", {}, t("checks")), el("ul", {class: "findings"}, findings.slice(0, 30).map(([report, found]) => el("li", {class: found.severity},
        el("a", {href: `#/report/${O.partOf(code)}/${report.report_key}`}, `${report.year ?? "?"} ${found.check_code}`), found.message ? ` · ${found.message}` : "")))) : null,
      others.length ? el("section", {}, el("h2", {}, t("reports")), el("ul", {}, others.map((report) => el("li", {}, el("a", {href: `#/report/${O.partOf(code)}/${report.report_key}`}, `${report.year ?? "?"} ${report.organ ?? report.title ?? ""}`))))) : null];
  };

  O.pages.compare = async ([chosen = "", figure = "refusal_rate"]) => {
    const names = await O.names(), all = await O.years();
    if (!FIGURES.includes(figure)) figure = "refusal_rate";
    const codes = [...new Set(chosen.split(",").filter((code) => names.by.has(code)))].slice(0, 8);
    const address = (list, fig = figure) => `#/compare/${list.join(",")}/${fig}`;
    const lines = codes.map((code) => ({name: names.by.get(code).name, full: names.by.get(code).full, code, years: all.get(code) ?? []}));
    const years = [...new Set(lines.flatMap((line) => line.years.map((year) => year.year)))].sort();
    const of = (line, year) => line.years.find((one) => one.year === year);
    return [el("h1", {}, t("compare_head")), el("p", {class: "lead"}, t("compare_lead")),
      el("div", {class: "controls"}, O.select("figure", FIGURES.map((f) => [f, t(f)]), figure, (f) => go(address(codes, f))),
        O.button("csv", () => O.save(`compare-${figure}.csv`, O.csv(["division_key", "full_name", "year", figure, "total", "report_key"],
          lines.flatMap((line) => line.years.map((year) => [line.code, line.full, year.year, year[figure], year.total, year.report_key]))), "text/csv"))),
      codes.length ? el("ul", {class: "chips"}, lines.map((line, i) => el("li", {class: `c${i}`}, el("a", {href: `#/division/${line.code}`}, line.full), " ",
        el("a", {href: address(codes.filter((code) => code !== line.code)), "aria-label": `${t("remove")} ${line.full}`}, "×")))) : el("p", {}, t("compare_empty")),
      codes.length ? await O.chart(figure, lines, {width: Math.min(wide() - 40, 900)}) : null,
      codes.length ? O.table(t(figure), [t("place"), ...years], lines.map((line) => [line.full, ...years.map((year) => of(line, year) ? O.number(of(line, year), figure) : "—")])) : null,
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
    return [el("h1", {}, `${t("rank_head")}: ${t(figure)}, ${year}`),
      el("div", {class: "controls"}, O.select("figure", FIGURES.map((f) => [f, t(f)]), figure, (f) => address({figure: f})),
        O.select("level", ["province", "prefecture", "county", "township"].map((l) => [l, t(l)]), level, (l) => address({level: l})),
        O.select("year", O.about.years.map((y) => [y, y]).reverse(), year, (y) => address({year: y})),
        O.select("in", [["all", t("all")], ...Object.entries(O.about.parts).filter(([, name]) => name)], part, (p) => address({part: p})),
        O.button("csv", () => O.save(`rank-${figure}-${year}.csv`, O.csv(["rank", "division_key", "full_name", "year", figure, "total", "rates_withheld", "report_key"],
          [...ranked.map((one) => [rank(one), one]), ...rest.map((one) => [null, one])].map(([at, one]) => [at, one.division_key, full(one), one.year, one[figure], one.total, one.rates_withheld, one.report_key])), "text/csv"))),
      el("p", {class: "note"}, t("rank_note", rows.length, ranked.length, floor)),
      O.table(t("rank_head"), heads, [...ranked.map((one) => line(one, String(rank(one)))), ...rest.map((one) => line(one, "—"))].slice(0, 500))];
  };

  O.pages.coverage = async ([part]) => {
    const names = await O.names(), all = await O.years(), years = O.about.years;
    if (part !== undefined && O.about.parts[part] !== undefined) return coverageOf(part, names, all);
    const rows = Object.entries(O.about.parts).map(([code, name]) => {
      const places = names.list.filter((one) => one.code.startsWith(code) && one.level !== "township");
      return [el("a", {href: `#/coverage/${code}`}, name ?? t("unplaced")), `${places.filter((one) => one.years.length).length} / ${places.length}`,
        ...years.map((year) => String(places.filter((one) => one.years.includes(year)).length || "·"))];
    });
    return [el("h1", {}, t("coverage_head")), el("p", {class: "lead"}, t("coverage_lead")), O.table(t("counted"), [t("province"), t("places"), ...years], rows)];
  };
  async function coverageOf(part, names, all) {
    const {missing, reports} = await O.load(`p${part}`), years = O.about.years;
    const why = new Map();
    for (const [code, known, reason, list] of missing) for (const year of list) why.set(`${code} ${year}`, [t(known), reason].filter(Boolean).join(": "));
    const rows = names.list.filter((one) => one.code.startsWith(part) && (one.level !== "township" || one.years.length)).map((one) => [el("a", {href: `#/division/${one.code}`}, one.full),
      ...years.map((year) => {
        const spoken = (all.get(one.code) ?? []).find((other) => other.year === year);
        if (!one.years.includes(year)) return el("span", {class: "none", title: why.get(`${one.code} ${year}`) ?? null}, "·");
        const late = spoken?.days_late > 0;
        const key = spoken?.report_key ?? reports.find((report) => report.division_key === one.code && report.year === year)?.report_key;
        return el("a", {class: late ? "late" : null, title: late ? `${t("days_late")}: ${spoken.days_late}` : null, href: `#/report/${part}/${key}`}, late ? `+${spoken.days_late}` : "✓");
      })]);
    const unplaced = reports.filter((report) => !report.division_key);
    return [el("p", {class: "kicker"}, el("a", {href: "#/coverage"}, t("coverage_head"))), el("h1", {}, O.about.parts[part] ?? t("unplaced")),
      el("p", {class: "note"}, `✓ ${t("report")} · +n ${t("days_late")} · · ${t("never seen")}`),
      rows.length ? O.table(t("coverage"), [t("place"), ...years], rows) : null,
      unplaced.length ? el("ul", {}, unplaced.map((report) => el("li", {}, el("a", {href: `#/report/${part}/${report.report_key}`}, report.title ?? report.organ ?? report.report_key)))) : null];
  }
  O.pages.report = (given) => O.reportPage(given);
})();
