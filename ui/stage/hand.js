// What a hand does to the scenario: the browser rehearses it if it can, else the server previews it, over a ghost.

import { followHands, takeBack } from "./hands.js";
import { AXES } from "./rehearsal.js";

const SETTLED = 600; // milliseconds until what a hand has left is on its way to the server

// Whether the server has answered everything that Streamlit asked it.
function idle() {
  const { testScriptState, testConnectionState } = document.querySelector('[data-testid="stApp"]').dataset;
  const awake = document.documentElement.dataset.awake === "true";
  return awake && testConnectionState === "CONNECTED" && testScriptState === "notRunning";
}

export class Hand {
  constructor(stage, signal) {
    this.stage = stage;
    this.held = followHands(
      (place, value) => {
        const rehearsed = this.rehearse([place, value]);
        if (!rehearsed || stage.served.display.asks) this.preview(place, value);
      },
      () => this.settle(),
      signal,
    );
  }

  // Show what numbers that are under the hand make of the runs; whether the browser can.
  rehearse(...chosen) {
    const { stage } = this, { served, rehearsal, ghosts } = stage, start = [...stage.start];
    const changes = chosen.map(([place, value]) => {
      if (!(place.of in AXES)) return [place, value];
      start[AXES[place.of]] = value;
      return [{ of: "start" }, start];
    });
    if (!served || !changes.every(([place, value]) => rehearsal.can(served, place, value))) return false;
    if (!rehearsal.going) ghosts.begin();
    for (const [place, value] of changes) rehearsal.change(served, place, value);
    const slots = rehearsal.slots(served);
    ghosts.add(served.runs.filter(({ slot }) => slots.includes(slot)));
    stage.showRuns();
    stage.paintAtOnce();
    const ends = (traces) => traces.map(({ axis }) => [axis.low, axis.high]).join();
    if (ends(stage.scene.traces) !== ends(stage.drawnTraces)) stage.show();
    this.wait();
    return true;
  }

  // The server's picture is the truth as soon as it has nothing more to answer, whatever it made of the change.
  wait() {
    clearTimeout(this.waiting);
    this.waiting = setTimeout(() => {
      if (!this.stage.rehearsal.going) return;
      if (this.held() || this.walking || this.looking || this.stage.outbox.busy || !idle()) return this.wait();
      this.stage.rehearsal.forget();
      takeBack();
      this.stage.showRuns();
      this.stage.show();
    }, SETTLED);
  }

  // What a pointer rests on: shown for as long as it does, if the browser can; the server while it is down.
  look(chosen) {
    this.looking = true;
    if (!this.rehearse(...chosen)) for (const [place, value] of chosen) this.preview(place, value);
  }

  lookAway() {
    if (!this.looking) return;
    this.looking = false;
    this.settle();
    if (!this.stage.rehearsal.going) return;
    this.stage.rehearsal.forget();
    this.stage.showRuns();
    this.stage.show();
  }

  // What a pointer has chosen.
  choose(chosen) {
    this.look(chosen);
    this.looking = this.previewed = false; // no way back over the picture of before
    if (!this.stage.rehearsal.going) this.stage.ghosts.end();
    this.stage.offer("settings", chosen.map(([place, value]) => ({ ...place, value })));
  }

  // Move the start marker and the runs: now, or as fast as the server answers.
  place(point, dropped) {
    if (this.stage.served.fixed) return;
    this.stage.start = point;
    const rehearsed = this.rehearse([{ of: "start" }, point]);
    if (!rehearsed) this.stage.paint();
    if (dropped || !rehearsed) this.stage.offer("start", { point, dropped });
  }

  // A setting of a run that only the server can make, over a ghost of the run as it was.
  preview({ slot, of, key }, value) {
    if (!this.stage.served || !this.held() || !(slot || of === "own" || (of === "surface" && this.stage.served.display.asks))) return;
    if (!this.previewed && !this.stage.rehearsal.going) {
      this.stage.ghosts.begin();
      this.stage.ghosts.add(this.stage.served.runs.filter((run) => run.slot === slot));
    }
    this.previewed = true;
    this.stage.offer("preview", { slot, of, key, value });
  }

  settle() {
    if (!this.previewed || this.looking) return;
    this.previewed = false;
    this.stage.ghosts.end();
    this.stage.offer("preview", null);
  }

  leave() {
    clearTimeout(this.waiting);
  }
}
