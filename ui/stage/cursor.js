// A figure against one number or two: Plotly draws it, and over it stands where those numbers now are.

import { mark, outline } from "./markers.js";
import { trail } from "./paint.js";

const apart = (a, b) => (a > 0 && b > 0 ? Math.abs(Math.log(a / b)) : Math.abs(a - b));
export const nearest = (values, v) => values.reduce((best, one) => (apart(one, v) < apart(best, v) ? one : best));
const rounded = (v) => Number(v.toPrecision(3));
const AXES = ["x", "y"];

function paint(panel, scene, stage) {
  const { frame, facts } = panel, { context, area } = frame;
  // What was computed for other numbers than those under the hand is paler.
  frame.plot.style.opacity = stage.rehearsal.only([facts.places?.x, facts.places?.y], facts.of) ? 1 : 0.35;
  context.save();
  frame.clip();
  for (const run of scene.runs.filter(({ slot }) => facts.paths.includes(slot))) way(frame, run, stage.player.step, scene.look);
  const [x, y] = AXES.map((axis) => facts.places?.[axis] && stage.rehearsal.now(scene, facts.places[axis]));
  if (y !== undefined) outline(context, facts.cursor, frame.held(frame.across(x)), frame.held(frame.up(y)), 8, scene.look);
  else if (x !== undefined) upright(frame, frame.across(x), facts.heads, scene);
  context.restore();
}

// A line where the number is, and on it the runs that are shown: at their own heights, between a curve's points too.
function upright(frame, px, heads, scene) {
  const { context, area } = frame, { look } = scene;
  if (!(px >= area.left - 1 && px <= area.left + area.width + 1)) return;
  context.fillStyle = look.ink;
  context.fillRect(px - 1, area.top, 2, area.height);
  for (const { slot, which } of heads) {
    const run = scene.runs.find((one) => one.slot === slot), height = run?.values[which][scene.end];
    if (!run || Number.isNaN(height)) continue;
    const py = height > 0 || !frame.logarithmic ? frame.up(height) : area.top + area.height;
    mark(context, run.sign, px, frame.inside(px, frame.held(py))[1], 7, run.color, look.halo);
  }
}

// The way of a run, where the axes are those of the map.
function way(frame, run, step, look) {
  const last = Math.min(step, run.last);
  trail(frame.context, run, last + 1, (k) => frame.across(run.x[k]), (k) => frame.up(run.y[k]), look);
  mark(frame.context, run.sign, frame.held(frame.across(run.x[last])), frame.held(frame.up(run.y[last])), 7, run.color, look.halo);
}

// The numbers under a pixel, each one of the stops if there are any.
function choice({ frame, facts: { places, stops } }, px, py) {
  const found = { x: frame.valueAcross(px), y: frame.valueUp(py) };
  return AXES.filter((axis) => places[axis]).map((axis) => {
    return [places[axis], stops[axis] ? nearest(stops[axis], found[axis]) : rounded(found[axis])];
  });
}

// The numbers one stop further, to the right and up.
function next({ stage, facts: { places, stops } }, arrow) {
  return AXES.filter((axis) => places[axis]).map((axis, i) => {
    const value = stage.rehearsal.now(stage.scene, places[axis]);
    const all = stops[axis] ?? [value * 0.9, value, value * 1.1].map(rounded);
    const at = all.indexOf(nearest(all, value));
    return [places[axis], all[Math.max(0, Math.min(all.length - 1, at + arrow[i]))]];
  });
}

export const cursor = { paint, choice, next };
