// What is drawn on the canvases: paths, traces, heads, the start and the step under the cursor.

import { contours } from "./batch.js";
import { counted, moment, reached } from "./clock.js";
import { paintGround } from "./ground.js";
import { letters, mark, outline, sized } from "./markers.js";

const FAR = 1e5; // pixels; canvases misbehave with larger numbers
const SEEN = 0.6; // pixels between two points of a curve; what is closer is drawn as one
const BESIDE = 24; // pixels beyond the canvas up to which a line is drawn
const bound = (p) => Math.max(-FAR, Math.min(FAR, p));

// The way through points, as far as it is seen: dashes beyond the picture would cost as much as those on it.
export function trail(context, run, count, xs, ys, look) {
  const ratio = window.devicePixelRatio || 1, { canvas } = context;
  const right = canvas.width / ratio + BESIDE, bottom = canvas.height / ratio + BESIDE;
  context.beginPath();
  let drawing = false, inside = false, atX = 0, atY = 0;
  for (let k = 0; k < count; k++) {
    const x = xs(k), y = ys(k);
    if (!Number.isFinite(x) || !Number.isFinite(y)) {
      drawing = false;
      continue;
    }
    if (drawing && k + 1 < count && Math.abs(x - atX) < SEEN && Math.abs(y - atY) < SEEN) continue;
    const here = x >= -BESIDE && x <= right && y >= -BESIDE && y <= bottom;
    if (drawing && inside && here) context.lineTo(x, y);
    else if (drawing) {
      const piece = seen(atX, atY, x, y, right, bottom);
      if (piece && !inside) context.moveTo(piece[0], piece[1]);
      if (piece) context.lineTo(piece[2], piece[3]);
    } else if (here) context.moveTo(x, y);
    [drawing, inside, atX, atY] = [true, here, x, y];
  }
  context.lineJoin = "round";
  context.setLineDash([]);
  context.strokeStyle = look.halo;
  context.lineWidth = sized(5);
  if (!run.thin) context.stroke();
  context.setLineDash(run.dashes);
  context.strokeStyle = run.color;
  context.lineWidth = sized(run.thin ? 1.3 : 2.6);
  context.stroke();
  context.setLineDash([]);
}

// The piece of a line from a to b that lies on the canvas or beside it: Liang and Barsky, 1984; null for none.
function seen(ax, ay, bx, by, right, bottom) {
  const dx = bx - ax, dy = by - ay;
  let from = 0, to = 1;
  for (const [step, room] of [[-dx, ax + BESIDE], [dx, right - ax], [-dy, ay + BESIDE], [dy, bottom - ay]]) {
    if (step === 0 && room < 0) return null;
    if (step < 0) from = Math.max(from, room / step);
    else if (step > 0) to = Math.min(to, room / step);
  }
  return from <= to ? [ax + from * dx, ay + from * dy, ax + to * dx, ay + to * dy] : null;
}

// The run that is picked out comes last, over the others, which are pale.
export const lastPicked = ({ runs, picked }) => [...runs].sort((a, b) => (a.slot === picked) - (b.slot === picked));
export const paleness = ({ picked }, { slot }) => (picked && slot !== picked ? 0.25 : 1);

// The other seeds of a run, thin.
function fan({ context }, run, now, scene, places) {
  if (!run.fan) return;
  const { steps, runs } = run.fan, alpha = context.globalAlpha;
  context.globalAlpha = 0.45 * paleness(scene, run);
  for (const seed of runs) trail(context, { ...run, dashes: [], thin: true }, reached({ clock: seed.clock ?? steps }, now) + 1, ...places(seed), scene.look);
  context.globalAlpha = alpha;
}

