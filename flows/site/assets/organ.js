// An organ: its reports by year with their figures, and the editions of each that there are.
"use strict";
(() => {
  const O = window.OGI, {el, t} = O;
  O.organs = async () => (await O.load("organs")).map(([code, name, full, part, years, pinyin, initials]) => ({code, name, full, part, years, pinyin, initials}));

  const change = ([cell, what, before, after]) => el("li", {}, el("code", {}, cell), ` ${t(what)}: ${before === null ? t("blank") : O.show("", before)} → ${after === null ? t("blank") : O.show("", after)}`);
  const edition = (one) => el("li", {class: one.is_current ? "current" : null},
    el("b", {}, `${one.year ?? t("unknown")} · ${t("edition")} ${one.version}`), one.is_current ? el("small", {class: "tag"}, t("current")) : null, ` · ${t(one.scope)} · ${one.published ?? t("not_stated")} · ${one.format}`,
    one.correction ? el("p", {class: "note"}, one.correction) : null, el("p", {class: "note"}, one.title ?? "", el("br"), O.link(one.source_url), el("br"), el("code", {}, one.sha256)),
    one.changes.length ? el("details", {}, el("summary", {}, t("changed_cells", one.changes.length)), el("ul", {}, one.changes.map(change))) : null);

  O.pages.organ = async ([part, key]) => {
    if (O.about.parts[part] === undefined) return [el("h1", {}, t("not_there"))];
    const {reports, editions} = await O.part(part), mine = reports.filter((report) => report.organ_key === key);
    if (!mine.length) return [el("h1", {}, t("not_there"))];
    const years = await Promise.all(mine.map((report) => O.figuresOf(report)));
    const first = mine[0], figures = O.FIGURES, spoken = years.filter((year) => year.year !== null);
    const scopes = [...new Set(spoken.map((year) => year.scope))], twice = new Set(spoken.map((year) => year.year)).size < spoken.length;
    const known = spoken.map((year) => year.year), span = [Math.min(...known) - 0.2, Math.max(...known, Math.min(...known) + 1) + 0.2];
    const width = document.documentElement.clientWidth < 620 ? document.documentElement.clientWidth - 36 : 264;
    // Own and consolidated figures are two lines: never one.
    const lines = twice ? scopes.map((scope) => ({name: `${first.organ} (${t(scope)})`, years: spoken.filter((year) => year.scope === scope)})) : [{name: first.organ, years: spoken}];
    const charts = known.length ? await Promise.all(["new", "disclosure_rate", "refusal_rate", "not_held_rate"].map((figure) => O.chart(figure, lines, {width, span}))) : [];
    const late = (year) => year.days_late === null ? "—" : el("a", {class: year.days_late > 0 ? "late" : null, href: `#/report/${part}/${year.report_key}/days_late`}, String(Math.max(0, year.days_late)));
    const table = O.table(t("figures"), [t("year"), t("scope"), ...figures.map((figure) => t(figure)), t("days_late")], years.map((year) => [
      el("a", {href: `#/report/${part}/${year.report_key}`}, String(year.year ?? t("unknown"))), t(year.scope), ...figures.map((figure) => O.number(year, figure)), late(year)]), {text: 2});
    const all = editions[key] ?? [], of = el("div", {}, el("div", {class: "charts"}, charts), table);
    return [el("p", {class: "kicker"}, t("organ"), first.division_key ? [" · ", el("a", {href: `#/division/${first.division_key}`}, first.full_name)] : null), el("h1", {}, first.organ ?? key),
      O.tools({name: `organ-${key}`, of, json: `api/organ/${key}.json`, heads: ["organ_key", "year", "scope", ...figures, "report_key"],
        rows: years.map((year) => [key, year.year, year.scope, ...figures.map((figure) => year[figure]), year.report_key]),
        sql: `select organ_key::varchar as organ_key, "year", scope, ${figures.map(O.column).join(", ")}, report_key::varchar as report_key\nfrom v_request_summary\nwhere organ_key = ${key}\norder by "year", scope`}),
      of, el("section", {}, el("h2", {}, t("editions")), all.length ? [el("p", {class: "note"}, t("editions_note")), el("ol", {class: "editions"}, all.map(edition))] : el("p", {}, t("one_edition")))];
  };
})();
