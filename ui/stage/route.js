// A way over a figure, as far as a number says.

import { nearest } from "./cursor.js";
import { mark, word } from "./markers.js";
import { trail } from "./paint.js";

const LEFT = 10, SECOND = 40; // pixels to where the line under the title stands

const place = ({ stage, facts: { places, stops } }) => stops.indexOf(nearest(stops, stage.rehearsal.now(stage.scene, places.along)));

function paint(panel, scene) {
  const { frame, facts: { points, said, style } } = panel, { context } = frame, at = place(panel);
  const xs = (k) => frame.across(points[k][0]), ys = (k) => frame.up(points[k][1]);
  context.save();
  frame.clip();
  context.globalAlpha = 0.3;
  trail(context, { ...style, dashes: [], thin: true }, points.length, xs, ys, scene.look); // what is still to come
  context.globalAlpha = 1;
  trail(context, { ...style, dashes: [] }, at + 1, xs, ys, scene.look);
  mark(context, style.sign, ...frame.inside(xs(at), ys(at)), 7, style.color, scene.look.halo);
  context.restore();
  word(context, said[at], LEFT, SECOND, scene.look);
}

// The number of the point next to a pixel.
function choice({ frame, facts: { places, stops, points } }, px, py) {
  const far = points.map(([x, y]) => Math.hypot(frame.across(x) - px, frame.up(y) - py));
  return [[places.along, stops[far.indexOf(Math.min(...far))]]];
}

function next(panel, [right, up]) {
  const { places, stops } = panel.facts;
  return [[places.along, stops[Math.max(0, Math.min(stops.length - 1, place(panel) + right + up))]]];
}

export const route = { paint, choice, next };
