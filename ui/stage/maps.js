// A map of its own for every run, in the column of its card: one start, one clock, one view.

import { Frame } from "./frame.js";
import { paintOverlay } from "./overlay.js";
import { paintMap } from "./paint.js";
import { followMap } from "./pointer.js";
import { followTouches } from "./touch.js";

const MARGIN = { t: 20, b: 24 }; // the names of the axes fit

export class Maps {
  constructor(stage) {
    this.stage = stage;
    this.frames = new Map(); // by slot
    this.moves = new MutationObserver(() => this.misplaced() && stage.show());
    stage.leaving.signal.addEventListener("abort", () => this.moves.disconnect());
  }

  get all() {
    return [...this.frames.values()];
  }

  place(slot) {
    return document.querySelector(`.own-map[data-slot="${slot}"]`);
  }

  // Whether the page has a place for a run's map that does not hold it.
  misplaced() {
    return this.stage.scene.runs.some(({ slot }) => {
      const place = this.place(slot);
      return place && place !== this.frames.get(slot)?.root.parentElement;
    });
  }

  async draw(Plotly, { runs, view, look }, { figure }) {
    this.moves.observe(document.body, { childList: true, subtree: true });
    const layout = { ...figure.layout, margin: { ...figure.layout.margin, ...MARGIN } };
    for (const [slot, frame] of this.frames) {
      if (runs.some((run) => run.slot === slot)) continue;
      Plotly.purge(frame.plot);
      this.frames.delete(slot);
    }
    for (const { slot, label } of runs) {
      const place = this.place(slot);
      if (!place) continue;
      const fresh = !this.frames.has(slot), frame = this.frames.get(slot) ?? this.make(slot);
      if (frame.root.parentElement !== place) place.replaceChildren(frame.root);
      frame.root.setAttribute("aria-label", `Contour map with the path of run ${label}`);
      await frame.draw(Plotly, figure.data, layout, view, look.scale);
      if (fresh) this.stage.sight.follow(frame);
    }
  }

  make(slot) {
    const root = document.createElement("div");
    root.className = "frame map";
    for (const [name, value] of Object.entries({ role: "img", tabindex: "0", "aria-keyshortcuts": "ArrowLeft ArrowRight ArrowUp ArrowDown" })) root.setAttribute(name, value);
    root.innerHTML = '<div class="plot"></div><canvas></canvas>';
    const frame = new Frame(root, "map"), { signal } = this.stage.leaving;
    followMap(this.stage, frame, (run) => run.slot === slot, signal);
    followTouches(this.stage, frame, signal);
    this.frames.set(slot, frame);
    return frame;
  }

  paint(scene, terrain, step, start, ghosts, groundOf) {
    let ground;
    for (const [slot, frame] of this.frames) {
      if (!frame.root.isConnected || !frame.shown) continue;
      const own = ({ slot: one }) => one === slot;
      frame.measure();
      ground ??= groundOf(frame);
      paintMap(frame, { ...scene, runs: scene.runs.filter(own) }, terrain, step, start, ghosts.filter(own), null, ground);
      if (this.stage.shows("step")) paintOverlay(this.stage, frame, { ...scene, runs: scene.runs.filter(own) });
    }
  }

  put() {
    this.moves.disconnect();
  }
}
