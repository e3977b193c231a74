// Lines over years, with the band of the peers behind them; saved as SVG.
"use strict";
(() => {
  const O = window.OGI;
  // Apart for the colour-blind, and against their ground.
  const LIGHT = ["#0b5fa5", "#c2410c", "#157f5f", "#8a4f9e", "#8a6d00", "#b3245a", "#4a6572", "#333333"];
  const DARK = ["#7db8ec", "#f5945c", "#5fcba6", "#cf9fe0", "#d9bd4f", "#f083ac", "#a9bfca", "#e8e8e4"];
  const colours = O.colours = () => matchMedia("(prefers-color-scheme: dark)").matches ? DARK : LIGHT;
  // Nothing is drawn between years that do not follow each other, nor between figures of different land.
  const isPart = (point) => point.row.territory === "part";
  const withGaps = (points) => points.flatMap((point, i) => {
    const before = points[i - 1];
    return before && before.name === point.name && (point.year > before.year + 1 || isPart(before) !== isPart(point)) ? [{...point, value: NaN}, point] : [point];
  });
  const frame = (figure, width) => ({width, height: 230, marginLeft: 46, marginRight: 12, marginTop: 22, style: {background: "transparent", fontFamily: "inherit", fontSize: "12px", overflow: "visible"},
    x: {label: null, tickFormat: "d", interval: 1, ticks: width < 420 ? 4 : 8},
    y: {label: null, grid: true, zero: true, nice: true, ticks: 4, tickFormat: O.isRate(figure) ? (v) => `${Math.round(v * 1000) / 10}%` : undefined}});

  // figure: a column of the years; lines: [{name, years}]; bands: [{year, p10, median, p90}]; breaks: years from which something changes.
  O.chart = async (figure, lines, {bands = [], breaks = [], width = 340, span = null} = {}) => {
    await O.load("plot");
    const P = window.Plot, palette = colours(), points = lines.flatMap(({name, years}, i) => years.filter((y) => y[figure] !== null).map((y) => ({
      year: y.year, value: y[figure], name, colour: palette[i % palette.length], small: O.isRate(figure) && y.total < O.about.floor, row: y})));
    if (!points.length) return O.el("p", {class: "quiet"}, "—");
    const colour = (d) => d.colour;
    const base = frame(figure, width);
    const drawn = P.plot({...base, x: {...base.x, domain: span ?? undefined}, ariaLabel: `${O.t(figure)}: ${lines.map((l) => l.name).join(", ")}`, marks: [
      P.areaY(bands, {x: "year", y1: "p10", y2: "p90", fill: "currentColor", fillOpacity: 0.1}),
      P.lineY(bands, {x: "year", y: "median", stroke: "currentColor", strokeOpacity: 0.55, strokeDasharray: "4 3"}),
      P.ruleX(breaks, {stroke: "currentColor", strokeOpacity: 0.5, strokeDasharray: "2 3"}),
      P.ruleY([0], {stroke: "currentColor", strokeOpacity: 0.4}),
      P.lineY(withGaps(points), {x: "year", y: "value", z: "name", stroke: colour, strokeWidth: 2}),
      P.dot(points, {x: "year", y: "value", r: 4, fill: (d) => isPart(d) ? "transparent" : d.small ? "#888888" : d.colour, stroke: (d) => d.small ? "#888888" : d.colour, strokeWidth: 1.5,
        href: (d) => `#/report/${O.partOf(d.row.division_key)}/${d.row.report_key}/${figure}`,
        title: (d) => `${d.name} ${d.year}: ${O.show(figure, d.value)}`}),
    ]});
    const title = O.t(figure);
    return O.el("figure", {}, O.el("figcaption", {}, title,
      O.el("button", {type: "button", class: "minor", "aria-label": `${O.t("svg")}: ${title}`, onclick: () => {
        const copy = drawn.cloneNode(true);
        copy.setAttribute("xmlns", "http://www.w3.org/2000/svg");
        copy.setAttribute("color", "#222222");
        O.save(`${figure}.svg`, new XMLSerializer().serializeToString(copy), "image/svg+xml");
      }}, "SVG")), drawn);
  };
})();
