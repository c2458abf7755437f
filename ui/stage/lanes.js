// One run at many learning rates: the tape's programs with a lane for every rate, in portions.

import { FIRST_QUESTION, OPERATIONS, built, chosen, execute, fill, planned } from "./tape.js";

const PORTION = 100_000; // register entries that are written from one pause to the next, about a tenth of a millisecond

// A program of the surface for all lanes: it reads x and y from two places of `from`, and leaves its results in
// `to` from a target on, a lane after the other. The sum over the rows is made in the order of a single run.
function question(program, { rows, summed, parameters }, values, lanes) {
  const own = chosen(parameters, values), all = rows?.map((_, i) => i) ?? [0];
  const machines = (rows ?? [[]]).map((row) => {
    const m = built(program, lanes);
    [...row, ...own].forEach((value, j) => fill(m.registers, 2 + j, lanes, value));
    return m;
  });
  return (from, a, b, to, target, batch, live) => {
    const seen = batch ?? all, share = rows ? (summed ? all.length : 1) / seen.length : 1;
    for (let n = 0; n < seen.length; n++) {
      const m = machines[seen[n]], { registers: r, outputs } = m;
      r.set(from.subarray(a, a + live), 0);
      r.set(from.subarray(b, b + live), lanes);
      execute(m, null, live);
      for (let j = 0; j < outputs.length; j++) {
        const at = outputs[j], into = target + j * lanes;
        if (!n) to.set(r.subarray(at, at + live), into);
        else for (let l = 0; l < live; l++) to[into + l] += r[at + l];
        if (n === seen.length - 1 && share !== 1) for (let l = 0; l < live; l++) to[into + l] *= share;
      }
    }
  };
}

/** The run at every one of the rates; a generator that pauses now and then, and returns x, y and the exact value
 * at every step, (steps + 1) rows of a lane for each rate, missing once a point is. With `onlyEnd` the value of the
 * last point alone. */
export function* sweep({ surface, rule, schedule: plan }, given, rates, onlyEnd = false) {
  const { x, y, steps, settings, parameters, schedule, noise = 0, draws = null, batches = null } = given;
  const w = rates.length, factors = planned(plan, schedule, steps), found = {};
  for (const name of ["x", "y", "value"]) found[name] = new Float64Array((steps + 1) * w).fill(NaN);
  const questions = OPERATIONS.map(([name]) => surface[name] && question(surface[name], surface, parameters, w));
  const first = built(rule.initial, w), step = built(rule.step, w), { registers: r } = step;
  const rest = 2 + first.outputs.length; // rate, k, whether steps see different rows, and the hyperparameters follow
  const own = (name) => (name === "learning_rate" ? rates : Array(w).fill(settings[name]));
  rule.settings.forEach((name, j) => {
    first.registers.set(own(name), (2 + j) * w);
    r.set(own(name), (rest + 3 + j) * w);
  });
  fill(r, rest + 2, w, batches ? 1 : 0);
  fill(first.registers, 0, w, x);
  fill(first.registers, 1, w, y);
  execute(first);
  const now = new Float64Array(rest * w);
  fill(now, 0, w, x);
  fill(now, 1, w, y);
  first.outputs.forEach((at, j) => now.set(first.registers.subarray(at, at + w), (2 + j) * w));
  const lost = new Uint8Array(w);
  let k = 0, live = w; // lanes of which none beyond goes on: the largest rates are lost first
  const ask = (kind, a, b, target) => {
    questions[kind](r, a, b, r, target, batches?.[k], live);
    if (!draws || kind !== FIRST_QUESTION + 1) return;
    for (let j = 0; j < 2; j++) for (let l = 0, d = noise * draws[2 * k + j]; l < live; l++) r[target + j * w + l] += d;
  };
  for (const pause = Math.ceil(PORTION / (w * (surface.rows?.length ?? 1) * step.code.length)); ; k++) {
    for (let l = 0; l < live; l++) lost[l] ||= !(Number.isFinite(now[l]) && Number.isFinite(now[w + l]));
    while (live && lost[live - 1]) live -= 1;
    if (!live) return found;
    found.x.set(now.subarray(0, live), k * w);
    found.y.set(now.subarray(w, w + live), k * w);
    if (!onlyEnd || k === steps) questions[FIRST_QUESTION](now, 0, w, found.value, k * w, null, live);
    for (let l = 0; l < live; l++) if (lost[l]) found.x[k * w + l] = found.y[k * w + l] = found.value[k * w + l] = NaN;
    if (k === steps) return found;
    for (let j = 0; j < rest; j++) r.set(now.subarray(j * w, j * w + live), j * w);
    for (let l = 0; l < live; l++) r[rest * w + l] = rates[l] * factors[k];
    fill(r, rest + 1, w, k + 1);
    execute(step, ask, live);
    step.outputs.forEach((at, j) => now.set(r.subarray(at, at + live), j * w));
    if (k % pause === pause - 1) yield;
  }
}
