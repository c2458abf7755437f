// What the runs will be at the numbers that are under the hand, until the server has run them.

import { again, end } from "./clock.js";
import { grid, heights } from "./ground.js";
import { raised } from "./numbers.js";
import { answers, march, values } from "./tape.js";

const same = (a, b) => (Array.isArray(a) ? a.every((v, i) => same(v, b[i])) : Math.abs(a - b) <= 1e-5 * Math.abs(b));

// A place says which number: { slot, of: "rule" or "schedule", key }, { of: "surface", key }, or
// { of: "start" }, { of: "steps" }, { of: "noise" }.
export const AXES = { x: 0, y: 1 }; // of the start, which is one number
const name = ({ slot, of, key }) => [slot, of in AXES ? "start" : of, key].filter(Boolean).join(".");

export class Rehearsal {
  constructor() {
    this.changes = new Map();
  }

  get going() {
    return this.changes.size > 0;
  }

  // The numbers under the hand, as a query.
  get described() {
    return [...this.changes].map(([key, { value }]) => `${key}=${value}`).join("&");
  }

  // The same as the link has them.
  get query() {
    const query = new URLSearchParams();
    for (const { place: { slot, of, key }, value } of this.changes.values()) {
      if (of === "start") ["x", "y"].forEach((axis, i) => query.set(axis, value[i]));
      else query.set([slot, of === "schedule" && of, key ?? of].filter(Boolean).join("."), value);
    }
    return query.toString();
  }

  // What a number is now: under the hand, else as the server has it.
  now(scene, place) {
    const changed = this.changes.get(name(place))?.value;
    return (place.of in AXES ? changed?.[AXES[place.of]] : changed) ?? numberAt(scene, place);
  }

  // Whether nothing but these numbers is changed that the runs in `slots`, or all, depend on.
  only(places, slots) {
    const names = places.filter(Boolean).map(name);
    const other = ({ slot }) => slot && slots && !slots.includes(slot);
    return [...this.changes].every(([key, { place }]) => names.includes(key) || other(place));
  }

  // The slots of the runs that depend on what is changed.
  slots(scene) {
    const places = [...this.changes.values()].map(({ place }) => place).filter(({ of }) => of !== "own");
    const all = places.some(({ slot }) => !slot);
    return scene.runs.map(({ slot }) => slot).filter((slot) => all || places.some((place) => place.slot === slot));
  }

  // Whether the browser can make every run that this number changes.
  can(scene, place, value) {
    if (place.of === "own") return scene.follows.includes(place.key);
    if (place.of === "batch_size") return false; // which examples are drawn, the server knows
    const runs = scene.runs.filter(({ slot }) => !place.slot || slot === place.slot);
    if (!runs.length || runs.some((run) => !run.tape || run.cost === null)) return false; // or where it would end
    if (place.of === "surface") return place.key in scene.parameters;
    if (place.of === "noise") return value === 0 || (value > 0 && scene.draws !== null);
    if (place.of === "steps") return value >= 1 && value <= scene.most && value % 1 === 0 && !scene.draws && !runs.some(({ batches }) => batches.length);
    return true;
  }

  change(scene, place, value) {
    if (same(value, numberAt(scene, place))) this.changes.delete(name(place));
    else this.changes.set(name(place), { place, value });
  }

  // Forget what the server's picture has taken over.
  hear(scene) {
    for (const [key, { place, value }] of this.changes) {
      const now = numberAt(scene, place);
      if (now === undefined || same(value, now)) this.changes.delete(key);
    }
  }

  forget() {
    this.changes.clear();
  }

  // What is not a run's own, with what is changed.
  set(scene) {
    const set = { start: scene.start, steps: scene.budget.amount, noise: scene.noise };
    set.parameters = { ...scene.parameters };
    set.settings = { ...scene.settings };
    for (const { place, value } of this.changes.values()) {
      if (place.of === "surface") set.parameters[place.key] = value;
      else if (place.of === "own") set.settings[place.key] = value;
      else if (!place.slot) set[place.of] = value;
    }
    return set;
  }

  // The picture with what is changed; runs that do not depend on it are as they were.
  picture(scene) {
    const set = this.set(scene), slots = this.slots(scene);
    const runs = scene.runs.map((run) => (run.tape && slots.includes(run.slot) ? this.run(scene, run, set) : run));
    if (scene !== this.axesOf) [this.axesOf, this.traces] = [scene, scene.traces];
    // An axis only grows while the hand moves: one that jumps to and fro tells nothing.
    this.traces = this.traces.map((trace, i) => reaching(trace, i, runs.map((run) => run.values[i]), scene));
    const { traces } = this;
    const fit = scene.fit && { ...scene.fit, gone: this.surfaceMoves && !scene.steady.examples };
    return { ...scene, ...set, end: end(runs, { ...scene.budget, amount: set.steps }), fit, runs, traces };
  }

  // What a run is made with, where what is not its own is as in a ``set``.
  given(scene, run, { start: [x, y], steps: amount, noise, parameters }) {
    const steps = amount === scene.budget.amount ? run.steps : Math.max(1, Math.floor(amount / (run.cost || 1)));
    const own = { rule: { ...run.settings }, schedule: { ...run.schedule } };
    for (const { place, value } of this.changes.values()) if (place.slot === run.slot) own[place.of][place.key] = value;
    const batches = run.batches.length ? run.batches : null;
    return { x, y, steps, settings: own.rule, schedule: own.schedule, parameters, noise, draws: scene.draws, batches };
  }

