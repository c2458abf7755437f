// The training examples, what every run's model answers, and a hand on the answers at the start.

import { moment } from "./clock.js";
import { mark, outline, sized } from "./markers.js";
import { arrow, lastPicked, paleness, trail } from "./paint.js";
import { readable, walk } from "./pointer.js";
import { answers } from "./tape.js";
import { shares, through, total } from "./through.js";

const GRIP = 14; // pixels around an answer that grab it
const CLICK = 5; // pixels a click may wander
const FINE = 100; // places for the start from one side of the window to the other
const INSIDE = 9; // pixels from the edge to a sign for what is beyond it
const APART = 4; // pixels between the residuals of two runs

export class Fit {
  constructor(stage, frame, signal) {
    [this.stage, this.frame, this.press] = [stage, frame, null];
    this.residuals = stage.root.querySelector(".residuals");
    this.residuals.addEventListener("change", () => stage.paint(), { signal });
    this.listen(signal);
    walk(stage, frame.root, signal, () => this.spans, (point) => this.rounded(point));
  }

  // Width and height of the window.
  get spans() {
    return this.stage.scene.window.map(([low, high]) => high - low);
  }

  rounded(point) {
    return readable(point, this.spans.map((span) => span / FINE));
  }

  // What the model at the start answers; null while nobody can say.
  get first() {
    const { scene, start } = this.stage, surface = scene?.formulas;
    return surface?.answer && scene.fit && !scene.fit.gone ? answers({ surface }, scene.parameters, ...start) : null;
  }

  // Which answer a pixel means: a place across for a line, the nearest mark else.
  meant(px, py) {
    const { asked, line } = this.stage.scene.fit, { first, frame } = this;
    if (line) return frame.x(px);
    const far = this.signs(first).map(([x, y]) => Math.hypot(x - px, y - py));
    return far.indexOf(Math.min(...far));
  }

  // Where the start's sign stands for each of its answers; at the edge for those beyond it.
  signs(first) {
    const { frame } = this, { top, height } = frame.area;
    return this.stage.scene.fit.asked.map((x, j) => [
      frame.px(x), Math.min(top + height - INSIDE, Math.max(top + INSIDE, frame.py(first[j]))),
    ]);
  }

  // How high the answer stands that a press is about.
  height(px) {
    const { first, frame, press } = this, { asked, line } = this.stage.scene.fit;
    return line ? frame.py(total(shares(asked, true, frame.x(px)), first)) : this.signs(first)[press.answer][1];
  }

  grips([px, py]) {
    const { first, frame } = this, { asked, line } = this.stage.scene.fit;
    if (!first) return false;
    if (!line) return this.signs(first).some(([x, y]) => Math.hypot(x - px, y - py) <= GRIP);
    const ways = asked.slice(1).map((_, j) => distance([px, py], [j, j + 1].map((i) => [frame.px(asked[i]), frame.held(frame.py(first[i]))])));
    return Math.min(...ways) <= GRIP;
  }

  // Move the start so that its model answers what the pointer says, from where it was when the hand came down.
  move([px, py], dropped) {
    const { stage, frame, press } = this, { scene } = stage, { asked, line } = scene.fit, { area } = frame;
    const [left, right] = [area.left, area.left + area.width].map(frame.x), seen = (x) => Math.min(right, Math.max(left, x));
    const point = through(scene.formulas, scene.parameters, press.from, {
      counts: shares(asked, line, line ? frame.x(px) : press.answer),
      wanted: frame.y(py + press.aside),
      kept: asked.map((x, j) => shares(asked, line, line ? seen(x) : j)),
      high: frame.y(area.top) - frame.y(area.top + area.height),
      spans: this.spans,
    });
    if (point) stage.hand.place(this.rounded(point), dropped);
    else if (dropped) stage.hand.place(stage.start, true);
  }

  listen(signal) {
    const { stage, frame } = this, { root } = frame;
    // Plotly would begin a drag of its own; a finger that has grabbed an answer must not scroll the page.
    for (const type of ["mousedown", "touchstart"]) {
      const still = (event) => {
        event.stopPropagation();
        if (this.press?.grabbed && event.cancelable) event.preventDefault();
      };
      root.addEventListener(type, still, { capture: true, passive: false, signal });
    }
    root.addEventListener(
      "pointerdown",
      (event) => {
        this.press = null;
        const at = frame.at(event);
        if (event.button !== 0 || !event.isPrimary || event.target.closest("button")) return;
        if (!this.first || !frame.contains(...at)) return;
        this.press = { at, from: [...stage.start], answer: this.meant(...at), grabbed: this.grips(at), aside: 0 };
        if (this.press.grabbed) this.press.aside = this.height(at[0]) - at[1];
        stage.paint();
      },
      { capture: true, signal },
    );
    window.addEventListener(
      "pointermove",
      (event) => {
        if (this.press?.grabbed) this.move(frame.inside(...frame.at(event)), false);
        else if (root.contains(event.target)) root.classList.toggle("grip", Boolean(frame.area) && this.grips(frame.at(event)));
      },
      { signal },
    );
    window.addEventListener(
      "pointerup",
      (event) => {
        if (!this.press) return;
        const at = frame.at(event), { at: [px, py], grabbed } = this.press;
        if (grabbed || Math.hypot(at[0] - px, at[1] - py) <= CLICK) {
          root.focus({ preventScroll: true });
          this.move(frame.inside(...at), true);
        }
        this.press = null;
        stage.paint();
      },
      { signal },
    );
    window.addEventListener("pointercancel", () => (this.press = null), { signal });
  }

