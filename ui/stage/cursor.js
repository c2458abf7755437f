// A figure against one number: Plotly draws it, and over it stands where that number now is.

import { mark } from "./markers.js";

const apart = (a, b) => (a > 0 && b > 0 ? Math.abs(Math.log(a / b)) : Math.abs(a - b));
const nearest = (values, v) => values.reduce((best, one) => (apart(one, v) < apart(best, v) ? one : best));
const rounded = (v) => Number(v.toPrecision(3));

function paint(panel, scene, stage) {
  const { frame, facts } = panel, { context, area } = frame, { look } = scene;
  // What was computed for other numbers than those under the hand is paler.
  frame.plot.style.opacity = stage.rehearsal.only(facts.places?.x) ? 1 : 0.35;
  const [value] = panel.now(scene);
  if (value === undefined) return;
  const px = frame.across(value);
  if (!(px >= area.left - 1 && px <= area.left + area.width + 1)) return;
  context.fillStyle = look.ink;
  context.fillRect(px - 1, area.top, 2, area.height);
  context.save();
  frame.clip();
  // The runs that are shown stand at their own heights, between the points of the curve too.
  for (const { slot, which } of facts.heads) {
    const run = scene.runs.find((one) => one.slot === slot), height = run?.values[which][scene.steps];
    if (!run || Number.isNaN(height)) continue;
    const py = frame.inside(px, frame.held(height > 0 || !frame.logarithmic ? frame.up(height) : area.top + area.height))[1];
    mark(context, run.sign, px, py, 7, run.color, look.halo);
  }
  context.restore();
}

function choice({ frame, facts }, px) {
  const v = frame.valueAcross(px), value = facts.stops ? nearest(facts.stops, v) : rounded(v);
  return { chosen: [[facts.places.x, value]], text: null };
}

function next({ facts }, [value], [right]) {
  const stops = facts.stops ?? [value * 0.9, value, value * 1.1].map(rounded);
  const at = stops.indexOf(nearest(stops, value)), to = stops[Math.max(0, Math.min(stops.length - 1, at + right))];
  return [[facts.places.x, to]];
}

export const cursor = { paint, choice, next };
