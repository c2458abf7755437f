// One weight: the curve, the steps on it, the tangent at the one that is shown, and where every start ends.

import { letters, mark, outline } from "./markers.js";
import { number } from "./numbers.js";
import { trail } from "./paint.js";
import { derivative, march, values } from "./tape.js";

const BAND = 16; // pixels of a run's line of fates
const TANGENT = 90; // pixels to either side
const DOTS = 60; // steps that are marked: of more, the later ones lie on each other
const REACH = 14; // pixels from which a step is pointed at
const WORK = 6_000, FEW = 24; // steps that are made while the hand waits; starts that still make a picture

const along = ([low, high], count) => Float64Array.from({ length: count }, (_, i) => low + ((high - low) * i) / (count - 1));

// The curve's heights at places.
const heights = ({ facts: { surface } }, scene, xs) => values({ surface }, scene.parameters, xs, [0]);

// The valleys, from left to right: optimizers/studies/line.py has the same.
function valleys(xs, fs) {
  const last = xs.length - 1, bottoms = [];
  for (let i = 1; i < last; i++) if (fs[i] < fs[i - 1] && fs[i] <= fs[i + 1]) bottoms.push(i);
  const ends = [0, ...bottoms, last];
  const top = (a, b) => {
    let best = a;
    for (let i = a; i <= b; i++) if (!(fs[i] <= fs[best])) best = i;
    return best;
  };
  const tops = ends.slice(1).map((b, i) => top(ends[i], b));
  return bottoms.map((i, n) => {
    // The bottom of the parabola through the three samples.
    const [before, at, after] = [fs[i - 1], fs[i], fs[i + 1]], bend = before - 2 * at + after;
    const shift = bend > 0 ? (0.5 * (before - after)) / bend : 0;
    return { minimum: xs[i] + shift * (xs[1] - xs[0]), low: xs[tops[n]], high: xs[tops[n + 1]] };
  });
}

// Where a run is at its end, in the codes of optimizers/studies/line.py.
function fate(found, { window: [low, high], near, stay }, xs) {
  const x = xs[xs.length - 1];
  if (!(x >= low && x <= high)) return 0;
  const i = found.findLastIndex((valley) => x >= valley.low && x <= valley.high);
  if (i < 0) return 1;
  const there = xs.slice(1).slice(-stay).every((at) => Math.abs(at - found[i].minimum) <= near * (high - low));
  return (there ? 2 : 3) + 2 * i;
}

// Where every start ends: by the server as long as nothing but the start is changed, else by runs made here;
// fewer the longer they are, and those of before, paler, where they would be too few.
function fates(panel, scene, run, place, found, stage) {
  const { facts, bytes } = panel, served = bytes.subarray(place * facts.cells, (place + 1) * facts.cells);
  if (stage.rehearsal.only([facts.places.x])) return { codes: served, old: false };
  const count = Math.min(facts.cells, Math.floor(WORK / (scene.end * scene.runs.length)));
  if (!run.tape || count < FEW) return { codes: served, old: true };
  const given = { ...stage.rehearsal.given(scene, run, scene), x: 0, noise: 0, draws: null };
  const key = JSON.stringify([given, count]);
  panel.made ??= new Map();
  if (panel.made.get(run.slot)?.key !== key) {
    const [low, high] = facts.window, width = (high - low) / count;
    const codes = Uint8Array.from({ length: count }, (_, i) => {
      const { x } = march(run.tape, { ...given, x: low + (i + 0.5) * width });
      return fate(found, facts, x);
    });
    panel.made.set(run.slot, { key, codes });
  }
  return { codes: panel.made.get(run.slot).codes, old: false };
}

const above = ({ area }, place, runs) => area.top + area.height - BAND * (runs - place);

function paintFates(panel, scene, run, place, { codes, old }) {
  const { frame, facts } = panel, { context } = frame, [low, high] = facts.window;
  const width = (high - low) / codes.length, top = above(frame, place, scene.runs.length);
  context.globalAlpha = old ? 0.35 : 1;
  for (let i = 0; i < codes.length; ) {
    let j = i;
    while (j < codes.length && codes[j] === codes[i]) j++;
    const left = frame.across(low + i * width), right = frame.across(low + j * width), valley = (codes[i] - 2) >> 1;
    context.fillStyle = facts.palette[codes[i]] ?? scene.look.ink;
    context.fillRect(left, top, right - left, BAND - 1);
    if (codes[i] > 1 && right - left > 18) { // never by the colour alone
      context.font = "600 13px 'Source Sans', sans-serif";
      context.fillStyle = codes[i] % 2 ? scene.look.ink : "#000";
      context.fillText(valley + 1, (left + right) / 2 - 4, top + BAND - 4);
    }
    i = j;
  }
  context.globalAlpha = 1;
  if (scene.runs.length > 1) mark(context, run.sign, frame.area.left + 8, top + BAND / 2, 5, run.color, scene.look.halo);
}

function write(context, text, x, y, color, look) {
  context.textAlign = "center";
  context.font = letters(15);
  context.lineWidth = 4;
  context.strokeStyle = look.halo;
  context.strokeText(text, x, y);
  context.fillStyle = color;
  context.fillText(text, x, y);
  context.textAlign = "start";
}

