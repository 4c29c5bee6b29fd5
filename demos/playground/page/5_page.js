// The page: what people do, and what follows.
import { families, inside, learn, loadRule } from "./1_engine.js";
import { bounds, familyNames, kinds, readAddress, request, state, usual, writeAddress } from "./2_state.js";
import { $, colour, contour, drawCurves, drawNetwork, drawPlane, place, shown } from "./3_draw.js";
import { boundary } from "./1_engine.js";
import { tour } from "./4_tour.js";

const ruleNames = { two_moons: "two moons", general: "general" };
let result = null, chosen = -1, neuron = [1, 0], playing = 0, told = null, words = [];

const fixed = (v, n = 3) => Number.isFinite(v) ? v.toFixed(n) : "none";
const leftName = () => `learned rule “${ruleNames[state.rule]}”`;
const rightName = () => kinds[state.kind][0];

const describe = () => {
  const numbers = result.learners.map(l => `${(100 * l.accuracy[state.step]).toFixed(1)} %`);
  $("status").textContent = `Step ${state.step}: the ${leftName()} has ${numbers[0]} of new points right, ${rightName()} ${numbers[1]}.`;
};

// Draws a step; while something is dragged or played, coarsely.
export const draw = (coarse = false) => {
  if (!result) return;
  const grid = coarse ? 40 : 80;
  for (const k of [0, 1]) {
    drawPlane($(`plane-${k}`), result, k, state.step, grid, chosen);
    const l = result.learners[k];
    $(`facts-${k}`).textContent = `new points right ${(100 * l.accuracy[state.step]).toFixed(1)} %, training loss ${fixed(l.loss[state.step])}`;
    $(`name-${k}`).textContent = $(`key-${k}`).textContent = k ? rightName() : leftName();
  }
  const last = result.learners.map(l => fixed(l.accuracy.at(-1)));
  drawCurves($("accuracy"), result.learners.map(l => l.accuracy), state.step, { low: 0.4, high: 1, ticks: [0.4, 0.6, 0.8, 1],
    say: `Test accuracy, at the end ${last[0]} on the left and ${last[1]} on the right` });
  drawCurves($("loss"), result.learners.map(l => l.loss), state.step, { low: 0.001, high: 10, log: true, ticks: [0.001, 0.01, 0.1, 1, 10],
    say: `Training loss, at the end ${fixed(result.learners[0].loss.at(-1))} on the left and ${fixed(result.learners[1].loss.at(-1))} on the right` });
  $("step").max = state.steps; $("step").value = state.step;
  $("step-text").textContent = `${state.step} of ${state.steps}`;
  if (!coarse) { describe(); look(); writeAddress(); }
};

const signalNames = [["z", "z, from below"], ["z_bar", "z̄, from above"], ["z_lat", "z̿, from its own layer"], ["delta", "δ, sent down"],
  ["alpha", "α, forward, where a synapse begins"], ["beta", "β, forward, where it ends"], ["alpha_bar", "ᾱ, feedback, begins"],
  ["beta_bar", "β̄, feedback, ends"], ["alpha_lat", "α̿, lateral, begins"], ["beta_lat", "β̿, lateral, ends"]];

const look = () => {
  told = inside(0, state.step);
  const layers = result.sizes.map((n, l) => n + (result.bias && l < result.sizes.length - 1 ? 1 : 0));
  neuron = [Math.min(neuron[0], layers.length - 1), 0 + neuron[1]];
  neuron[1] = Math.min(neuron[1], layers[neuron[0]] - 1);
  const had = document.activeElement?.dataset?.place;
  words = drawNetwork($("network"), told, result, neuron, choose);
  if (had) $("network").querySelector(`[data-place="${neuron.join()}"]`)?.focus();
  const [l, i] = neuron, n = layers[l], layer = told.layers[l];
  if (!layer) { $("neuron").textContent = "This kind of rule does not tell its neurons' signals."; return; }
  const labels = result.classes.length, rows = signalNames.map(([key, name]) => {
    const of = layer[key].filter((_, k) => k % n === i), mean = a => a.length ? fixed(a.reduce((x, y) => x + y, 0) / a.length) : "none";
    const by = c => of.slice(0, labels).filter((_, k) => result.classes[k] === c);
    return `<tr><th scope="row">${name}</th><td>${mean(by(0))}</td><td>${mean(by(1))}</td><td>${mean(of.slice(labels))}</td></tr>`;
  });
  const name = i === result.sizes[l] ? `${words[l]}, always on` : `${words[l]} neuron ${i + 1}`;
  $("neuron").innerHTML = `<table><caption>${name}: three signals it hears, seven it answers, means over the points of the next step</caption>
    <thead><tr><th scope="col">signal</th><th scope="col">class A</th><th scope="col">class B</th><th scope="col">no label</th></tr></thead>
    <tbody>${rows.join("")}</tbody></table>`;
};
const choose = (l, i) => { if (neuron[0] !== l || neuron[1] !== i) { neuron = [l, i]; look(); } };

