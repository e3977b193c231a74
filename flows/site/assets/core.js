// What all pages share: language, elements, data loaded when asked for, tables, downloads.
"use strict";
(() => {
  const O = window.OGI, parts = new Map(), waiting = new Map();
  O.pages = {}; // each takes what its address says and gives elements
  const stored = () => { try { return localStorage.getItem("ogi-language"); } catch { return null; } };
  O.language = stored() ?? (navigator.language.startsWith("zh") ? "zh" : "en");
  O.t = (key, ...given) => {
    const pair = O.WORDS[key];
    if (!pair) return key;
    return given.reduce((text, value, i) => text.replace(`{${i}}`, value), pair[O.language === "zh" ? 0 : 1]);
  };
  O.label = (kind, code) => O.about.words[kind]?.[code]?.[O.language === "zh" ? 0 : 1] ?? O.about.words[kind]?.[code]?.[0] ?? code;

  // Data files call put(); load() gives a promise of one. Every text is data: it becomes text nodes only.
  O.put = (name, content) => { parts.set(name, content); if (name === "about") O.about = content; };
  O.load = (name) => {
    if (parts.has(name)) return Promise.resolve(parts.get(name));
    if (!waiting.has(name)) waiting.set(name, new Promise((done, fail) => {
      const script = document.createElement("script");
      script.src = ["plot", "xlsx"].includes(name) ? `assets/${name}.js` : `data/${name}.js`;
      script.onload = () => done(parts.get(name));
      script.onerror = () => { waiting.delete(name); fail(new Error(O.t("failed", script.src))); };
      document.head.append(script);
    }));
    return waiting.get(name);
  };

  // In the English pages, what is wholly Chinese says so: it is read aloud, and drawn, as such.
  const isChinese = (child) => typeof child === "string" && /\p{Script=Han}/u.test(child) && !/[a-z]/i.test(child);
  O.el = (tag, given = {}, ...children) => {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(given)) {
      if (value === null || value === undefined || value === false) continue;
      if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
      else made.setAttribute(name, value === true ? "" : value);
    }
    if (O.language !== "zh" && given.lang === undefined && children.flat().some(isChinese)) made.setAttribute("lang", "zh-CN");
    made.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
    return made;
  };
  O.link = (address) => /^https?:\/\//i.test(address ?? "")
    ? O.el("a", {href: address, rel: "noopener noreferrer nofollow", target: "_blank"}, address)
    : O.el("span", {class: "quiet"}, address || O.t("not_stated"));

  const number = new Intl.NumberFormat("en-US", {maximumFractionDigits: 6});
  O.column = (name) => ["new", "year", "partial"].includes(name) ? `"${name}"` : name;
  O.isRate = (figure) => figure.endsWith("_rate");
  O.show = (figure, value) => value === null || value === undefined ? "—" : O.isRate(figure) ? `${(value * 100).toFixed(1)}%` : number.format(value);

  // The years of all divisions as objects, by division; the names by code.
  let indexed, named;
  O.years = async () => {
    if (indexed) return indexed;
    const told = await O.load("years");
    O.columns = Object.keys(told);
    indexed = new Map();
    for (let i = 0; i < told.year.length; i++) {
      const year = {};
      for (const column of O.columns) year[column] = told[column][i];
      if (!indexed.has(year.division_key)) indexed.set(year.division_key, []);
      indexed.get(year.division_key).push(year);
    }
    return indexed;
  };
  O.names = async () => {
    if (named) return named;
    const list = (await O.load("names")).map(([code, name, full, level, zone, years, pinyin, initials]) => ({code, name, full, level, zone, years, pinyin, initials}));
    named = {list, by: new Map(list.map((one) => [one.code, one]))};
    return named;
  };
  O.partOf = (code) => code && O.about.parts[code.slice(0, 2)] !== undefined ? code.slice(0, 2) : "00";
  // A province's reports as objects: kept by columns (flows/site/packing.py), opened once, also where two pages ask at the same time.
  const provinces = new Map();
  O.part = (part) => {
    if (!provinces.has(part)) provinces.set(part, O.load(`p${part}`).then(({reports, ...others}) => {
      const columns = {...reports, sha256: reports.sha256.match(/.{64}/g)}, names = Object.keys(columns);
      return {...others, reports: columns.report_key.map((_, i) => Object.assign(Object.fromEntries(names.map((name) => [name, columns[name][i]])), {open() { return O.opened(this.cells, others.layouts); }}))};
    }).catch((error) => { provinces.delete(part); throw error; }));
    return provinces.get(part);
  };
  // The figures of any report: those of its division's year if it speaks for it, else its own.
  O.figuresOf = async (report) => {
    const spoken = ((await O.years()).get(report.division_key) ?? []).find((year) => year.report_key === report.report_key);
    return {...report, ...spoken, ...(report.figures && Object.fromEntries(O.about.figures.map((name, i) => [name, report.figures[i] ?? null])))};
  };
  O.search = (list, asked) => {
    const text = asked.trim().toLowerCase().replace(/[\s']/g, "");
    if (!text) return [];
    const found = [];
    for (const one of list) {
      const weight = one.code === text || one.name === text || one.full === text ? 0
        : one.name.startsWith(text) || one.code.startsWith(text) ? 1
        : one.pinyin.startsWith(text) ? 2 : one.initials === text ? 3 : one.initials.startsWith(text) ? 4
        : one.full.includes(text) ? 5 : one.pinyin.includes(text) && text.length > 2 ? 6 : -1;
      if (weight >= 0) found.push([weight - (one.years.length ? 0.5 : 0), one]);
    }
    return found.sort((a, b) => a[0] - b[0] || (a[1].code < b[1].code ? -1 : 1)).map(([, one]) => one);
  };

  // A number that leads to where it is from; doubtful and small ones look so.
  O.number = (year, figure) => {
    const value = year[figure];
    if (value === null || value === undefined) return O.el("span", {class: "none", title: O.isRate(figure) ? year.rates_withheld : O.t("unknown")}, "—");
    const small = O.isRate(figure) && year.total < O.about.floor, doubtful = year.quality === "partial";
    const hint = [doubtful && O.t("doubtful"), year.quality === "publisher_findings" && O.t("publisher_findings"), small && O.t("below_floor", O.about.floor)].filter(Boolean).join("; ");
    return O.el("a", {href: `#/report/${O.partOf(year.division_key)}/${year.report_key}/${figure}`, title: hint || null,
      class: [small && "small", doubtful && "doubtful", year.quality === "publisher_findings" && "faulty"].filter(Boolean).join(" ") || null}, O.show(figure, value));
  };
  O.table = (caption, heads, rows, {text = 1} = {}) => O.el("div", {class: "scroll", tabindex: "0", role: "region", "aria-label": caption},
    O.el("table", {}, O.el("caption", {}, caption),
      O.el("thead", {}, O.el("tr", {}, heads.map((head, i) => O.el("th", {scope: "col", class: i < text ? null : "n"}, head)))),
      O.el("tbody", {}, rows.map((row) => O.el("tr", {class: row.class ?? null}, row.map((cell, i) => O.el(i === 0 ? "th" : "td", {scope: i === 0 ? "row" : null, class: i < text ? null : "n"}, cell ?? "—")))))));

  O.save = (name, text, type) => {
    const address = URL.createObjectURL(new Blob([text], {type}));
    O.el("a", {href: address, download: name}).click();
    setTimeout(() => URL.revokeObjectURL(address), 10000);
  };
  // A text that a spreadsheet would take for a formula gets an apostrophe; numbers stay numbers.
  const cell = (value) => {
    if (value === null || value === undefined) return "";
    const text = typeof value === "string" && /^[=+\-@\t\r]/.test(value) ? `'${value}` : String(value);
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  O.csv = (heads, rows) => `\ufeff${[heads, ...rows].map((row) => row.map(cell).join(",")).join("\r\n")}\r\n`;
  O.button = (word, act) => O.el("button", {type: "button", onclick: act}, O.t(word));
  O.select = (word, options, chosen, act) => O.el("label", {}, O.el("span", {}, O.t(word)),
    O.el("select", {"data-choice": word, onchange: (event) => act(event.target.value)}, options.map(([value, text]) => O.el("option", {value, selected: String(value) === String(chosen)}, text))));
})();