export function paintMap(frame, scene, terrain, now, start, ghosts, surface, ground) {
  frame.measure();
  const { context } = frame;
  context.save();
  frame.clip();
  if (ground) paintGround(frame, ground, terrain.bands, scene.look.paper);
  beyond(frame, terrain.window, scene.look);
  if (surface) paintBatchSurface(frame, surface, scene.look);
  context.globalAlpha = 0.3;
  for (const ghost of ghosts) {
    trail(context, ghost, ghost.last + 1, (k) => frame.px(ghost.x[k]), (k) => frame.py(ghost.y[k]), scene.look);
  }
  context.globalAlpha = 1;
  for (const run of lastPicked(scene)) {
    fan(frame, run, now, scene, (seed) => [(k) => frame.px(seed.x[k]), (k) => frame.py(seed.y[k])]);
    const count = moment(run, now) + 1;
    const xs = (k) => frame.px(run.x[k]), ys = (k) => frame.py(run.y[k]);
    // A run that has left for good may still leap to and fro across the map: that is not where it is.
    const gone = run.left !== null && run.left + 1 < count ? run.left : count - 1;
    const pale = paleness(scene, run);
    if (gone + 1 < count) {
      context.globalAlpha = 0.3 * pale;
      trail(context, { ...run, thin: true }, count - gone, (k) => xs(gone + k), (k) => ys(gone + k), scene.look);
    }
    context.globalAlpha = pale;
    trail(context, run, gone + 1, xs, ys, scene.look);
    if (run.last <= 60) {
      context.fillStyle = run.color;
      for (let k = 1; k < count; k++) {
        context.beginPath();
        context.arc(bound(xs(k)), bound(ys(k)), sized(3.2), 0, 2 * Math.PI);
        context.fill();
      }
    }
    context.globalAlpha = 1;
  }
  outline(context, terrain.start, bound(frame.px(start[0])), bound(frame.py(start[1])), 9, scene.look);
  for (const run of lastPicked(scene)) {
    const k = moment(run, now);
    mark(context, run.sign, bound(frame.px(run.x[k])), bound(frame.py(run.y[k])), 7, run.color, scene.look.halo);
  }
  context.restore();
  const taken = [];
  startBeside(frame, start, scene.look, taken);
  exits(frame, scene, now, taken);
}

// Where to look for a start that is not in view.
function startBeside(frame, start, look, taken) {
  const [px, py] = [frame.px(start[0]), frame.py(start[1])];
  if (frame.contains(px, py)) return;
  const [x, y] = frame.inside(px, py), length = Math.hypot(px - x, py - y);
  signpost(frame, x, y, (px - x) / length, (py - y) / length, "start", look.ink, look.halo, taken);
}

function paintBatchSurface(frame, surface, look) {
  const { context } = frame;
  const [[x0, x1], [y0, y1]] = surface.window;
  const [left, bottom] = [frame.px(x0), frame.py(y0)];
  const [width, height] = [frame.px(x1) - left, frame.py(y1) - bottom];
  context.beginPath();
  contours(surface, (ax, ay, bx, by) => {
    context.moveTo(left + ax * width, bottom + ay * height);
    context.lineTo(left + bx * width, bottom + by * height);
  });
  context.globalAlpha = 0.5;
  context.lineWidth = 1.3;
  context.strokeStyle = look.ink;
  context.stroke();
  context.globalAlpha = 1;
}

// What the picture shows around the window is paler, so that the map can be told from what lies beside it.
function beyond(frame, [[x0, x1], [y0, y1]], look) {
  const { context, area } = frame;
  const [left, top] = [frame.px(x0), frame.py(y1)];
  const [width, height] = [frame.px(x1) - left, frame.py(y0) - top];
  context.beginPath();
  context.rect(area.left, area.top, area.width, area.height);
  context.rect(bound(left), bound(top), width, height);
  context.globalAlpha = 0.45;
  context.fillStyle = look.paper;
  context.fill("evenodd");
  context.globalAlpha = 1;
}

// An arrow over the edge for each run that has left the map for good, with the step at which it did.
function exits(frame, scene, now, taken) {
  const { area } = frame;
  for (const run of scene.runs) {
    if (!run.exit || run.exit.step > reached(run, now)) continue;
    const [x, y] = [frame.px(run.exit.edge[0]), frame.py(run.exit.edge[1])];
    if (x < area.left - 2 || x > area.left + area.width + 2 || y < area.top - 2 || y > area.top + area.height + 2) continue;
    const [dx, dy] = toScreen(frame, run.exit.direction);
    signpost(frame, x, y, dx, dy, `step ${run.exit.step}`, run.color, scene.look.halo, taken);
  }
}

// An arrow that ends at a place of the edge, and a word at its tail that covers none of those ``taken``.
function signpost(frame, x, y, dx, dy, text, color, halo, taken) {
  const { context, area } = frame;
  arrow(context, x - 14 * dx, y - 14 * dy, dx, dy, color, halo);
  context.font = letters();
  const width = context.measureText(text).width;
  const left = Math.min(Math.max(x - 34 * dx - width / 2, area.left + 4), area.left + area.width - width - 4);
  let top = Math.min(Math.max(y - 34 * dy, area.top + 14), area.top + area.height - 8);
  while (taken.some(([l, t]) => Math.abs(l - left) < width + 8 && Math.abs(t - top) < 17)) {
    top += top > area.top + area.height / 2 ? -17 : 17;
  }
  taken.push([left, top]);
  context.lineWidth = 4;
  context.strokeStyle = halo;
  context.strokeText(text, left, top);
  context.fillStyle = color;
  context.fillText(text, left, top);
}

