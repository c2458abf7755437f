// What a step is made of, over the map: gradient, memory, places that are looked at, and where it leads.

import { explained, explainedRun } from "./explain.js";
import { worth } from "./formula.js";
import { mark, word } from "./markers.js";
import { trail } from "./paint.js";
import { paintQuadratic } from "./quadratic.js";

const LONG = 64; // pixels of the longest arrow whose length is no distance on the map
const HEAD = 11, LEAST = 5; // pixels of an arrow's head; of an arrow that is worth drawing
const APART = 18; // pixels between trials that both have their number
const CROSS = "M-1 -1L1 1M-1 1L1 -1";

/** Draw the step of the explained run, if it is one of the scene's. */
export function paintOverlay(stage, frame, scene) {
  const run = explainedRun(stage), found = scene.runs.includes(run) ? explained(stage, run) : null;
  if (!found) return;
  const { signs } = stage.panels.get("step").facts;
  const rolls = found.letters.some(({ role }) => role === "corner"); // a triangle knows no slope
  if (!rolls) paintQuadratic(frame, scene, found.k, { slot: run.slot, signs, aside: true });
  const { context } = frame;
  context.save();
  frame.clip();
  const drawing = new Drawing(frame, scene, run, found);
  for (const line of found.lines) drawing.part(line);
  drawing.triangle("corner", []);
  drawing.triangle("new corner", [6, 4]);
  drawing.directions();
  drawing.next();
  context.restore();
}

class Drawing {
  constructor(frame, { look }, run, { letters, lines, places, row, k, trials }) {
    Object.assign(this, { frame, look, run, letters, lines, places, row, trials });
    this.from = [run.x[k], run.y[k]];
    [this.slope, this.memory, , this.place] = look.letters;
    this.words = [];
    this.free = []; // arrows whose length is no distance
  }

  value(which) {
    const { at } = this.places[which];
    return [this.row[at], this.row[at + 1]];
  }

  at([x, y]) {
    const { frame } = this;
    return [frame.held(frame.px(x)), frame.held(frame.py(y))];
  }

  part({ letter: which, formulas: [formula] }) {
    const { symbol, role, size } = this.letters[which];
    if (size !== 2) return;
    const value = this.value(which);
    if (role === "uphill") {
      const [, where] = formula ?? [];
      this.free.push({ symbol, value, from: where?.[0] === "letter" ? this.value(where[1]) : this.from, color: this.slope });
    } else if (role === "mean" || role === "along") this.free.push({ symbol, value, from: this.from, color: this.memory });
    else if (role === "move") this.move(formula, symbol);
    else if (role === "place") this.placed(symbol, value);
  }

  // A displacement, and what of it is kept from before: from there on it is the gradient's.
  move([name, kept], symbol) {
    if (name !== "add") return;
    const by = [0, 1].map((i) => worth(kept, this.row, this.places, i));
    const tip = this.from.map((v, i) => v + by[i]);
    this.arrow(this.at(this.from), this.at(tip), this.memory, `kept ${symbol}`);
    const end = this.value(this.lines.at(-1).letter);
    if (end.every(Number.isFinite)) this.dashes([tip, end], this.slope);
  }

  dashes(points, color, dashes = [4, 4]) {
    const at = points.map((point) => this.at(point));
    trail(this.frame.context, { color, dashes }, at.length, (i) => at[i][0], (i) => at[i][1], this.look);
  }

  placed(symbol, value) {
    if (!value.every(Number.isFinite)) return;
    this.dashes([this.from, value], this.place, [2, 4]);
    const [x, y] = this.at(value);
    mark(this.frame.context, "M0 -1L1 0L0 1L-1 0Z", x, y, 6, this.look.paper, this.place, 2.5);
    this.word(symbol, x + 9, y - 6, this.place);
  }

  triangle(role, dashes) {
    const corners = this.lines.filter(({ letter }) => this.letters[letter].role === role).map(({ letter }) => this.value(letter));
    if (corners.length) this.dashes([...corners, corners[0]], this.place, dashes);
  }

  // Gradients and averages of them to one scale, uphill; a direction of search where it leads.
  directions() {
    const seen = this.free.map(({ value, from, ...one }) => {
      const tip = this.at(from), across = value[0] * (this.frame.px(1) - this.frame.px(0)), up = value[1] * (this.frame.py(1) - this.frame.py(0));
      return { ...one, tip, across, up, length: Math.hypot(across, up) };
    });
    const last = seen.findLastIndex(({ color }) => color === this.memory); // m̂ says what m does
    const most = Math.max(...seen.map(({ length }) => length).filter(Number.isFinite));
    for (const [i, { symbol, tip, across, up, length, color }] of seen.entries()) {
      if (color === this.memory && i !== last) continue;
      if (!(length > 0) || !Number.isFinite(length)) continue;
      const scale = LONG / most;
      this.arrow(tip, [tip[0] + across * scale, tip[1] + up * scale], color, symbol);
    }
  }

  next() {
    const { context } = this.frame, { run, look } = this, end = this.value(this.lines.at(-1).letter);
    let said = [-APART, -APART];
    this.trials.forEach((point, i) => {
      const [x, y] = this.at(point);
      mark(context, CROSS, x, y, 5, "transparent", this.place, 2.5);
      if (Math.hypot(x - said[0], y - said[1]) < APART) return;
      said = [x, y];
      word(context, `${i + 1}`, x + 8, y - 4, { ...look, ink: this.place });
    });
    const [x, y] = this.at(this.from);
    mark(context, run.sign, x, y, 7, run.color, look.halo);
    if (!end.every(Number.isFinite)) return;
    this.arrow([x, y], this.at(end), run.color, "");
    context.globalAlpha = 0.75;
    mark(context, run.sign, ...this.at(end), 7, look.paper, run.color, 2.5);
    context.globalAlpha = 1;
  }

  arrow([x, y], [a, b], color, text) {
    const length = Math.hypot(a - x, b - y);
    if (length < LEAST) return;
    const { context } = this.frame, [dx, dy] = [(a - x) / length, (b - y) / length];
    const head = Math.min(HEAD, length), path = new Path2D();
    path.moveTo(x, y);
    path.lineTo(a - 0.7 * head * dx, b - 0.7 * head * dy);
    const tip = new Path2D(`M${a} ${b}L${a - head * dx - 0.5 * head * dy} ${b - head * dy + 0.5 * head * dx}L${a - head * dx + 0.5 * head * dy} ${b - head * dy - 0.5 * head * dx}Z`);
    for (const [stroke, width] of [[this.look.halo, 7], [color, 3]]) {
      [context.strokeStyle, context.lineWidth] = [stroke, width];
      context.stroke(path);
      if (width > 3) context.stroke(tip);
    }
    context.fillStyle = color;
    context.fill(tip);
    if (text) this.word(text, a + 10 * dx - (dx < -0.3 ? 8 * text.length : 0), b + 10 * dy + 5, color);
  }

  // Words keep clear of each other.
  word(text, left, base, color) {
    while (this.words.some(([x, y]) => Math.abs(x - left) < 9 * text.length && Math.abs(y - base) < 16)) base += 16;
    this.words.push([left, base]);
    word(this.frame.context, text, left, base, { ...this.look, ink: color });
  }
}
