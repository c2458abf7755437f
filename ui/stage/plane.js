// Examples in the plane, one of which hangs on a number, and the line between the two answers of every unit.

import { nearest } from "./cursor.js";
import { letters, word } from "./markers.js";
import { trail } from "./paint.js";

const SIZE = 11; // pixels from the middle of a sign to its edge

const dashes = (dash) => (dash === "solid" ? [] : dash.split(",").map(parseFloat));
const moved = ({ examples }, by) => examples.map(([x, y, times, sign]) => ({ x, y: y + times * by, times, sign }));

// The units of the picture with their weights: those that are drawn beside, and every run's at the step shown.
function units({ facts }, scene, { player }, by) {
  const at = facts.stops.indexOf(nearest(facts.stops, by));
  const beside = facts.units.map((unit) => ({ ...unit, dashes: dashes(unit.dash), weights: unit.weights[at] }));
  const runs = scene.runs.map((run) => {
    const k = Math.min(player.step, run.last);
    return { ...run, name: run.label, weights: [facts.first, run.x[k], run.y[k]] };
  });
  return [...beside, ...runs];
}

function paint(panel, scene, stage) {
  const { frame, facts } = panel, { context } = frame, { look } = scene;
  const by = stage.rehearsal.now(scene, facts.places.moving);
  const examples = moved(facts, by);
  const all = units(panel, scene, stage, by).map((unit) => {
    const [w1, w2, b] = unit.weights;
    return { ...unit, wrong: examples.filter(({ x, y, sign }) => !(sign * (w1 * x + w2 * y + b) > 0)) };
  });
  context.save();
  frame.clip();
  for (const unit of all) {
    const ends = crossing(frame, unit.weights);
    if (ends) trail(context, unit, 2, (k) => frame.px(ends[k][0]), (k) => frame.py(ends[k][1]), look);
  }
  examples.forEach((example) => {
    const [px, py] = [frame.px(example.x), frame.py(example.y)];
    sign(context, px, py, example.sign, look);
    all.filter(({ wrong }) => wrong.includes(example)).forEach((unit, i) => ring(context, px, py, SIZE + 5 + 4 * i, unit));
    if (example.times) word(context, `${facts.moving} ↕`, px + SIZE + 16, py + 5, look);
  });
  context.restore();
  legend(frame, all, look);
}

// Where a line meets the sides of the plot that it is less along; null if there is no line.
function crossing(frame, [w1, w2, b]) {
  const { left, top, width, height } = frame.area;
  const [x0, x1, y0, y1] = [frame.x(left), frame.x(left + width), frame.y(top + height), frame.y(top)];
  if (Math.abs(w2) * (y1 - y0) > Math.abs(w1) * (x1 - x0)) return [x0, x1].map((x) => [x, -(w1 * x + b) / w2]);
  return w1 ? [y0, y1].map((y) => [-(w2 * y + b) / w1, y]) : null;
}

function sign(context, px, py, which, look) {
  context.beginPath();
  if (which > 0) context.arc(px, py, SIZE, 0, 2 * Math.PI);
  else context.rect(px - SIZE + 1, py - SIZE + 1, 2 * SIZE - 2, 2 * SIZE - 2);
  context.fillStyle = look.paper;
  context.fill();
  context.strokeStyle = look.ink;
  context.lineWidth = 2;
  context.stroke();
  context.beginPath();
  context.moveTo(px - 5, py);
  context.lineTo(px + 5, py);
  if (which > 0) {
    context.moveTo(px, py - 5);
    context.lineTo(px, py + 5);
  }
  context.stroke();
}

// Around an example that a unit has on the wrong side.
function ring(context, px, py, radius, unit) {
  context.beginPath();
  context.arc(px, py, radius, 0, 2 * Math.PI);
  context.strokeStyle = unit.color;
  context.lineWidth = 3;
  context.setLineDash(unit.dashes);
  context.stroke();
  context.setLineDash([]);
}

// What each line is, and how many examples it has wrong, above the plot.
function legend(frame, all, look) {
  const { context, area } = frame;
  context.font = letters();
  let [left, base] = [8, 18];
  for (const unit of all) {
    const text = `${unit.name}: ${unit.wrong.length} wrong`, width = 34 + context.measureText(text).width;
    if (left > 8 && left + width > area.left + area.width) [left, base] = [8, base + 20];
    trail(context, unit, 2, (k) => left + 28 * k, () => base - 5, look);
    word(context, text, left + 34, base, look);
    left += width + 16;
  }
}

// The number at which the example that moves lies at this height.
function choice({ frame, facts: { places, stops, examples } }, px, py) {
  const [, y, times] = examples.find(([, , times]) => times);
  return [[places.moving, nearest(stops, (frame.y(py) - y) / times)]];
}

// One stop up or down.
function next({ stage, facts: { places, stops, examples } }, [, up]) {
  const [, , times] = examples.find(([, , times]) => times);
  const at = stops.indexOf(nearest(stops, stage.rehearsal.now(stage.scene, places.moving))) + Math.sign(times) * up;
  return [[places.moving, stops[Math.max(0, Math.min(stops.length - 1, at))]]];
}

export const plane = { paint, choice, next };
