// Curves against one number, marks of theory across them, and a cursor where that number is now.

import { mark } from "./markers.js";
import { trail } from "./paint.js";

const nearest = (values, v) => values.reduce((best, one) => (Math.abs(Math.log(one / v)) < Math.abs(Math.log(best / v)) ? one : best));
const rounded = (v) => Number(v.toPrecision(3));

function paint(panel, scene, stage) {
  const { frame, facts } = panel, { context, area } = frame, { look } = scene;
  context.save();
  frame.clip();
  for (const { from, to, color } of facts.spans) {
    context.globalAlpha = 0.16;
    context.fillStyle = color;
    context.fillRect(frame.across(from), area.top, frame.across(to) - frame.across(from), area.height);
  }
  // What was computed for other numbers than those under the hand is paler.
  context.globalAlpha = stage.rehearsal.only(facts.places?.x) ? 1 : 0.35;
  for (const curve of facts.curves) {
    const run = { color: curve.color, dashes: curve.dashes, thin: curve.thin };
    trail(context, run, curve.x.length, (k) => frame.across(curve.x[k]), (k) => frame.up(curve.y[k] ?? NaN), look);
  }
  for (const { x, y, sign, color } of facts.points) mark(context, sign, frame.across(x), frame.up(y), 5, color, look.halo, 2);
  context.globalAlpha = 1;
  const taken = [];
  for (const { at, text } of facts.verticals) upright(frame, frame.across(at), text, look, taken);
  const [value] = panel.now(scene);
  if (value !== undefined) {
    const px = frame.across(value);
    context.fillStyle = look.ink;
    context.fillRect(px - 1, area.top, 2, area.height);
    // The runs that are shown stand on their own curve, between its points too.
    for (const { slot, which } of facts.heads) {
      const run = scene.runs.find((one) => one.slot === slot);
      const height = run && frame.up(run.values[which][scene.steps]);
      if (run) mark(context, run.sign, px, frame.held(height), 7, run.color, look.halo);
    }
  }
  context.restore();
}

// A dashed line from top to bottom, with a word that covers none of those before it.
function upright({ context, area }, x, text, look, taken) {
  if (!(x >= area.left && x <= area.left + area.width)) return;
  context.beginPath();
  context.moveTo(x, area.top);
  context.lineTo(x, area.top + area.height);
  context.setLineDash([5, 4]);
  context.lineWidth = 1.5;
  context.strokeStyle = look.ink;
  context.stroke();
  context.setLineDash([]);
  context.font = "600 14px 'Source Sans', sans-serif";
  const width = context.measureText(text).width;
  const left = x + 5 + width > area.left + area.width ? x - 5 - width : x + 5;
  let top = area.top + 16;
  while (taken.some(([l, w, t]) => t === top && left < l + w + 6 && l < left + width + 6)) top += 18;
  taken.push([left, width, top]);
  context.lineWidth = 4;
  context.strokeStyle = look.halo;
  context.strokeText(text, left, top);
  context.fillStyle = look.ink;
  context.fillText(text, left, top);
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

export const curves = { paint, choice, next };
