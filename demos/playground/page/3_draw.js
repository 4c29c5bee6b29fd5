// Planes, curves and the network, as drawn.
import { boundary } from "./1_engine.js";

export const $ = id => document.getElementById(id);
export const colour = name => getComputedStyle(document.documentElement).getPropertyValue("--" + name).trim();
const rgb = hex => [1, 3, 5].map(k => parseInt(hex.slice(k, k + 2), 16));
const svgName = "http://www.w3.org/2000/svg";
export const element = (name, attributes, text) => {
  const e = document.createElementNS(svgName, name);
  for (const [k, v] of Object.entries(attributes)) e.setAttribute(k, v);
  if (text !== undefined) e.textContent = text;
  return e;
};
export const place = (box, size, x, y) => [(x - box[0]) / (box[1] - box[0]) * size, (1 - (y - box[2]) / (box[3] - box[2])) * size];

// The unlabelled points that have been shown up to a step; those of the step itself first in `now`.
export const shown = (result, step) => {
  const n = result.per_step, last = Math.max(step, 1) * n;
  return { from: Math.max(0, last - n), last: Math.min(last, result.unlabelled.length / 2) };
};

const mark = (c, kind, x, y, r, fill, line) => {
  c.beginPath();
  if (kind === 0) c.arc(x, y, r, 0, 7);
  else { c.moveTo(x, y - r * 1.2); c.lineTo(x + r * 1.1, y + r * 0.8); c.lineTo(x - r * 1.1, y + r * 0.8); c.closePath(); }
  c.fillStyle = fill; c.fill(); c.lineWidth = line; c.strokeStyle = colour("ink"); c.stroke();
};

export const drawPlane = (canvas, result, learner, step, grid, chosen) => {
  const c = canvas.getContext("2d"), size = canvas.width, p = boundary(learner, step, grid);
  const image = new ImageData(grid, grid), A = rgb(colour("a-ground")), B = rgb(colour("b-ground"));
  for (let i = 0; i < grid; ++i) for (let j = 0; j < grid; ++j) {
    const at = ((grid - 1 - i) * grid + j) * 4, q = p[i * grid + j], t = Math.min(1, Math.max(0, (q - 0.5) * 3 + 0.5));
    for (let k = 0; k < 3; ++k) image.data[at + k] = A[k] + (B[k] - A[k]) * t;
    image.data[at + 3] = 255;
  }
  const small = drawPlane.small ??= document.createElement("canvas");
  small.width = small.height = grid; small.getContext("2d").putImageData(image, 0, 0);
  c.imageSmoothingEnabled = true; c.drawImage(small, 0, 0, size, size);
  c.fillStyle = colour("ink");  // the border, where both answers are as likely
  for (const [x, y] of contour(p, grid)) c.fillRect(x * size / grid - 1, size - y * size / grid - 1, 2.5, 2.5);
  const { from, last } = shown(result, step);
  for (let i = 0; i < last; ++i) {
    const [x, y] = place(result.box, size, result.unlabelled[2 * i], result.unlabelled[2 * i + 1]);
    c.globalAlpha = i >= from ? 1 : 0.35; c.fillStyle = colour("grey"); c.fillRect(x - 2.5, y - 2.5, 5, 5);
  }
  c.globalAlpha = 1;
  result.classes.forEach((k, i) => {
    const [x, y] = place(result.box, size, result.labelled[2 * i], result.labelled[2 * i + 1]);
    mark(c, k, x, y, i === chosen ? 11 : 8, colour(k ? "b" : "a"), i === chosen ? 3 : 1.5);
  });
};

// Places between neighbouring cells of which one is for A and one for B, in cells.
export const contour = (p, grid) => {
  const points = [], side = (i, j) => p[i * grid + j] > 0.5;
  const cut = (a, b) => (0.5 - a) / (b - a);
  for (let i = 0; i < grid; ++i) for (let j = 0; j < grid; ++j) {
    const here = p[i * grid + j];
    if (j + 1 < grid && side(i, j) !== side(i, j + 1)) points.push([j + 0.5 + cut(here, p[i * grid + j + 1]), i + 0.5]);
    if (i + 1 < grid && side(i, j) !== side(i + 1, j)) points.push([j + 0.5, i + 0.5 + cut(here, p[(i + 1) * grid + j])]);
  }
  return points;
};