const problem = text => { $("problem").textContent = text; };

export const relearn = (coarse = false) => {
  try {
    const unlabelled = result?.unlabelled;
    result = { unlabelled, ...learn(request(coarse)) };  // a draft does not tell them: they stay
    problem("");
  } catch (e) { problem(e.message); return false; }
  state.step = Math.min(state.step, state.steps);
  draw(coarse);
  return true;
};

const showSettings = () => {
  for (const id of ["family", "labelled", "unlabelled", "seed", "hidden", "layers", "steps", "rule", "kind", "size"]) $(id).value = state[id];
  $("noise").value = state.noise ?? "";
  for (const id of ["labelled", "noise"]) $(id).disabled = state.family === "drawn" && id === "labelled";
  $("without").setAttribute("aria-pressed", state.without); $("cut").setAttribute("aria-pressed", state.cut);
  $("shuffle").setAttribute("aria-pressed", state.shuffle_at >= 0);
};
const change = changes => {
  const before = { ...state };
  Object.assign(state, changes);
  if (!relearn()) Object.assign(state, before);
  showSettings();
};

// Time.
const setStep = (step, coarse) => { state.step = Math.max(0, Math.min(state.steps, step)); draw(coarse); };
const pause = () => { clearInterval(playing); playing = 0; $("play").textContent = "Play"; draw(); };
$("play").onclick = () => {
  if (playing) return pause();
  if (state.step === state.steps) state.step = 0;
  $("play").textContent = "Pause";
  playing = setInterval(() => { setStep(state.step + 1, true); if (state.step === state.steps) pause(); }, 80);
};
$("before").onclick = () => setStep(state.step - 1);
$("after").onclick = () => setStep(state.step + 1);
$("step").oninput = e => setStep(Number(e.target.value), true);
$("step").onchange = () => draw();

// Points: those of a family become drawn ones when something is added.
const drawnPoints = () => {
  if (state.family === "drawn") return state.drawn.map(p => [...p]);
  const points = result.classes.map((k, i) => [result.labelled[2 * i], result.labelled[2 * i + 1], k]);
  for (let i = 0; i < Math.min(120, result.unlabelled.length / 2); ++i) points.push([result.unlabelled[2 * i], result.unlabelled[2 * i + 1], 2]);
  return points;
};
const move = (i, x, y, coarse) => {
  if (state.family === "drawn") {
    const labelled = state.drawn.filter(p => p[2] < 2)[i];
    labelled[0] = x; labelled[1] = y;
  } else state.moved = [...state.moved.filter(m => m[0] !== i), [i, x, y]];
  relearn(coarse);
};
const nearest = (points, x, y, reach) => points.reduce((best, [px, py], i) => {
  const d = Math.hypot(px - x, py - y);
  return d < best[1] ? [i, d] : best;
}, [-1, reach])[0];
const plane = $("plane-0");
let dragging = -1, waiting = null;
const at = e => {
  const r = plane.getBoundingClientRect(), b = result.box;
  return [b[0] + (e.clientX - r.left) / r.width * (b[1] - b[0]), b[3] - (e.clientY - r.top) / r.height * (b[3] - b[2])].map(v => Number(v.toFixed(3)));
};
plane.onpointerdown = e => {
  if (!result) return;
  const [x, y] = at(e), reach = (result.box[1] - result.box[0]) * 0.05, tool = $("tool").value;
  if (tool === "drag") {
    dragging = chosen = nearest(result.classes.map((_, i) => [result.labelled[2 * i], result.labelled[2 * i + 1]]), x, y, reach);
    if (dragging >= 0) plane.setPointerCapture(e.pointerId);
    return draw(true);
  }
  const points = drawnPoints();
  if (tool === "erase") { const i = nearest(points, x, y, reach); if (i >= 0) points.splice(i, 1); }
  else if (points.length < 400) points.push([x, y, Number(tool)]);
  change({ family: "drawn", drawn: points, moved: [] });
};
// No more than one learning for each picture that is shown.
plane.onpointermove = e => {
  if (dragging < 0) return;
  const first = waiting === null;
  waiting = at(e);
  if (first) requestAnimationFrame(() => { const p = waiting; waiting = null; if (dragging >= 0) move(dragging, ...p, true); });
};
plane.onpointerup = plane.onpointercancel = e => {
  if (dragging < 0) return;
  const i = dragging;
  dragging = -1; waiting = null;
  if (e.type === "pointerup") move(i, ...at(e), false); else draw();
};
plane.onkeydown = e => {
  if (!result) return;
  const n = result.classes.length, d = (result.box[1] - result.box[0]) / 50;
  if (e.key.toLowerCase() === "n") { chosen = (chosen + 1) % n; draw(); return; }
  const by = { ArrowLeft: [-d, 0], ArrowRight: [d, 0], ArrowUp: [0, d], ArrowDown: [0, -d] }[e.key];
  if (!by || chosen < 0 || chosen >= n) return;
  e.preventDefault();
  move(chosen, Number((result.labelled[2 * chosen] + by[0]).toFixed(3)), Number((result.labelled[2 * chosen + 1] + by[1]).toFixed(3)), false);
};
$("network").onkeydown = e => {
  const by = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [1, 0], ArrowDown: [-1, 0] }[e.key];
  if (!by) return;
  e.preventDefault();
  neuron = [Math.max(0, neuron[0] + by[0]), Math.max(0, neuron[1] + by[1])];
  look();
};

