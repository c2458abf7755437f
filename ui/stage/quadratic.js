// The local quadratic of the surface where a run is: its level line through that point, the axes of its curvature
// with their eigenvalues, and the place where it is level, to which a whole Newton step goes.

import { letters, mark } from "./markers.js";
import { number } from "./numbers.js";
import { trail } from "./paint.js";
import { jet } from "./tape.js";

const ARM = 44; // pixels from the point to the end of an axis
const NEAR = 11; // pixels around the point that belong to the head of the run
const SMALL = 34; // pixels of the level line's longer half-axis where the run has all but arrived
const TURNS = 96;
const SINGULAR = 1e-14; // share of the larger eigenvalue

/** Eigenvalues, ascending, their axes, and where the quadratic with this slope and curvature at a point is level. */
export function quadratic([x, y], [g_x, g_y], [xx, xy, yy]) {
  const mean = (xx + yy) / 2, spread = Math.hypot((xx - yy) / 2, xy), turn = Math.atan2(2 * xy, xx - yy) / 2;
  const [cos, sin] = [Math.cos(turn), Math.sin(turn)];
  const values = [mean - spread, mean + spread], axes = [[-sin, cos], [cos, sin]];
  const offsets = axes.map(([a, b], i) => (a * g_x + b * g_y) / values[i]); // from the level place to the point
  const singular = Math.min(...values.map(Math.abs)) <= SINGULAR * Math.max(...values.map(Math.abs));
  const level = singular ? null : [x, y].map((v, j) => v - axes.reduce((sum, axis, i) => sum + offsets[i] * axis[j], 0));
  const kind = singular ? "singular" : values[0] > 0 ? "minimum" : values[1] < 0 ? "maximum" : "saddle";
  return { values, axes, offsets, level, kind };
}

/** The branches of the level line through the point: what it is along each axis, at t from 0 to 1. */
function branches({ values, offsets, kind }, reach) {
  const height = values.reduce((sum, v, i) => sum + v * offsets[i] ** 2, 0);
  const halves = values.map((v) => Math.sqrt(Math.abs(height / v)));
  if (kind !== "saddle") return [(t) => [halves[0] * Math.cos(2 * Math.PI * t), halves[1] * Math.sin(2 * Math.PI * t)]];
  if (!height) return [1, -1].map((s) => (t) => [(2 * t - 1) * reach, s * (2 * t - 1) * reach * Math.sqrt(-values[0] / values[1])]);
  const through = height > 0 ? 1 : 0; // the axis that the branches cross
  const far = Math.asinh(reach / Math.min(...halves));
  return [1, -1].map((s) => (t) => {
    const found = [];
    found[through] = s * halves[through] * Math.cosh((2 * t - 1) * far);
    found[1 - through] = halves[1 - through] * Math.sinh((2 * t - 1) * far);
    return found;
  });
}

export const SAID = { minimum: "a bowl", maximum: "a dome", saddle: "a saddle", singular: "H is singular" };

/** The quadratic at a point of the scene's surface; null where it has no finite curvature, or none is known yet. */
export function curved({ formulas, parameters }, point) {
  const { gradient, hessian } = formulas ? jet(formulas, parameters, ...point) : { gradient: [], hessian: [NaN] };
  return [...gradient, ...hessian].every(Number.isFinite) ? quadratic(point, gradient, hessian) : null;
}

/** Draw that of the run in `display.quadratic` over the map; returns what it is in words. */
export function paintQuadratic(frame, scene, step, { slot, signs, aside = false } = scene.display.quadratic) {
  const { look } = scene, run = scene.runs.find((one) => one.slot === slot);
  if (!run || !scene.formulas) return "";
  const k = Math.min(step, run.last), point = [run.x[k], run.y[k]];
  const found = curved(scene, point), { context } = frame;
  if (!found) return `${slot}, step ${k}: no curvature here`;
  context.save();
  frame.clip();
  if (found.level) {
    for (const line of levelLine(frame, found)) follow(frame, line, [7, 4], look);
    follow(frame, [point, found.level], [2, 3], look);
  }
  // Words stand downhill where an arrow of the gradient needs the other side.
  const side = (i) => (aside && found.offsets[i] * found.values[i] > 0 ? -1 : 1);
  found.axes.forEach((axis, i) => arm(frame, point, axis.map((v) => v * side(i)), `λ${"₁₂"[i]} ${number(found.values[i], 3)}`, look));
  if (found.level) {
    const [x, y] = [frame.px(found.level[0]), frame.py(found.level[1])].map(frame.held);
    const apart = Math.hypot(x - frame.px(point[0]), y - frame.py(point[1]));
    if (apart > NEAR) mark(context, signs[found.kind], x, y, 7, look.paper, look.ink, 2);
  }
  context.restore();
  const [low, high] = found.values.map((v) => number(v, 3));
  return `${slot}, step ${k}: λ₁ = ${low}, λ₂ = ${high}: ${SAID[found.kind]}`;
}

function follow(frame, points, dashes, look) {
  const thin = dashes.length && dashes[0] < 7;
  trail(frame.context, { color: look.ink, dashes, thin }, points.length, (i) => frame.px(points[i][0]), (i) => frame.py(points[i][1]), look);
}

// The level line's points. Where the run has all but arrived it is a point itself: one that can be seen stands for it.
function levelLine({ area, x, y, px }, found) {
  const reach = 2 * Math.hypot(x(area.left + area.width) - x(area.left), y(area.top) - y(area.top + area.height), ...found.offsets);
  const pixels = Math.abs(px(1) - px(0)), flat = Math.abs(found.values[0]) < Math.abs(found.values[1]) ? 0 : 1;
  const arrived = found.kind !== "saddle" && Math.hypot(...found.offsets) * pixels < 3;
  const shown = arrived ? { ...found, offsets: [0, 1].map((i) => (i === flat ? SMALL / pixels : 0)) } : found;
  return branches(shown, reach).map((branch) =>
    Array.from({ length: TURNS + 1 }, (_, i) => {
      const along = branch(i / TURNS);
      return found.level.map((v, j) => v + along[0] * found.axes[0][j] + along[1] * found.axes[1][j]);
    }),
  );
}

// An axis of the curvature through the point, with its eigenvalue at the end.
function arm(frame, point, axis, text, look) {
  const { context } = frame, [x, y] = [frame.px(point[0]), frame.py(point[1])];
  const across = axis[0] * (frame.px(1) - frame.px(0)), up = axis[1] * (frame.py(1) - frame.py(0));
  const [dx, dy] = [across, up].map((v) => v / Math.hypot(across, up));
  context.beginPath();
  for (const side of [-1, 1]) {
    context.moveTo(x + side * NEAR * dx, y + side * NEAR * dy);
    context.lineTo(x + side * ARM * dx, y + side * ARM * dy);
  }
  context.font = letters();
  context.textAlign = "center";
  context.textBaseline = "middle";
  const at = [x + (ARM + 18) * dx, y + (ARM + 12) * dy];
  context.lineWidth = 5;
  context.strokeStyle = look.halo;
  context.stroke();
  context.strokeText(text, ...at);
  context.lineWidth = 2;
  context.strokeStyle = context.fillStyle = look.ink;
  context.stroke();
  context.fillText(text, ...at);
}