export const drawCurves = (svg, series, step, { low, high, log, ticks, say }) => {
  const left = 40, steps = series[0].length - 1, X = k => left + k / steps * (312 - left), f = log ? Math.log10 : v => v;
  const Y = v => 142 - (f(Math.min(high, Math.max(low, v))) - f(low)) / (f(high) - f(low)) * 132;
  const parts = [element("title", {}, say)];
  for (const t of ticks) parts.push(element("line", { x1: left, x2: 312, y1: Y(t), y2: Y(t), stroke: colour("line"), "stroke-width": 0.4 }),
    element("text", { x: left - 4, y: Y(t) + 4, "text-anchor": "end" }, String(t)));
  parts.push(element("text", { x: left, y: 157 }, "0"), element("text", { x: 312, y: 157, "text-anchor": "end" }, String(steps)));
  series.forEach((s, k) => parts.push(element("polyline", { points: s.map((v, i) => `${X(i).toFixed(1)},${Y(v).toFixed(1)}`).join(" "), fill: "none",
    stroke: colour(k ? "right" : "left"), "stroke-width": 2, ...(k ? { "stroke-dasharray": "6 3" } : {}) })));
  parts.push(element("line", { x1: X(step), x2: X(step), y1: 10, y2: 142, stroke: colour("ink"), "stroke-width": 1 }));
  svg.replaceChildren(...parts);
};

export const neuronPlaces = (sizes, bias) => sizes.map((n, l) => {
  const all = n + (bias && l < sizes.length - 1 ? 1 : 0), y = 272 - l / (sizes.length - 1) * 240;
  return Array.from({ length: all }, (_, i) => [(i + 0.5) / all * 620 + 10, y]);
});

const wire = (from, to, w, most, dotted) => {
  const shift = dotted ? -3 : 0;
  return element("line", { x1: from[0] + shift, y1: from[1], x2: to[0] + shift, y2: to[1], stroke: colour(w > 0 ? "left" : "right"),
    "stroke-width": (0.2 + 2.6 * Math.abs(w) / most).toFixed(2), "stroke-opacity": 0.65, ...(dotted ? { "stroke-dasharray": "1 4" } : {}) });
};

export const drawNetwork = (svg, told, result, chosen, choose) => {
  const places = neuronPlaces(result.sizes, result.bias), parts = [];
  const most = Math.max(1e-9, ...told.forward.flat().map(Math.abs)), mostBack = Math.max(1e-9, ...told.feedback.flat().map(Math.abs));
  told.forward.forEach((w, l) => places[l].forEach((from, j) => places[l + 1].slice(0, result.sizes[l + 1]).forEach((to, i) =>
    parts.push(wire(from, to, w[j * result.sizes[l + 1] + i], most, false)))));
  told.feedback.forEach((w, l) => places[l].forEach((to, i) => places[l + 1].slice(0, result.sizes[l + 1]).forEach((from, j) =>
    parts.push(wire(from, to, w[j * places[l].length + i], mostBack, true)))));
  // By the lateral weights a neuron hears its own layer; those of one neuron only, or nothing else would be seen.
  const lateral = told.lateral[chosen[0]] ?? [], layer = places[chosen[0]], mostLateral = Math.max(1e-9, ...lateral.map(Math.abs));
  if (lateral.length) layer.forEach(([x, y], k) => {
    const w = lateral[k * layer.length + chosen[1]], own = layer[chosen[1]][0];
    if (k !== chosen[1]) parts.push(element("path", { d: `M${x} ${y}Q${(x + own) / 2} ${y - 14 - Math.abs(x - own) / 6} ${own} ${y}`, fill: "none", class: "lateral",
      stroke: colour(w > 0 ? "left" : "right"), "stroke-width": (0.3 + 2.6 * Math.abs(w) / mostLateral).toFixed(2), "stroke-dasharray": "5 3" }));
  });
  const words = ["input", ...result.sizes.slice(1, -1).map((_, l) => result.sizes.length > 3 ? `hidden layer ${l + 1}` : "hidden"), "output"];
  places.forEach((layer, l) => layer.forEach(([x, y], i) => {
    const name = i === result.sizes[l] ? `${words[l]}, always on` : `${words[l]} neuron ${i + 1}`, is = chosen[0] === l && chosen[1] === i;
    const g = element("g", { tabindex: is ? 0 : -1, role: "button", "aria-label": name, "aria-pressed": is, class: is ? "chosen" : "" });
    g.append(element("circle", { cx: x, cy: y, r: Math.min(9, 280 / layer.length) }));
    g.addEventListener("pointerenter", () => choose(l, i, false)); g.addEventListener("click", () => choose(l, i, true));
    g.dataset.place = `${l},${i}`;
    parts.push(g);
  }));
  svg.replaceChildren(...parts);
  return words;
};