// Settings.
for (const id of ["labelled", "unlabelled", "seed", "hidden", "layers", "steps", "size", "noise"]) $(id).onchange = e => {
  const number = Number(e.target.value), [low, high] = bounds[id];
  if (id === "noise" && e.target.value === "") return change({ noise: null });
  if (e.target.value === "" || !(number >= low && number <= high)) { problem(`${e.target.labels[0].textContent.trim()}: ${low} to ${high} is possible.`); showSettings(); return; }
  const value = id === "noise" || id === "size" ? number : Math.round(number);
  change({ [id]: value, ...(id === "steps" ? { step: value } : {}), ...(id === "seed" ? { moved: [] } : {}) });
};
$("family").onchange = e => change({ family: e.target.value, moved: [], drawn: e.target.value === "drawn" ? drawnPoints() : state.drawn });
$("rule").onchange = e => change({ rule: e.target.value });
$("kind").onchange = e => change({ kind: e.target.value, size: kinds[e.target.value][1] });
$("without").onclick = () => change({ without: !state.without });
$("cut").onclick = () => change({ cut: !state.cut });
$("shuffle").onclick = () => change({ shuffle_at: state.shuffle_at >= 0 ? -1 : Math.min(state.step, state.steps - 1) });

// Rule files, dropped or chosen, are read by the product's own reader.
export const takeRule = async file => {
  try {
    loadRule("dropped", file.name, await file.text());
    ruleNames.dropped = file.name;
    if (!$("rule").querySelector('[value="dropped"]')) $("rule").append(new Option("", "dropped"));
    $("rule").querySelector('[value="dropped"]').textContent = file.name;
    change({ rule: "dropped" });
  } catch (e) { problem(e.message); }
};
$("file").onchange = e => e.target.files[0] && takeRule(e.target.files[0]);
addEventListener("dragover", e => { e.preventDefault(); document.body.classList.add("dropping"); });
addEventListener("dragleave", () => document.body.classList.remove("dropping"));
addEventListener("drop", e => { e.preventDefault(); document.body.classList.remove("dropping"); if (e.dataTransfer.files[0]) takeRule(e.dataTransfer.files[0]); });

// What can be kept.
const save = (name, type, text) => {
  const a = document.createElement("a");
  a.href = URL.createObjectURL(new Blob([text], { type })); a.download = name; a.click();
  setTimeout(() => URL.revokeObjectURL(a.href), 1000);
};
export const csv = () => ["step,learned rule accuracy,learned rule training loss," + `${rightName()} accuracy,${rightName()} training loss`,
  ...result.learners[0].accuracy.map((_, t) => [t, ...result.learners.flatMap(l => [l.accuracy[t], l.loss[t]])].join(","))].join("\n") + "\n";
