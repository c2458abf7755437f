// The runs of all seeds of a fan at many learning rates, and of each rate the one in the middle, as ui/fan.py has it.

import { sweep } from "./lanes.js";

/** Of every rate the run whose final loss is the median over the `seeds`, as `sweep` returns runs; what is lost is the
 * worst. A seed has draws and batches of its own. */
export function* medians(tape, given, rates, seeds) {
  const w = rates.length, { steps } = given, ends = [];
  for (const seed of seeds) {
    const { value } = yield* sweep(tape, { ...given, ...seed }, rates, true);
    ends.push(value.subarray(steps * w));
  }
  const middle = Array.from(rates, (_, l) => {
    const of = (i) => (Number.isFinite(ends[i][l]) ? ends[i][l] : Infinity);
    return seeds.map((_, i) => i).sort((i, j) => (of(i) === of(j) ? i - j : of(i) - of(j)))[Math.floor(seeds.length / 2)];
  });
  const found = {};
  for (const name of ["x", "y", "value"]) found[name] = new Float64Array((steps + 1) * w).fill(NaN);
  for (const i of new Set(middle)) {
    const lanes = Array.from(rates.keys()).filter((l) => middle[l] === i);
    const own = yield* sweep(tape, { ...given, ...seeds[i] }, Float64Array.from(lanes, (l) => rates[l]));
    for (const name of Object.keys(found)) {
      for (let k = 0; k <= steps; k++) lanes.forEach((l, j) => (found[name][k * w + l] = own[name][k * lanes.length + j]));
    }
  }
  return found;
}

/** What every seed of a run's fan draws; `fans` is what came with the tapes, or null. */
export function seedsOf({ fan, batch_size: size }, { count, draws, batches }, examples) {
  if (!fan || !count) return null;
  const rows = batches[size], a_round = Math.ceil(examples / size);
  return Array.from({ length: count }, (_, i) => {
    const seed = { draws: null, batches: null };
    if (draws) seed.draws = draws.subarray((i * draws.length) / count, ((i + 1) * draws.length) / count);
    if (!rows) return seed;
    seed.batches = [];
    for (let at = (i * rows.length) / count, end = ((i + 1) * rows.length) / count, k = 0; at < end; k++) {
      const long = Math.min(size, examples - (k % a_round) * size);
      seed.batches.push(Array.from(rows.subarray(at, at + long)));
      at += long;
    }
    return seed;
  });
}
