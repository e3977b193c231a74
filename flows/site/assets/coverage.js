// Who has a report and who is missing: the provinces as tiles, then a province's places by years. And what the data are worth.
"use strict";
(() => {
  const O = window.OGI, {el, t} = O;
  // [characters, letters of ISO 3166-2:CN, column, row]: neighbours stand near each other, borders are not drawn.
  const TILES = {
    11: ["京", "BJ", 6, 2], 12: ["津", "TJ", 7, 3], 13: ["冀", "HE", 6, 3], 14: ["晋", "SX", 5, 3], 15: ["蒙", "NM", 5, 2], 21: ["辽", "LN", 7, 2], 22: ["吉", "JL", 8, 2], 23: ["黑", "HL", 8, 1],
    31: ["沪", "SH", 8, 5], 32: ["苏", "JS", 7, 4], 33: ["浙", "ZJ", 7, 5], 34: ["皖", "AH", 6, 5], 35: ["闽", "FJ", 7, 6], 36: ["赣", "JX", 6, 6], 37: ["鲁", "SD", 6, 4], 41: ["豫", "HA", 5, 4], 42: ["鄂", "HB", 5, 5],
    43: ["湘", "HN", 5, 6], 44: ["粤", "GD", 6, 7], 45: ["桂", "GX", 4, 7], 46: ["琼", "HI", 5, 8], 50: ["渝", "CQ", 4, 5], 51: ["川", "SC", 3, 5], 52: ["黔", "GZ", 4, 6], 53: ["滇", "YN", 3, 6], 54: ["藏", "XZ", 1, 5],
    61: ["陕", "SN", 4, 4], 62: ["甘", "GS", 3, 3], 63: ["青", "QH", 2, 4], 64: ["宁", "NX", 4, 3], 65: ["新", "XJ", 1, 3], 71: ["台", "TW", 8, 7], 81: ["港", "HK", 6, 8], 82: ["澳", "MO", 7, 8],
  };
  const WITHOUT = ["71", "81", "82"]; // the regulation does not apply there

  function tiles(names, year) {
    return el("ol", {class: "tiles", "aria-label": t("tiles")}, Object.entries(TILES).map(([code, [short, letters, column, row]]) => {
      const places = names.list.filter((one) => one.code.startsWith(code) && one.level !== "township"), held = places.filter((one) => one.years.includes(year)).length;
      const share = places.length ? held / places.length : 0, full = names.by.get(`${code}0000`)?.name ?? short, shown = O.language === "zh" ? short : letters;
      const out = WITHOUT.includes(code), label = out ? `${full}: ${t("not_subject")}` : `${full}: ${held} / ${places.length}`;
      const within = [el("b", {}, shown), el("small", {}, out ? "–" : String(held))];
      return el("li", {style: `grid-column:${column};grid-row:${row}`}, O.about.parts[code] === undefined ? el("span", {class: "tile", title: label, role: "img", "aria-label": label}, within)
        : el("a", {class: `tile heat h${held ? Math.min(4, Math.floor(share * 5)) : 0}${held ? " held" : ""}`, href: `#/coverage/${code}`, title: label, "aria-label": label}, within));
    }));
  }

  O.pages.coverage = async ([part, asked]) => {
    const names = await O.names(), all = await O.years(), years = O.about.years;
    if (part !== undefined && O.about.parts[part] !== undefined) return of(part, names, all);
    const year = years.includes(Number(asked)) ? Number(asked) : years.at(-1);
    const lines = Object.entries(O.about.parts).filter(([code]) => code !== "00").map(([code, name]) => {
      const places = names.list.filter((one) => one.code.startsWith(code) && one.level !== "township");
      return {code, name, places, counts: years.map((one) => places.filter((place) => place.years.includes(one)).length)};
    });
    const rows = lines.map(({code, name, places, counts}) => [el("a", {href: `#/coverage/${code}`}, name), `${places.filter((one) => one.years.length).length} / ${places.length}`, ...counts.map((count) => String(count || "·"))]);
    if (O.about.parts["00"] !== undefined) rows.push([el("a", {href: "#/coverage/00"}, t("unplaced")), "—", ...years.map(() => "·")]);
    const shown = el("div", {}, tiles(names, year), O.table(t("counted"), [t("province"), t("places"), ...years], rows));
    return [el("h1", {}, t("coverage_head")), el("p", {class: "lead"}, t("coverage_lead")),
      el("div", {class: "controls"}, O.select("year", years.map((one) => [one, one]).reverse(), year, (one) => { location.hash = `#/coverage/all/${one}`; })),
      O.tools({name: "coverage", of: shown, heads: ["province", "year", "places"], rows: lines.flatMap(({name, counts}) => counts.map((count, i) => [name, years[i], count]).filter(([, , count]) => count)),
        sql: `select r.province, r."year", count(distinct r.division_key) as places\nfrom v_report as r\ninner join v_division as v on r.division_key = v.division_key_then\nwhere v.division_level <> 'township' and r.province is not null and r."year" is not null\ngroup by all\norder by all`}),
      el("p", {class: "note"}, t("tiles_note", year)), shown];
  };

  async function of(part, names, all) {
    const {missing, reports} = await O.part(part), years = O.about.years;
    const why = new Map();
    for (const [code, known, reason, list] of missing) for (const year of list) why.set(`${code} ${year}`, [t(known), reason].filter(Boolean).join(": "));
    const places = names.list.filter((one) => one.code.startsWith(part) && (one.level !== "township" || one.years.length));
    const rows = places.map((one) => [el("a", {href: `#/division/${one.code}`}, one.full),
      ...years.map((year) => {
        const spoken = (all.get(one.code) ?? []).find((other) => other.year === year);
        if (!one.years.includes(year)) return el("span", {class: "none", title: why.get(`${one.code} ${year}`) ?? null}, "·");
        const late = spoken?.days_late > 0;
        const key = spoken?.report_key ?? reports.find((report) => report.division_key === one.code && report.year === year)?.report_key;
        return el("a", {class: late ? "late" : null, title: late ? `${t("days_late")}: ${spoken.days_late}` : null, href: `#/report/${part}/${key}`, "aria-label": late ? null : `${t("report")} ${year}`}, late ? `+${spoken.days_late}` : "✓");
      })]);
    const unplaced = reports.filter((report) => !report.division_key), shown = el("div", {}, rows.length ? O.table(t("coverage"), [t("place"), ...years], rows) : null);
    const name = O.about.parts[part];
    return [el("p", {class: "kicker"}, el("a", {href: "#/coverage"}, t("coverage_head"))), el("h1", {}, name ?? t("unplaced")),
      O.tools({name: `coverage-${part}`, of: shown, heads: ["report_key", "division_key", "organ", "year", "scope", "quality"], rows: reports.map((one) => [one.report_key, one.division_key, one.organ, one.year, one.scope, one.quality]),
        sql: `select report_key::varchar as report_key, division_key, organ, "year", scope, quality\nfrom v_report\nwhere province ${name === null ? "is null" : `= ${O.quoted(name)}`}\norder by division_key nulls last, "year" nulls last, report_key`}),
      el("p", {class: "note"}, `✓ ${t("report")} · +n ${t("days_late")} · · ${t("never seen")}`), shown,
      unplaced.length ? el("ul", {}, unplaced.map((report) => el("li", {}, el("a", {href: `#/report/${part}/${report.report_key}`}, report.title ?? report.organ ?? report.report_key)))) : null];
  }

  // What was measured, and by what: right ones of all cells; what is not right waits for a person, is not read, or is wrong.
  const accuracy = () => O.table(t("measured"), ["what", "documents", "cells", "right", "waiting", "unread", "wrong"].map((word) => t(`a_${word}`)), O.about.accuracy.map((one) => [
    el("span", {title: one.measured_by}, O.language === "zh" ? one.what_zh : one.what_en), O.show("", one.documents), O.show("", one.cells), one.share, ...["waiting", "unread", "wrong"].map((name) => O.show("", one[name]))]));

  O.pages.methods = async ([chosen = "year"]) => {
    const {columns, against, ...by} = await O.load("quality"), dimensions = ["year", "form", "format", "province", "check"], dimension = dimensions.includes(chosen) ? chosen : "year";
    const all = Object.fromEntries(columns.map((column, i) => [column, by.all[0]?.[i + 1]]));
    const items = (word) => el("ul", {class: "prose"}, O.METHODS[word].map((pair) => el("li", {}, pair[O.language === "zh" ? 0 : 1])));
    const named = (value) => value === null ? t("unknown") : O.WORDS[value] ? t(value) : value;
    const shown = el("div", {}, O.table(t("by_dimension"), [t(`by_${dimension}`), ...columns.map((column) => t(`q_${column}`))], by[dimension].map((row) => [named(row[0]), ...row.slice(1).map((value) => O.show("", value))])));
    return [el("h1", {}, t("methods_head")), el("p", {class: "lead"}, t("methods_lead", O.show("", all.reports), O.show("", all.clean), O.show("", all.partial), O.show("", all.waiting_cells))),
      ...["read", "checked", "accurate", "silent"].flatMap((word) => [el("h2", {}, t(`methods_${word}`)), items(word), word === "accurate" ? accuracy() : null]),
      el("h2", {}, t("against_head")), against.of > against.reports.length ? el("p", {class: "note"}, t("against_first", O.show("", against.reports.length), O.show("", against.of))) : null,
      against.of ? O.table(t("against"), [t("report"), t("quality"), t("checks")], against.reports.map((one) => [el("a", {href: `#/report/${O.partOf(one.division_key)}/${one.report_key}`}, `${one.organ ?? t("unknown")} ${one.year ?? ""}`), t(one.quality), one.checks ?? "—"]), {text: 3}) : el("p", {}, t("no_findings")),
      el("h2", {}, t("by_dimension")),
      el("div", {class: "controls"}, O.select("by", dimensions.map((one) => [one, t(`by_${one}`)]), dimension, (one) => { location.hash = `#/methods/${one}`; })),
      O.tools({name: `quality-${dimension}`, of: shown, heads: [dimension, ...columns], rows: by[dimension],
        sql: `select "value" as "${dimension}", ${columns.map(O.column).join(", ")}\nfrom v_quality_by\nwhere dimension = '${dimension}'\norder by all`}), shown,
      el("p", {class: "note"}, t("extractor", O.about.extractor))];
  };
})();
