// The picture's facts out of the bytes that ui/stage packs.

function header(bytes) {
  const buffer = bytes.slice().buffer; // aligned, and ours to keep
  const length = new DataView(buffer).getUint32(0, true);
  const facts = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, length)));
  return { facts, buffer, offset: 4 + length };
}

// A map, with batches also every training example's losses over it; or tapes, with what chance draws.
export async function unpackBeside(deflated) {
  const stream = new Blob([deflated]).stream().pipeThrough(new DecompressionStream("deflate"));
  const { facts, buffer, offset } = header(new Uint8Array(await new Response(stream).arrayBuffer()));
  if (facts.examples) facts.examples.losses = new Float32Array(buffer, offset);
  if (facts.drawn) drawn(facts, buffer, offset);
  return facts;
}

// What the noise draws for every seed, and the rows of the batches of every size; of the first seed also by itself.
function drawn(facts, buffer, offset) {
  const { count, steps, noise, rows } = facts.drawn;
  const seeds = (facts.seeds = { count: count > 1 ? count : 0, draws: null, batches: {} });
  if (noise) {
    seeds.draws = new Float64Array(buffer, offset, 2 * steps * count);
    facts.draws = seeds.draws.subarray(0, 2 * steps);
    offset += seeds.draws.byteLength;
  }
  for (const [size, length] of rows) {
    seeds.batches[size] = new Uint8Array(buffer, offset, length);
    offset += length;
  }
}

export function unpack(bytes) {
  const { facts: scene, buffer, offset: start } = header(bytes);
  let offset = start, count;
  const column = (Type, width = 1) => {
    const values = new Type(buffer.slice(offset, offset + count * width * Type.BYTES_PER_ELEMENT));
    offset += count * width * Type.BYTES_PER_ELEMENT;
    return values;
  };
  for (const run of scene.runs) {
    count = run.steps + 1;
    run.x = column(Float64Array);
    run.y = column(Float64Array);
    run.values = scene.traces.map(() => column(Float32Array)); // loss, gradient norm, and the rate where it changes
    run.counts = scene.budget.counts;
    run.clock = run.counts === "steps" ? null : column(Float32Array); // what is spent up to every step
    if (scene.fit) run.answers = column(Float32Array, scene.fit.asked.length); // m at every step
    if (run.fan) {
      const { steps, count: seeds } = run.fan, width = steps.length * 4;
      const part = () => new Float32Array(buffer.slice(offset, (offset += width)));
      run.fan.runs = Array.from({ length: seeds }, () => ({ x: part(), y: part(), loss: part(), clock: run.clock && part() }));
    }
    run.dashes = run.dash === "solid" ? [] : run.dash.split(",").map(parseFloat);
    run.last = run.x.findLastIndex((x, k) => Number.isFinite(x) && Number.isFinite(run.y[k]));
  }
  for (const panel of scene.panels) {
    panel.bytes = new Uint8Array(buffer, offset, panel.length);
    offset += panel.length;
  }
  return scene;
}
