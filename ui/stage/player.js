// Which step is shown, or how much of what a fair budget counts: play, pause, one step, scrub, speed.

const SECONDS = 6; // a whole run at speed 1

export class Player {
  // `onStep` is told of a step chosen by hand, `onFrame` of one reached within a frame of the playback, `onRest` of
  // the step at which it stays, null for the end.
  constructor(parent, onStep, onFrame, onRest) {
    [this.onStep, this.onFrame, this.onRest] = [onStep, onFrame, onRest];
    [this.steps, this.one] = [1, "step"];
    this.step = 1;
    this.atEnd = true;
    this.button = parent.querySelector(".play");
    this.scrub = parent.querySelector(".scrub");
    this.count = parent.querySelector(".count");
    this.speed = parent.querySelector(".speed");
    this.button.addEventListener("click", () => this.toggle());
    [this.back, this.forward] = [".back", ".forward"].map((name) => parent.querySelector(name));
    this.back.addEventListener("click", () => this.walk(-1));
    this.forward.addEventListener("click", () => this.walk(1));
    this.scrub.addEventListener("input", () => {
      const step = this.scrub.valueAsNumber; // pausing shows the old one
      this.pause();
      this.go(step);
    });
  }

  // New runs that end after so many steps, or whatever `one` is: whoever looked at the end still does, others stay.
  load(steps, one) {
    [this.steps, this.one] = [steps, one];
    for (const [button, way] of [[this.back, "back"], [this.forward, "forward"]]) button.setAttribute("aria-label", `One ${one} ${way}`);
    this.scrub.setAttribute("aria-label", `${one[0].toUpperCase()}${one.slice(1)} shown`);
    this.scrub.max = steps;
    if (this.playing) this.step = Math.min(this.step, steps);
    else this.step = this.atEnd ? steps : Math.min(this.step, steps);
    this.show();
  }

  // Show this step, the last one for null, without telling anybody.
  put(step) {
    this.pause();
    this.atEnd = step === null || step >= this.steps;
    this.step = this.atEnd ? this.steps : step;
    this.show();
  }

  walk(change) {
    this.pause();
    this.go(this.step + change);
  }

  go(step, tell = this.onStep) {
    this.step = Math.max(0, Math.min(this.steps, step));
    this.atEnd = this.step === this.steps;
    this.show();
    tell();
    if (!this.playing) this.onRest(this.atEnd ? null : this.step);
  }

  play() {
    if (this.step >= this.steps) this.step = 0;
    this.playing = true;
    let position = this.step, before = null; // a frame's time may lie before the click that asked for it
    const frame = (now) => {
      position += ((now - (before ?? now)) / 1000) * (this.steps / SECONDS) * Number(this.speed.value);
      before = now;
      const step = Math.floor(position);
      if (step !== this.step) this.go(step, this.onFrame);
      if (this.step >= this.steps) this.pause(), this.onRest(null);
      else this.next = requestAnimationFrame(frame);
    };
    this.show();
    this.next = requestAnimationFrame(frame);
  }

  toggle() {
    if (!this.playing) return this.play();
    this.pause();
    this.onRest(this.step);
  }

  pause() {
    cancelAnimationFrame(this.next); // else playing on within the frame would play twice
    this.playing = false;
    this.show();
  }

  show() {
    this.scrub.value = this.step;
    this.scrub.setAttribute("aria-valuetext", `${this.one} ${this.step} of ${this.steps}`);
    this.count.textContent = `${this.one} ${this.step} / ${this.steps}`;
    this.button.textContent = this.playing ? "❚❚" : "▶";
    this.button.setAttribute("aria-label", this.playing ? "Pause" : "Play");
  }
}
