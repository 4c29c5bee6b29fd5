// The engine: texts in, texts and numbers out. All that is computed is computed there.
const packed = Uint8Array.from(atob(document.getElementById("program").textContent), c => c.charCodeAt(0));
const unpacked = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
export const engine = await createEngine({ wasmBinary: await new Response(unpacked).arrayBuffer() });

const call = (name, types = [], values = []) => {
  const told = JSON.parse(engine.ccall("playground_" + name, "string", types, values));
  if (told && told.error) throw new Error(told.error);
  return told;
};
export const families = () => call("families");
export const loadRule = (id, file, text) => call("load", ["string", "string", "string"], [id, file, text]);
export const learn = request => call("learn", ["string"], [JSON.stringify(request)]);
export const inside = (learner, step) => call("inside", ["number", "number"], [learner, step]);
export const boundary = (learner, step, grid) => {
  const at = engine.ccall("playground_boundary", "number", ["number", "number", "number"], [learner, step, grid]) / 4;
  return engine.HEAPF32.subarray(at, at + grid * grid);
};