function toScreen(frame, [dx, dy]) {
  const x = dx * (frame.px(1) - frame.px(0)), y = dy * (frame.py(1) - frame.py(0));
  const length = Math.hypot(x, y) || 1;
  return [x / length, y / length];
}

export function arrow(context, x, y, dx, dy, color, halo) {
  const path = new Path2D();
  path.moveTo(x + 14 * dx, y + 14 * dy);
  path.lineTo(x - 7 * dy, y + 7 * dx);
  path.lineTo(x + 7 * dy, y - 7 * dx);
  path.closePath();
  context.lineWidth = 3;
  context.strokeStyle = halo;
  context.stroke(path);
  context.fillStyle = color;
  context.fill(path);
}

const sheets = new WeakMap();

// What stays on a trace while its steps go by, drawn once.
function sheet(frame, scene, which, draw) {
  const { width, height } = frame.canvas, { left, top, width: w, height: h } = frame.area;
  const key = [which, scene.picked, width, height, left, top, w, h, frame.ranges()].join();
  const before = sheets.get(frame);
  if (before?.scene === scene && before.key === key) return before.canvas;
  const canvas = Object.assign(document.createElement("canvas"), { width, height }), context = canvas.getContext("2d");
  context.setTransform(frame.context.getTransform());
  draw(context);
  sheets.set(frame, { scene, key, canvas });
  return canvas;
}

export function paintTrace(frame, scene, which, now, ghosts = []) {
  frame.measure();
  const { context, area } = frame;
  context.save();
  frame.clip();
  const height = (v) => (frame.logarithmic ? frame.py(Math.log10(v)) : frame.py(v));
  if (now < scene.end) {
    context.fillStyle = scene.look.ink;
    context.globalAlpha = 0.55;
    context.fillRect(frame.px(now) - 0.75, area.top, 1.5, area.height);
    context.globalAlpha = 1;
  }
  const curves = (context, until, alpha, runs = scene.runs) => {
    for (const run of runs.filter(({ values }) => values[which])) {
      context.globalAlpha = alpha * paleness(scene, run);
      trail(context, run, Math.min(reached(run, until) + 1, run.x.length), (k) => frame.px(counted(run, k)), (k) => height(run.values[which][k]), scene.look);
    }
    context.globalAlpha = 1;
  };
  curves(context, Infinity, 0.3, ghosts.filter(({ counts }) => counts === scene.budget.counts));
  if (which === 0) {
    for (const run of scene.runs) fan(frame, run, now, scene, (seed) => [(k) => frame.px(seed.clock?.[k] ?? run.fan.steps[k]), (k) => height(seed.loss[k])]);
  }
  if (now < scene.end) {
    const whole = sheet(frame, scene, which, (other) => curves(other, Infinity, 0.25)); // what is still to come
    context.drawImage(whole, 0, 0, frame.root.clientWidth, frame.root.clientHeight);
  }
  curves(context, now, 1);
  for (const run of scene.runs) {
    const k = moment(run, now);
    const y = height(run.values[which][k]);
    if (Number.isFinite(y)) mark(context, run.sign, frame.px(counted(run, k)), bound(y), 5.5, run.color, scene.look.halo);
  }
  context.restore();
}

// The recorded point nearest to the pointer, on the map.
export function nearestOnMap(frame, runs, now, px, py, reach = 16) {
  let best = null, distance = reach;
  for (const run of runs) {
    const last = moment(run, now);
    for (let k = 0; k <= last; k++) {
      const d = Math.hypot(frame.px(run.x[k]) - px, frame.py(run.y[k]) - py);
      if (d < distance) [best, distance] = [{ run, k }, d];
    }
  }
  return best;
}

// The curve nearest to the pointer where it is on the axis, on a trace.
export function nearestOnTrace(frame, scene, which, now, px, py) {
  const there = Math.round(frame.x(px));
  if (there < 0 || there > Math.min(now, scene.end)) return null;
  let best = null, distance = Infinity;
  for (const run of scene.runs) {
    const k = reached(run, there), v = run.values[which][k];
    const d = Math.abs(frame.py(frame.logarithmic ? Math.log10(v) : v) - py);
    if (d < distance) [best, distance] = [{ run, k }, d];
  }
  return best;
}
