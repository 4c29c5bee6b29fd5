// What one sees is what the address says.
export const usual = { family: "two_moons", noise: null, labelled: 10, unlabelled: 10, hidden: 20, layers: 1, steps: 50, seed: 1,
  rule: "two_moons", kind: "adam", size: 0.1, step: 50, without: false, cut: false, shuffle_at: -1, moved: [], drawn: [] };
export const state = { ...usual, moved: [], drawn: [] };

// Names that people read, and the step size that suits each.
export const kinds = { adam: ["backprop (Adam)", 0.1], sgd: ["backprop (plain steps)", 0.3], entropy: ["entropy minimisation", 0.1],
  feedback_alignment: ["feedback alignment", 1], hebb: ["Hebb's rule", 0.03] };
export const familyNames = { two_moons: "two moons", two_gaussians: "two clouds", circles: "circles", xor: "four clouds, crosswise (XOR)",
  spirals: "spirals", arcs: "arcs", sticks: "sticks", drawn: "drawn by hand" };
export const bounds = { noise: [0, 2], labelled: [2, 100], unlabelled: [0, 100], hidden: [1, 100], layers: [1, 4], steps: [1, 500], seed: [0, 999999],
  size: [0, 100], step: [0, 500], shuffle_at: [-1, 500] };

const isNumber = v => typeof v === "number" && Number.isFinite(v);
// Each value of the address that is none of ours is left out: a link may have been cut.
export const readAddress = known => {
  let given = {};
  try { given = JSON.parse(decodeURIComponent(location.hash.slice(1)) || "{}"); } catch { return; }
  for (const [key, value] of Object.entries(given)) {
    if (bounds[key]) {
      const whole = key === "noise" || key === "size";
      if ((key === "noise" && value === null) || (isNumber(value) && value >= bounds[key][0] && value <= bounds[key][1]))
        state[key] = value === null || whole ? value : Math.round(value);
    } else if (typeof usual[key] === "boolean") state[key] = value === true;
    else if (known[key] && known[key].includes(value)) state[key] = value;
    else if ((key === "moved" || key === "drawn") && Array.isArray(value))
      state[key] = value.filter(p => Array.isArray(p) && p.length === 3 && p.every(isNumber) &&
        (key === "drawn" ? [0, 1, 2].includes(p[2]) : Number.isInteger(p[0]))).slice(0, 400);
  }
};
export const writeAddress = () => {
  const changed = Object.fromEntries(Object.entries(state).filter(([k, v]) => JSON.stringify(v) !== JSON.stringify(usual[k])));
  history.replaceState(null, "", Object.keys(changed).length ? "#" + encodeURIComponent(JSON.stringify(changed)) : location.pathname);
};
// While something is dragged, a draft is enough: single precision, judged by fewer points.
export const request = (draft = false) => ({ draft, family: state.family, noise: state.noise, labelled: state.labelled,
  unlabelled: state.without ? 0 : state.unlabelled, steps: state.steps, query: draft ? 100 : 500, seed: state.seed, hidden: state.hidden, layers: state.layers,
  moved: state.moved, drawn: state.drawn, cut_feedback: state.cut, shuffle_at: state.shuffle_at,
  learners: [{ kind: "rule", rule: state.rule }, { kind: state.kind, step: state.size }] });