function paint(panel, scene, stage) {
  const { frame, facts } = panel, { context, area } = frame, { look } = scene;
  const at = (x, f) => [frame.held(frame.across(x)), frame.held(frame.up(f))];
  context.save();
  frame.clip();
  const xs = along(facts.window, facts.samples), fs = heights(panel, scene, xs), found = valleys(xs, fs);
  trail(context, { color: look.ink, dashes: [] }, facts.samples, (i) => frame.across(xs[i]), (i) => frame.up(fs[i]), look);
  scene.runs.forEach((run, i) => paintFates(panel, scene, run, i, fates(panel, scene, run, i, found, stage)));
  found.forEach(({ minimum }, i) => {
    const [px, py] = at(minimum, heights(panel, scene, [minimum])[0]);
    mark(context, facts.star, px, py, 8, look.paper, look.ink, 2);
    if (found.length > 1) write(context, String(i + 1), px, py - 14, look.ink, look);
  });
  context.globalAlpha = 0.3;
  for (const ghost of stage.ghosts.shown) paintSteps(panel, scene, ghost, ghost.last + 1);
  context.globalAlpha = 1;
  const heads = scene.runs.map((run, place) => {
    const k = Math.min(stage.player.step, run.last), f = paintSteps(panel, scene, run, k + 1);
    paintTangent(panel, scene, run, k, f[k], area.top + 18 + 19 * place);
    return frame.inside(...at(run.x[k], f[k]));
  });
  const x = stage.rehearsal.now(scene, facts.places.x);
  outline(context, facts.cursor, ...at(x, heights(panel, scene, [x])[0]), 9, look);
  scene.runs.forEach((run, i) => mark(context, run.sign, ...heads[i], 7, run.color, look.halo));
  context.restore();
}

// The steps as chords from place to place on the curve; returns the heights of all of the run's places.
function paintSteps(panel, scene, run, count) {
  const { frame } = panel, { context } = frame, f = heights(panel, scene, run.x);
  trail(context, { ...run, thin: true }, count, (k) => frame.across(run.x[k]), (k) => frame.up(f[k]), scene.look);
  context.fillStyle = run.color;
  for (let k = 0; k < Math.min(count, DOTS); k++) {
    context.beginPath();
    context.arc(frame.held(frame.across(run.x[k])), frame.held(frame.up(f[k])), 3.2, 0, 2 * Math.PI);
    context.fill();
  }
  return f;
}

// The tangent at the step that is shown, and in words where it leads.
function paintTangent(panel, scene, run, k, f, line) {
  const { frame, facts } = panel, { context, area } = frame, x = run.x[k];
  const g = derivative({ surface: facts.surface }, scene.parameters, x);
  if (Number.isFinite(g) && Number.isFinite(f)) {
    const [px, py] = [frame.across(x), frame.up(f)], right = frame.across(x + 1) - px, up = frame.up(f + g) - py;
    const length = Math.hypot(right, up), [dx, dy] = [(TANGENT * right) / length, (TANGENT * up) / length];
    context.beginPath();
    context.moveTo(frame.held(px - dx), frame.held(py - dy));
    context.lineTo(frame.held(px + dx), frame.held(py + dy));
    context.lineWidth = 2;
    context.setLineDash([7, 4]);
    context.strokeStyle = run.color;
    context.stroke();
    context.setLineDash([]);
  }
  const [name] = facts.axes, next = k < run.last ? ` → ${name} = ${number(run.x[k + 1])}` : "";
  const who = scene.runs.length > 1 ? `${run.slot}, step` : "step";
  write(context, `${who} ${k}: ${name} = ${number(x)}, f′ = ${number(g)}${next}`, area.left + area.width / 2, line, run.color, scene.look);
}

// The step under the pointer, or the fate of the start under it.
function text(panel, px, py) {
  const { frame, facts, stage } = panel, { scene } = stage, [name] = facts.axes;
  const place = Math.floor((py - above(frame, 0, scene.runs.length)) / BAND), run = scene.runs[place];
  if (run) {
    const xs = along(facts.window, facts.samples), found = valleys(xs, heights(panel, scene, xs));
    const { codes, old } = fates(panel, scene, run, place, found, stage), [low, high] = facts.window;
    const code = codes[Math.max(0, Math.min(codes.length - 1, Math.floor(((frame.x(px) - low) / (high - low)) * codes.length)))];
    const end = code < 2 ? ["leaves the map", "ends where no minimum is"][code] : `${code % 2 ? "is on its way to" : "reaches"} minimum ${((code - 2) >> 1) + 1}`;
    return old ? null : `from ${name} = ${number(frame.x(px), 3)} ${run.label.slice(2)} ${end}`;
  }
  let nearest = null, distance = REACH;
  for (const run of scene.runs) {
    const f = heights(panel, scene, run.x);
    for (let k = 0; k <= Math.min(stage.player.step, run.last); k++) {
      const d = Math.hypot(frame.across(run.x[k]) - px, frame.up(f[k]) - py);
      if (d < distance) [nearest, distance] = [{ run, k, f: f[k] }, d];
    }
  }
  if (!nearest) return null;
  const { run: { label, x }, k, f } = nearest, g = derivative({ surface: facts.surface }, scene.parameters, x[k]);
  return `${label}, step ${k}\n${name} = ${number(x[k])}\nf = ${number(f)}\nf′ = ${number(g)}`;
}

// A start with as many decimals as a pixel can tell.
function rounded(frame, x) {
  const decimals = Math.max(0, Math.ceil(-Math.log10(Math.abs(frame.x(1) - frame.x(0)))));
  return Number(x.toFixed(Math.min(decimals, 20)));
}

function choice({ frame, facts }, px) {
  return [[facts.places.x, rounded(frame, frame.x(px))]];
}

function next({ frame, facts, stage }, [right]) {
  const [low, high] = facts.window, x = stage.rehearsal.now(stage.scene, facts.places.x);
  return [[facts.places.x, rounded(frame, x + (right * (high - low)) / 100)]];
}

export const line = { paint, choice, next, text };
