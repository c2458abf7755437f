// The strip under a learning-rate slider: the loss after the budget for every stop of it, and what each comes to.

import { DIVERGING, labelled } from "./labels.js";
import { sweep } from "./lanes.js";
import { mark } from "./markers.js";
import { number } from "./numbers.js";
import { height } from "./tape.js";

const SURE = 16; // decades shown at most
const idle = window.requestIdleCallback?.bind(window) ?? ((work) => {
  const end = performance.now() + 5;
  return setTimeout(() => work({ timeRemaining: () => end - performance.now() }));
});

export class Strips {
  // `asked` returns the picture as the server has it, its map and what is under the hand.
  constructor(asked, signal) {
    Object.assign(this, { asked, signal, known: new Map() }); // by slot: what a strip was made of, and what came out
  }

  // Once a frame.
  look() {
    this.looking ??= requestAnimationFrame(() => {
      this.looking = null;
      this.follow();
    });
  }

  // Show what is known, and make what is not, one strip after the other, whenever nothing else is to be done.
  follow() {
    if (this.signal.aborted) return;
    const { scene, terrain, rehearsal } = this.asked();
    if (!scene) return;
    const set = rehearsal.set(scene);
    this.wanted = [];
    for (const place of document.querySelectorAll(".rate-strip[data-slot]")) {
      const run = scene.runs.find(({ slot }) => slot === place.dataset.slot);
      if (!run) place.replaceChildren(); // hidden, to be predicted
      if (!run?.tape || run.cost === null || run.settings.learning_rate === undefined) continue;
      const given = rehearsal.given(scene, run, set), { stops } = run;
      const still = !rehearsal.surfaceMoves, key = keyOf(scene, run, given, [still, stops]);
      const known = this.known.get(run.slot);
      const facts = {
        window: scene.window,
        height: height(run.tape, given.parameters),
        signs: still ? terrain.signs : null,
        all: terrain.all,
        lowest: still || scene.steady.minimum ? scene.minimum : null,
        edges: rehearsal.changed(run.slot, ["learning_rate"]) ? null : run.edges,
      };
      if (known?.key !== key) this.wanted.push({ key, run, given, stops, facts });
      if (known?.stops.length === stops.length) {
        const now = given.settings.learning_rate;
        paint(place, { ...known, facts, steps: given.steps }, now, run, scene);
      }
    }
    if (this.wanted.length && !this.making) this.make();
  }

  make() {
    const { key, run, given, stops, facts } = this.wanted[0], rates = Float64Array.from(stops);
    const job = sweep(run.tape, given, rates);
    this.making = true;
    const portion = (deadline) => {
      if (this.signal.aborted) return;
      let done = job.next();
      while (!done.done && deadline.timeRemaining() > 1) done = job.next();
      if (!done.done) return idle(portion, { timeout: 200 });
      this.known.set(run.slot, { key, stops, ...labelled(done.value, stops, given.steps, facts) });
      this.making = false;
      this.follow();
    };
    idle(portion, { timeout: 200 });
  }
}

// All that a strip depends on: everything that the run does, but for the rate itself.
function keyOf({ tapes, window }, { kind, batches }, { batches: _, draws: __, ...given }, stops) {
  return JSON.stringify([tapes, window, kind, given, batches.slice(0, 40), stops], (name, value) => (name === "learning_rate" ? undefined : value));
}

// Where on the slider a rate is, as a share of its length: its stops stand at equal distances.
function along(stops, rate) {
  const above = stops.findIndex((stop) => stop >= rate);
  if (above < 0 || rate < stops[0]) return null;
  const below = Math.max(0, above - 1), part = above === below ? 0 : Math.log(rate / stops[below]) / Math.log(stops[above] / stops[below]);
  return (below + part) / (stops.length - 1);
}

