// A picture that a lab brings to the stage: a frame of its own, and numbers that a pointer can choose in it.

import { Frame } from "./frame.js";
import { cursor } from "./cursor.js";
import { line } from "./line.js";
import { plane } from "./plane.js";
import { route } from "./route.js";
import { step } from "./step.js";

// What each kind of picture does: paint(panel, scene, stage); choice(panel, px, py) and next(panel, arrow) say which
// numbers a pointer or a key means, as [place, value] each; text(panel, px, py), if it has one, what stands beside it.
// One that is `written` has no figure: it begins with begin(panel), and says for itself what it is.
const KINDS = { cursor, line, plane, route, step };
const NARROW = 380, SECOND_LINE = 22; // pixels of width below which a legend may need another line
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };

export class Panel {
  constructor(stage, name) {
    [this.stage, this.name] = [stage, name];
    this.root = document.createElement("div");
    this.root.className = `frame panel ${name}`;
    this.root.setAttribute("role", "img");
    this.root.innerHTML = '<div class="plot"></div><canvas></canvas>';
    stage.root.querySelector(".player").before(this.root);
    this.frame = new Frame(this.root, name);
    this.listen(stage.leaving.signal);
  }

  // What is shown from now on; `bytes` are the panel's own.
  take(facts, bytes) {
    if (KINDS[facts.kind].written) return this.write(facts, bytes);
    // The same figure again is no new one for Plotly.
    const drawn = JSON.stringify(facts.figure.data);
    if (drawn !== this.drawn) [this.drawn, this.data] = [drawn, facts.figure.data];
    [this.facts, this.bytes, this.kind] = [facts, bytes, KINDS[facts.kind]];
    this.root.setAttribute("aria-label", facts.label);
    this.root.classList.toggle("chooses", Boolean(facts.places));
    if (facts.places) this.root.setAttribute("tabindex", "0");
    else this.root.removeAttribute("tabindex");
  }

  write(facts, bytes) {
    const fresh = !this.kind;
    [this.facts, this.bytes, this.kind] = [facts, bytes, KINDS[facts.kind]];
    this.root.setAttribute("role", "region");
    this.root.setAttribute("aria-label", facts.label);
    if (fresh) this.kind.begin(this);
  }

  draw(Plotly) {
    if (this.kind.written) return this.kind.draw(this);
    const { margin, ...layout } = this.facts.figure.layout;
    const room = layout.showlegend && this.root.clientWidth < NARROW ? SECOND_LINE : 0;
    return this.frame.draw(Plotly, this.data, { ...layout, margin: { ...margin, t: margin.t + room }, dragmode: false }, "", this.stage.scene.look.scale);
  }

  paint(scene) {
    if (!this.kind.written) this.frame.measure();
    this.kind.paint(this, scene, this.stage);
  }

  listen(signal) {
    const { stage, root } = this;
    let pressed = false;
    const at = (event) => {
      const [px, py] = this.frame.at(event);
      if (!this.facts?.places || !stage.served || !this.frame.area || !this.frame.contains(px, py)) return null;
      return this.kind.choice(this, px, py);
    };
    root.addEventListener(
      "pointerdown",
      (event) => {
        if (event.button !== 0 || !event.isPrimary) return;
        pressed = Boolean(at(event));
        if (pressed) stage.hand.look(at(event));
      },
      { capture: true, signal },
    );
    // Plotly would begin a drag of its own, under a cover over the whole page.
    for (const type of ["mousedown", "touchstart"]) {
      root.addEventListener(type, (event) => this.facts?.places && event.stopPropagation(), { capture: true, signal });
    }
    window.addEventListener(
      "pointermove",
      (event) => {
        const over = root.contains(event.target);
        if (!pressed && !over) return;
        const found = at(event);
        if (this.kind?.text) stage.hint(found && over ? this.kind.text(this, ...this.frame.at(event)) : null, event);
        if (found && (pressed || (this.facts.hover && event.pointerType === "mouse"))) stage.hand.look(found);
      },
      { signal },
    );
    window.addEventListener(
      "pointerup",
      (event) => {
        if (!pressed) return;
        pressed = false;
        const found = at(event);
        if (found) stage.hand.choose(found);
        else stage.hand.lookAway();
      },
      { signal },
    );
    window.addEventListener("pointercancel", () => pressed && ((pressed = false), stage.hand.lookAway()), { signal });
    root.addEventListener("pointerleave", () => {
      stage.hint(null);
      if (!pressed && this.facts?.places) stage.hand.lookAway();
    }, { signal });
    // Arrow keys look at the next number, Enter takes it, Escape leaves it.
    root.addEventListener(
      "keydown",
      (event) => {
        if (!this.facts?.places || event.altKey || event.ctrlKey || event.metaKey) return;
        if (event.key === "Enter" && this.looked) stage.hand.choose(this.looked);
        if (event.key === "Escape") stage.hand.lookAway();
        if (event.key === "Escape" || event.key === "Enter") this.looked = null;
        const arrow = ARROWS[event.key];
        if (!arrow) return;
        event.preventDefault();
        this.looked = this.kind.next(this, arrow);
        stage.hand.look(this.looked);
      },
      { signal },
    );
    root.addEventListener("blur", () => {
      if (this.looked) stage.hand.lookAway();
      this.looked = null;
    }, { signal });
  }
}
