// A grid of outcomes, one colour a cell; theory's lines over it, and a cursor in the cell that is shown.

import { mark, outline } from "./markers.js";
import { trail } from "./paint.js";

const images = new WeakMap();

// The cells as a picture of one pixel each, the top row first.
function image({ facts: { columns, rows, palette }, bytes }) {
  if (!images.has(bytes)) {
    const canvas = Object.assign(document.createElement("canvas"), { width: columns, height: rows });
    const context = canvas.getContext("2d"), picture = context.createImageData(columns, rows);
    const colors = palette.map((hex) => [1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16)));
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) {
        picture.data.set([...colors[bytes[row * columns + column]], 255], 4 * ((rows - 1 - row) * columns + column));
      }
    }
    context.putImageData(picture, 0, 0);
    images.set(bytes, canvas);
  }
  return images.get(bytes);
}

function paint(panel, scene, stage) {
  const { frame, facts } = panel, { context } = frame, { look } = scene;
  context.save();
  frame.clip();
  const [[left, right], [low, high]] = facts.edges.map((ends, i) => ends.map(i ? frame.up : frame.across));
  context.imageSmoothingEnabled = false;
  context.globalAlpha = stage.rehearsal.only(facts.places?.x, facts.places?.y) ? 1 : 0.45;
  context.drawImage(image(panel), left, high, right - left, low - high);
  context.globalAlpha = 1;
  for (const { x, y, color, dashes } of facts.lines) {
    trail(context, { color, dashes }, x.length, (k) => frame.across(x[k]), (k) => frame.up(y[k] ?? NaN), look);
  }
  for (const { name, points } of facts.marks) {
    for (const [x, y] of points) mark(context, name, frame.across(x), frame.up(y), 7, look.paper, look.ink, 2);
  }
  for (const run of scene.runs.filter(({ slot }) => facts.paths.includes(slot))) {
    const count = Math.min(stage.player.step, run.last) + 1;
    trail(context, run, count, (k) => frame.across(run.x[k]), (k) => frame.up(run.y[k]), look);
    mark(context, run.sign, frame.held(frame.across(run.x[count - 1])), frame.held(frame.up(run.y[count - 1])), 7, run.color, look.halo);
  }
  const [x, y] = panel.now(scene);
  if (x !== undefined) outline(context, facts.cursor, frame.across(x), frame.up(y), 8, look);
  context.restore();
}

const within = (values, v) => values.reduce((best, one, i) => (Math.abs(one - v) < Math.abs(values[best] - v) ? i : best), 0);

// The cell under a pixel: its middle on each axis. Cells are even on the axes as they are drawn.
function cell({ facts: { xs, ys, edges }, frame }, px, py) {
  const place = (values, ends, position) => {
    const share = (position - ends[0]) / (ends[1] - ends[0]);
    return Math.max(0, Math.min(values.length - 1, Math.floor(share * values.length)));
  };
  return [place(xs, edges[0].map(frame.across), px), place(ys, edges[1].map(frame.up), py)];
}

function chosen({ facts: { xs, ys, places } }, column, row) {
  return [[places.x, xs[column]], [places.y, ys[row]]];
}

function choice(panel, px, py) {
  const [column, row] = cell(panel, px, py), { facts, bytes } = panel;
  const code = bytes[row * facts.columns + column];
  return { chosen: chosen(panel, column, row), text: facts.texts[code] };
}

function next(panel, [x, y], [right, up]) {
  const { xs, ys } = panel.facts, to = (values, i) => Math.max(0, Math.min(values.length - 1, i));
  return chosen(panel, to(xs, within(xs, x) + right), to(ys, within(ys, y) + up));
}

export const cells = { paint, choice, next };