export const picture = () => {
  const grid = 60, size = 300, cell = size / grid, parts = [], escape = t => t.replace(/[&<>]/g, c => `&#${c.charCodeAt(0)};`);
  for (const k of [0, 1]) {
    const p = boundary(k, state.step, grid);
    parts.push(`<g transform="translate(${10 + k * (size + 20)} 40)"><text y="-22" fill="${colour(k ? "right" : "left")}">${escape(k ? rightName() : leftName())}</text>
      <text y="-6" fill="${colour("ink")}">step ${state.step}: ${escape($(`facts-${k}`).textContent)}</text><rect width="${size}" height="${size}" fill="${colour("a-ground")}"/>`);
    for (let i = 0; i < grid; ++i) for (let j = 0, from = -1; j <= grid; ++j) {  // runs of class B
      const b = j < grid && p[i * grid + j] > 0.5;
      if (b && from < 0) from = j;
      if (!b && from >= 0) { parts.push(`<rect x="${from * cell}" y="${(grid - 1 - i) * cell}" width="${(j - from) * cell}" height="${cell}" fill="${colour("b-ground")}"/>`); from = -1; }
    }
    for (const [x, y] of contour(p, grid)) parts.push(`<circle cx="${(x * cell).toFixed(1)}" cy="${(size - y * cell).toFixed(1)}" r="1" fill="${colour("ink")}"/>`);
    const { last } = shown(result, state.step);
    for (let i = 0; i < last; ++i) {
      const [x, y] = place(result.box, size, result.unlabelled[2 * i], result.unlabelled[2 * i + 1]);
      parts.push(`<rect x="${(x - 1.5).toFixed(1)}" y="${(y - 1.5).toFixed(1)}" width="3" height="3" fill="${colour("grey")}"/>`);
    }
    result.classes.forEach((c, i) => {
      const [x, y] = place(result.box, size, result.labelled[2 * i], result.labelled[2 * i + 1]).map(v => Number(v.toFixed(1)));
      parts.push(c ? `<path d="M${x} ${y - 7}l6 11h-12z" fill="${colour("b")}" stroke="${colour("ink")}"/>` : `<circle cx="${x}" cy="${y}" r="5" fill="${colour("a")}" stroke="${colour("ink")}"/>`);
    });
    parts.push("</g>");
  }
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 640 350" font-family="sans-serif" font-size="12" role="img"><title>${escape($("status").textContent)}</title>
    <rect width="640" height="350" fill="${colour("paper")}"/>${parts.join("\n")}</svg>\n`;
};
$("save-svg").onclick = () => save("playground.svg", "image/svg+xml", picture());
$("save-csv").onclick = () => save("playground.csv", "text/csv", csv());

// The tour.
let stop = -1;
const visit = k => {
  stop = k;
  const on = k >= 0 && k < tour.length;
  $("tour-card").hidden = !on; $("tour-start").hidden = on;
  if (!on) return $("tour-start").focus();
  const [title, text, changes] = tour[k];
  $("tour-title").textContent = title; $("tour-text").textContent = text; $("tour-place").textContent = `${k + 1} of ${tour.length}`;
  $("tour-back").disabled = k === 0; $("tour-next").textContent = k + 1 === tour.length ? "Done" : "Next";
  change({ ...usual, moved: [], drawn: [], ...changes });
  $("tour-title").focus();
};
$("tour-start").onclick = () => visit(0);
$("tour-back").onclick = () => visit(stop - 1);
$("tour-next").onclick = () => visit(stop + 1);
$("tour-end").onclick = () => visit(-1);

// Begin.
window.playground = { state, request, learn, relearn, takeRule, csv, picture, result: () => result, heap: () => engine.HEAPF32.buffer.byteLength };
for (const id of Object.keys(ruleNames)) {
  loadRule(id, `${id}.json`, $(`rule-${id}`).textContent);
  $("rule").append(new Option(ruleNames[id], id));
}
for (const id of [...families(), "drawn"]) $("family").append(new Option(familyNames[id] ?? id, id));
for (const [id, [name]] of Object.entries(kinds)) $("kind").append(new Option(name, id));
readAddress({ family: Object.keys(familyNames), rule: Object.keys(ruleNames), kind: Object.keys(kinds) });
showSettings();
if (!relearn()) change({ ...usual, moved: [], drawn: [] });
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => draw());
document.body.dataset.ready = "yes";
