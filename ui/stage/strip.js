// The strip under a learning-rate slider: the loss after the budget for every stop of it, and what each comes to.

import { placed, rule, sign, wide, write } from "./edges.js";
import { DIVERGING, labelled } from "./labels.js";
import { sweep } from "./lanes.js";
import { number } from "./numbers.js";
import { medians } from "./seeds.js";
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
      if (!run) hide(place);
      if (!run?.program || (run.fan && !run.seeds) || run.cost === null || run.settings.learning_rate === undefined) continue;
      const given = rehearsal.given(scene, run, set), { stops } = run;
      const still = !rehearsal.surfaceMoves, key = keyOf(scene, run, given, [still, stops]);
      const known = this.known.get(run.slot);
      const facts = {
        window: scene.window,
        height: height(run.program, given.parameters),
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
    const job = run.fan ? medians(run.program, given, rates, run.seeds) : sweep(run.program, given, rates);
    this.making = true;
    const portion = (deadline) => {
      if (this.signal.aborted) return;
      if (!this.wanted.some((one) => one.key === key)) { // it has changed meanwhile
        this.making = false;
        return this.follow();
      }
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

// Its run is to be predicted.
function hide(place) {
  place.replaceChildren();
  for (const told of ["role", "aria-label", "title"]) place.removeAttribute(told);
}

// All that a strip depends on: everything that the run does, but for the rate itself.
function keyOf({ tapes, window }, { kind, batch_size, batches, fan }, { batches: _, draws: __, ...given }, stops) {
  return JSON.stringify([tapes, window, kind, given, fan ? [fan.count, batch_size] : batches.slice(0, 40), stops], (name, value) => (name === "learning_rate" ? undefined : value));
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
  const { edges } = facts, names = edges ? named(edges, (rate) => along(stops, rate), width) : [];
  const signed = zones.filter(({ label, first, last }) => label && (last - first + 1) * gap >= 12);
  const seats = signed.map(({ first, last }) => ({ left: Math.max(0, at(first - 0.5)), right: Math.min(width, at(last + 0.5)), middle: at((first + last) / 2) }));
  const found = written(names, (some) => placed(some, seats, width, (text) => wide(context, text)));
  for (const { x, dashes } of names) rule(context, x, dashes, high, look);
  for (const name of found.names) if (name) write(context, name.text, name.start, high, look);
  signed.forEach(({ label }, i) => {
    const x = found.signs[i];
    if (x !== null) sign(context, outcomes[label], x, y(Math.round(x / gap)) < high / 2, high, look);
  });
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
  const words = told(run, stops, labels, best, steps, edges);
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

// Stops in a row that come to the same.
function inZones(labels) {
  const zones = [];
  labels.forEach((label, i) => {
    if (zones.at(-1)?.label === label) zones.at(-1).last = i;
    else zones.push({ label, first: i, last: i });
  });
  return zones;
}

// Theory's edges that are on the strip, the most important first: the limit, and gradient descent's best rate.
function named({ one_step, limit, formula }, share, width) {
  const all = [{ rate: limit, text: formula, dashes: [], side: 1 }, { rate: one_step, text: "1/λ_max", dashes: [3, 2], side: -1 }];
  return all.filter(({ rate }) => rate !== null && share(rate) !== null).map(({ rate, ...how }) => ({ x: share(rate) * width, ...how }));
}

// All of them in full, or without subscripts, or the limit's in a word: as they have room, the first above all.
function written([first, ...others], place) {
  if (!first) return place([]);
  const short = (name) => ({ ...name, text: name.text.replaceAll("_max", "") }), fewer = others.map(short);
  const ways = [[first, ...others], [short(first), ...fewer], [{ ...first, text: "limit" }, ...fewer]].map(place);
  const worth = ({ names: [limit, other] }) => (limit ? (limit.over ? 1 : 4) : 0) + (other && !other.over ? 2 : 0);
  return ways.reduce((best, way) => (worth(way) > worth(best) ? way : best));
}

const MANY = 6; // zones that are told one by one

// The strip in words.
function told({ slot, fan }, stops, labels, best, steps, edges) {
  const after = `Run ${slot}: ${fan ? `median loss of ${fan.count} seeds` : "loss"} after ${steps} steps`, zones = inZones(labels);
  const parts = [best === null ? `${after} is nowhere lower than at the start` : `${after} is lowest at η = ${number(stops[best])}`];
  const lost = labels.findLastIndex((label) => label !== DIVERGING) + 1;
  for (const { label, first, last } of zones.length > MANY ? [] : zones) {
    if (label && first < lost) parts.push(`${label} ${first < last ? `from ${number(stops[first])} to` : "at"} ${number(stops[last])}`);
  }
  if (lost < labels.length) parts.push(`diverges from ${number(stops[lost])} on`);
  if (edges) parts.push(`${edges.formula.replaceAll("_max", "ₘₐₓ")} is ${number(edges.limit)}`);
  return `${parts.join("; ")}.`;
}