  paint(step, batch, sign) {
    const { frame, first } = this, { scene } = this.stage;
    frame.measure();
    const { context } = frame, { examples, asked, line, gone, vertical } = scene.fit;
    this.residuals.hidden = !vertical;
    if (gone) return; // the examples themselves move: where to, the server says
    context.save();
    frame.clip();
    if (!line) diagonal(frame, scene.look);
    const runs = lastPicked(scene).map((run) => {
      const from = asked.length * moment(run, step);
      return { run, said: run.answers.subarray(from, from + asked.length) };
    });
    if (vertical && this.residuals.querySelector("input").checked) {
      const held = this.press && first ? [{ run: { color: scene.look.ink }, said: first }] : runs;
      held.forEach(({ run, said }, i) => this.errors(said, run.color, (i - (held.length - 1) / 2) * APART));
    }
    const seen = new Set(batch);
    examples.forEach(([x, y, kind], i) => {
      context.beginPath();
      context.arc(frame.px(x), frame.py(y), sized(4.5), 0, 2 * Math.PI);
      context.lineWidth = sized(2);
      context.strokeStyle = context.fillStyle = scene.look.ink;
      if (kind > 0) context.fill();
      context.stroke();
      if (!seen.has(i)) return;
      context.beginPath();
      context.arc(frame.px(x), frame.py(y), sized(9), 0, 2 * Math.PI);
      context.stroke();
    });
    for (const { run, said } of runs) {
      context.globalAlpha = paleness(scene, run);
      const xs = (j) => frame.px(asked[j]), ys = (j) => frame.py(said[j]);
      if (line) trail(context, run, asked.length, xs, ys, scene.look);
      else asked.forEach((_, j) => answer(frame, run, xs(j), ys(j), scene.look));
    }
    context.globalAlpha = 1;
    if (first) this.start(first, sign);
    context.restore();
  }

  // From every example to what a model answers there.
  errors(said, color, aside) {
    const { context } = this.frame, { examples, asked, line } = this.stage.scene.fit;
    context.beginPath();
    examples.forEach(([x, y], i) => {
      const counts = shares(asked, line, line ? x : i), there = total(counts, said);
      if (!Number.isFinite(there)) return;
      const px = Math.round(this.frame.px(x) + aside); // on whole pixels they are sharp
      context.moveTo(px, this.frame.py(y));
      context.lineTo(px, this.frame.held(this.frame.py(there)));
    });
    context.lineWidth = sized(2);
    context.strokeStyle = color;
    context.stroke();
  }

  // The model at the start: a dashed line with the start's own sign on it, or that sign at every answer.
  start(first, sign) {
    const { frame } = this, { context } = frame, { asked, line } = this.stage.scene.fit, { look } = this.stage.scene;
    if (line) {
      const middle = frame.area.left + frame.area.width / 2, there = total(shares(asked, true, frame.x(middle)), first);
      const xs = (j) => frame.px(asked[j]), ys = (j) => frame.held(frame.py(first[j]));
      trail(context, { color: look.ink, dashes: [7, 5] }, asked.length, xs, ys, look);
      if (Number.isFinite(there)) outline(context, sign, middle, frame.held(frame.py(there)), 7, look);
    } else for (const [x, y] of this.signs(first)) if (Number.isFinite(y)) outline(context, sign, x, y, 7, look);
  }
}

function distance([px, py], [[ax, ay], [bx, by]]) {
  const [dx, dy] = [bx - ax, by - ay];
  const share = Math.min(1, Math.max(0, ((px - ax) * dx + (py - ay) * dy) / (dx * dx + dy * dy || 1)));
  return Math.hypot(px - ax - share * dx, py - ay - share * dy);
}

// Where an answer would be right.
function diagonal(frame, look) {
  const { context, area } = frame;
  const ends = [area.left, area.left + area.width];
  context.beginPath();
  for (const px of ends) context.lineTo(px, frame.held(frame.py(frame.x(px))));
  context.setLineDash([6, 5]);
  context.lineWidth = sized(1.5);
  context.strokeStyle = look.ink;
  context.stroke();
  context.setLineDash([]);
}

// A mark where the answer is; beyond the picture an arrow that says on which side.
function answer(frame, run, x, y, look) {
  const { context, area } = frame;
  if (!Number.isFinite(y)) return;
  const above = y < area.top, below = y > area.top + area.height;
  if (above) arrow(context, x, area.top + 14, 0, -1, run.color, look.halo);
  else if (below) arrow(context, x, area.top + area.height - 14, 0, 1, run.color, look.halo);
  else mark(context, run.sign, x, y, 6, run.color, look.halo);
}