function paint(place, { stops, labels, ends, best, began, facts, steps, key }, now, run, { look, outcomes }) {
  const canvas = place.querySelector("canvas") ?? place.appendChild(document.createElement("canvas"));
  const { clientWidth: width, clientHeight: high } = place, ratio = window.devicePixelRatio || 1;
  const drawn = [key, now, width, high, ratio, look.key, facts.edges?.limit].join();
  if (canvas.drawn === drawn || !width) return;
  canvas.drawn = drawn;
  [canvas.width, canvas.height] = [width * ratio, high * ratio];
  const context = canvas.getContext("2d"), room = 3;
  context.scale(ratio, ratio);
  const across = (share) => share * width, gap = width / (stops.length - 1), at = (i) => i * gap;
  const up = levels(ends, labels, began, facts.lowest), y = (i) => high - room - up[i] * (high - 2 * room);

  const zones = inZones(labels);
  for (const { label, first, last } of zones) {
    if (!label) continue;
    const [left, right] = [Math.max(0, at(first - 0.5)), Math.min(width, at(last + 0.5))];
    context.globalAlpha = 0.42;
    context.fillStyle = outcomes[label].color;
    context.fillRect(left, 0, right - left, high);
  }
  context.globalAlpha = 1;
  context.beginPath();
  stops.forEach((_, i) => context.lineTo(at(i), y(i)));
  for (const [style, line] of [[look.halo, 4], [look.ink, 1.8]]) {
    context.strokeStyle = style;
    context.lineWidth = line;
    context.lineJoin = "round";
    context.stroke();
  }
  const { edges } = facts, taken = [];
  if (edges) {
    const mine = [[edges.one_step, "1/λ", [3, 2], -1], [edges.limit, edges.formula, [], 1]];
    for (const [rate, ...how] of mine) {
      const share = rate === null ? null : along(stops, rate);
      if (share !== null) taken.push(edge(context, across(share), ...how, width, high, look));
    }
  }
  for (const { label, first, last } of zones) {
    if (!label || (last - first + 1) * gap < 12) continue;
    const middle = at((first + last) / 2), free = !taken.some(([left, right]) => left < middle + 6 && middle - 6 < right);
    const low = free && y(Math.round((first + last) / 2)) < high / 2;
    mark(context, outcomes[label].sign, middle, low ? high - 7 : 7, 4.5, outcomes[label].color, look.paper, 2.5);
  }
  const here = along(stops, now);
  if (here !== null) {
    context.fillStyle = look.ink;
    context.beginPath();
    context.moveTo(across(here) - 5, 0);
    context.lineTo(across(here) + 5, 0);
    context.lineTo(across(here), 6);
    context.fill();
  }
  place.setAttribute("role", "img");
  const words = told(run.slot, stops, labels, best, steps, edges);
  place.setAttribute("aria-label", words);
  place.title = words;
  Object.assign(place.dataset, { labels: labels.map((label) => label ?? "").join(), drawn: Number(place.dataset.drawn ?? 0) + 1 });
}

// How high every end is drawn, 0 to 1: above the known minimum on a log scale, else as it is.
function levels(ends, labels, began, lowest) {
  const above = lowest !== null && began > lowest;
  const scaled = ends.map((end) => (above ? Math.log10(Math.max(end - lowest, 1e-300)) : end));
  const start = above ? Math.log10(began - lowest) : began;
  const kept = scaled.filter((v, i) => Number.isFinite(v) && labels[i] !== DIVERGING && v <= start);
  const least = Math.max(Math.min(start, ...kept), above ? start - SURE : -Infinity), most = start + 0.15 * (start - least || 1);
  return scaled.map((v) => (Number.isNaN(v) ? 1 : Math.min(1, Math.max(0, (v - least) / (most - least)))));
}

// A line where theory has an edge, and its name on one side, or on the other where there is no room; what it takes.
function edge(context, x, name, dashes, side, width, high, look) {
  context.font = "600 13px 'Source Sans', sans-serif";
  const text = name.replace("_max", "").replaceAll(" ", ""), wide = context.measureText(text).width;
  const start = (side < 0 && x > wide + 3) || x + 3 + wide > width ? x - 3 - wide : x + 3;
  context.setLineDash(dashes);
  context.lineWidth = 1.8;
  context.strokeStyle = look.ink;
  context.beginPath();
  context.moveTo(x, 0);
  context.lineTo(x, high);
  context.stroke();
  context.setLineDash([]);
  context.lineWidth = 4;
  context.strokeStyle = look.halo;
  context.strokeText(text, start, high - 5);
  context.fillStyle = look.ink;
  context.fillText(text, start, high - 5);
  return [Math.min(x, start), Math.max(x, start + wide)];
}

// Stops in a row that come to the same.
function inZones(labels) {
  const zones = [];
  labels.forEach((label, i) => {
    if (zones.at(-1)?.label === label) zones.at(-1).last = i;
    else zones.push({ label, first: i, last: i });
  });
  return zones;
}

const MANY = 6; // zones that are told one by one

// The strip in words.
function told(slot, stops, labels, best, steps, edges) {
  const after = `Run ${slot}: loss after ${steps} steps`, zones = inZones(labels);
  const parts = [best === null ? `${after} is nowhere lower than at the start` : `${after} is lowest at η = ${number(stops[best])}`];
  const lost = labels.findLastIndex((label) => label !== DIVERGING) + 1;
  for (const { label, first, last } of zones.length > MANY ? [] : zones) {
    if (label && first < lost) parts.push(`${label} ${first < last ? `from ${number(stops[first])} to` : "at"} ${number(stops[last])}`);
  }
  if (lost < labels.length) parts.push(`diverges from ${number(stops[lost])} on`);
  if (edges) parts.push(`${edges.formula.replace("_max", "")} is ${number(edges.limit)}`);
  return `${parts.join("; ")}.`;
}