  run(scene, run, set) {
    const { parameters } = set, given = this.given(scene, run, set), made = march(run.tape, given);
    const least = this.surfaceMoves && !scene.steady.minimum ? NaN : scene.minimum ?? 0; // nobody knows where it goes
    const traces = [made.value.map((loss) => loss - least), made.norm, [NaN, ...made.rates]];
    const last = made.x.findLastIndex((v, k) => Number.isFinite(v) && Number.isFinite(made.y[k]));
    const remade = { ...run, steps: given.steps, clock: again(run, given.steps), x: made.x, y: made.y, slope: made.slope, values: traces.slice(0, scene.traces.length), last };
    remade.left = left(remade, scene.window);
    remade.exit = exit(remade, scene.window);
    if (scene.fit) remade.answers = fits(run.tape, parameters, remade, scene.fit.asked.length);
    return remade;
  }

  // Whether a number that a run depends on is changed, but for its own of these keys.
  changed(slot, but) {
    const others = [...this.changes.values()].map(({ place }) => place).filter(({ of, key }) => of === "surface" || !but.includes(key));
    return others.some((place) => place.of === "surface" || place.slot === slot);
  }

  // Whether one of the surface's own numbers is changed.
  get surfaceMoves() {
    return [...this.changes.values()].some(({ place }) => place.of === "surface");
  }

  // The surface's heights over what a frame shows, if one of its own numbers is changed.
  ground(scene, frame, relief) {
    const { tape } = scene.runs[0] ?? {}; // none while they are to be predicted
    if (!tape || !this.surfaceMoves) return null;
    const [xs, ys] = grid(frame);
    return { heights: this.heights(scene, xs, ys, relief), columns: xs.length, rows: ys.length };
  }

  // The same over any grid, rows upwards.
  heights(scene, xs, ys, relief) {
    return heights(values(scene.runs[0].tape, this.set(scene).parameters, xs, ys), relief);
  }
}

function numberAt(scene, { slot, of, key }) {
  const run = scene.runs.find((one) => one.slot === slot);
  if (of === "rule") return run?.settings[key];
  if (of === "schedule") return run?.schedule[key];
  if (of === "batch_size") return run?.batch_size;
  if (of in AXES) return scene.start[AXES[of]];
  if (of === "steps") return scene.budget.amount;
  return { surface: scene.parameters, own: scene.settings }[of]?.[key] ?? scene[of];
}

// The first step after which none is on the map; null if the last one is.
function left({ x, y }, [[x0, x1], [y0, y1]]) {
  const last = x.findLastIndex((v, k) => v >= x0 && v <= x1 && y[k] >= y0 && y[k] <= y1);
  return last === x.length - 1 ? null : last + 1;
}

function fits(tape, parameters, { x, y }, asked) {
  const all = new Float32Array(x.length * asked);
  for (let k = 0; k < x.length; k++) all.set(answers(tape, parameters, x[k], y[k]), k * asked);
  return all;
}

// Where a run leaves the map for good, and in which direction, as charts/facts.py has it.
function exit({ left: step, x, y, slope }, window) {
  if (!step) return null;
  const from = [x[step - 1], y[step - 1]], to = [x[step], y[step]];
  const move = to.every(Number.isFinite) ? to.map((v, i) => v - from[i]) : slope.map((g) => -g);
  const length = Math.hypot(...move);
  if (!length || !Number.isFinite(length)) return null; // it ended there, on the map
  const reach = move.map((d, i) => (d ? (window[i][d > 0 ? 1 : 0] - from[i]) / d : Infinity));
  const edge = from.map((v, i) => v + move[i] * Math.min(...reach));
  return { step, edge, direction: move.map((d) => d / length) };
}

const DEEPEST = 16; // decades shown at most, as in charts/facts.py

// A logarithmic axis as far as the runs now go, by the bounds of charts/facts.py: not for a way to infinity.
function reaching(trace, which, columns, { display, loss_range }) {
  const { axis, layout } = trace;
  if (!axis.logarithmic) return trace;
  const first = Math.max(...columns.map((column) => column[0]).filter(Number.isFinite));
  const ceiling = [10 * Math.max(loss_range, first), 1e3 * Math.max(1e-9, first), Infinity][which];
  let least = Infinity, most = 0;
  for (const column of columns) {
    for (const v of column) {
      if (!(v > 0 && v <= ceiling) || v === Infinity) continue;
      if (v < least) least = v;
      if (v > most) most = v;
    }
  }
  if (!most) return trace;
  const high = Math.max(axis.high, Math.ceil(Math.log10(most) + 1e-9));
  const low = Math.max(Math.min(axis.low, Math.floor(Math.log10(least))), high - DEEPEST);
  if (low === axis.low && high === axis.high) return trace;
  const margin = 0.03 * (high - low);
  const every = Math.max(1, Math.ceil((high - low) / (display.others.length > 2 ? 3 : 5)));
  const powers = [];
  for (let power = Math.ceil(low / every) * every; power <= high; power += every) powers.push(power);
  const yaxis = {
    ...layout.yaxis,
    range: [low - margin, high + margin],
    tickvals: powers.map((power) => 10 ** power),
    ticktext: powers.map((power) => (power === 0 ? "1" : power === 1 ? "10" : `10${raised(power)}`)),
  };
  return { axis: { ...axis, low, high }, layout: { ...layout, yaxis } };
}
