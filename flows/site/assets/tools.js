// What can be taken away from a page: its figures as CSV or a book, its picture as SVG or PNG, and the SQL that gives the figures.
"use strict";
(() => {
  const O = window.OGI, {el, t} = O, SVG = "http://www.w3.org/2000/svg";
  const node = (tag, given, text) => {
    const made = document.createElementNS(SVG, tag);
    for (const [name, value] of Object.entries(given)) made.setAttribute(name, value);
    if (text !== undefined) made.textContent = text;
    return made;
  };
  const seen = (colour) => colour && !/^(transparent|rgba\(.*, 0\))$/.test(colour);
  // The lines of a text as the browser broke them: [text, left, baseline].
  function lines(text) {
    const range = document.createRange(), found = [], value = text.nodeValue;
    for (let i = 0; i < value.length; i++) {
      range.setStart(text, i);
      range.setEnd(text, i + 1);
      const box = range.getClientRects()[0];
      if (!box) continue;
      const last = found.at(-1);
      if (last && Math.abs(last.top - box.top) < 3) last.text += value[i];
      else found.push({text: value[i], left: box.left, top: box.top, bottom: box.bottom});
    }
    return found.filter((line) => line.text.trim());
  }
  // What stands in an element, drawn again: grounds, texts and drawings, at their places; hidden and clickable-only things are left out.
  O.picture = (of) => {
    const from = of.getBoundingClientRect(), paper = getComputedStyle(document.body), pad = 16;
    const out = node("svg", {xmlns: SVG, "font-family": paper.fontFamily.replaceAll('"', "'")}), at = (box) => [box.left - from.left + pad, box.top - from.top + pad + 34];
    let right = from.width, bottom = 0;
    const walk = document.createTreeWalker(of, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT, {acceptNode: (one) =>
      one.nodeType === 1 && (one.closest(".minor,.tools") || one.parentElement.closest("svg")) ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_ACCEPT});
    const reached = (box) => { right = Math.max(right, box.right - from.left); bottom = Math.max(bottom, box.bottom - from.top); };
    for (let one = walk.nextNode(); one; one = walk.nextNode()) {
      if (one.nodeType === 3) {
        if (one.parentElement.closest("svg")) continue;
        const style = getComputedStyle(one.parentElement), size = parseFloat(style.fontSize);
        const mark = one.parentElement.classList.contains("faulty") ? "*" : ""; // as the style sheet adds
        for (const line of lines(one)) {
          const [x, y] = at(line);
          out.append(node("text", {x, y: y + (line.bottom - line.top) / 2 + size * 0.35, "font-size": size, "font-weight": style.fontWeight, fill: style.color}, line.text + mark));
          reached({right: line.left, bottom: line.bottom});
        }
        continue;
      }
      const box = one.getBoundingClientRect(), [x, y] = at(box), style = getComputedStyle(one);
      if (one.tagName === "svg") {
        const copy = one.cloneNode(true);
        for (const [name, value] of Object.entries({x, y, width: box.width, height: box.height, color: style.color})) copy.setAttribute(name, value);
        out.append(copy);
      } else if (seen(style.backgroundColor)) out.append(node("rect", {x, y, width: box.width, height: box.height, fill: style.backgroundColor}));
      reached(box);
    }
    const width = Math.ceil(right + 2 * pad), height = Math.ceil(bottom + 2 * pad + 60);
    for (const [name, value] of Object.entries({width, height, viewBox: `0 0 ${width} ${height}`})) out.setAttribute(name, value);
    out.prepend(node("rect", {width, height, fill: paper.backgroundColor}));
    const title = document.querySelector("main h1")?.textContent ?? "";
    out.append(node("text", {x: pad, y: pad + 12, "font-size": 17, "font-weight": 700, fill: paper.color}, title),
      node("text", {x: pad, y: height - pad, "font-size": 11, fill: paper.color}, `${t("title")} · ${location.hash} · ${t("picture_note", O.about.floor)}`));
    return out;
  };
  const text = (svg) => new XMLSerializer().serializeToString(svg);
  O.png = async (svg) => {
    const picture = new Image(), canvas = document.createElement("canvas"), scale = 2;
    picture.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text(svg))}`;
    await picture.decode();
    canvas.width = svg.getAttribute("width") * scale;
    canvas.height = svg.getAttribute("height") * scale;
    const pen = canvas.getContext("2d");
    pen.scale(scale, scale);
    pen.drawImage(picture, 0, 0);
    return new Promise((done, fail) => canvas.toBlob((blob) => blob ? done(blob) : fail(new Error(t("no_picture"))), "image/png"));
  };
  // A book of one sheet: keys are texts, numbers numbers.
  O.book = async (heads, rows) => {
    await O.load("xlsx");
    const cell = (value) => value === null || value === undefined ? null : typeof value === "number" ? {value, type: Number} : {value: String(value), type: String};
    return window.Xlsx.write([heads.map((value) => ({value, type: String, fontWeight: "bold"})), ...rows.map((row) => row.map(cell))]);
  };
  O.quoted = (value) => `'${String(value).replaceAll("'", "''")}'`;

  // The buttons of a view. rows: of plain values, as the SQL gives them; of: the element that is drawn.
  O.tools = ({name, heads, rows, sql, of = null, json = null}) => {
    const told = el("p", {role: "status", class: "quiet"}), shown = el("pre", {hidden: true, id: "sql", tabindex: "0"}, sql);
    const busy = (act) => async () => {
      told.textContent = "";
      try { await act(); } catch (error) { told.textContent = error.message; }
    };
    const asked = el("button", {type: "button", "aria-expanded": "false", "aria-controls": "sql", onclick: () => {
      shown.hidden = !shown.hidden;
      asked.setAttribute("aria-expanded", String(!shown.hidden));
    }}, "SQL");
    const button = (word, hint, act) => el("button", {type: "button", "data-take": word.toLowerCase(), title: t(hint), onclick: busy(act)}, word);
    return el("div", {class: "tools", role: "group", "aria-label": t("take")},
      button("CSV", "csv", () => O.save(`${name}.csv`, O.csv(heads, rows), "text/csv")),
      button("XLSX", "xlsx", async () => O.save(`${name}.xlsx`, await O.book(heads, rows), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")),
      of && button("SVG", "svg", () => O.save(`${name}.svg`, text(O.picture(of)), "image/svg+xml")),
      of && button("PNG", "png", async () => O.save(`${name}.png`, await O.png(O.picture(of)), "image/png")),
      asked, json && el("a", {class: "button", href: json}, "JSON"), shown, told);
  };
})();
