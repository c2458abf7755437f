// The runs as they were before the last change, drawn pale under those of now until the next change.

const same = (a, b) => a.last === b.last && a.x.length === b.x.length && [0, a.x.length >> 1, Math.max(0, a.last)].every((k) => Object.is(a.x[k], b.x[k]) && Object.is(a.y[k], b.y[k]));

export class Ghosts {
  constructor() {
    this.before = []; // of the last change that the address knows
    this.live = null; // while a number is under the hand
  }

  get shown() {
    return this.live ?? this.before;
  }

  // A settled picture; `step` is what it was to the address: "first", "new", "same" or "going on".
  settle(scene, step) {
    if (!scene.runs.length) return void (this.before = []); // what is to be predicted is not given away
    if (step === "new" && this.settled) this.old = this.settled.runs;
    if (step === "new" || step === "going on") {
      this.before = (this.old ?? []).filter((old) => {
        const now = scene.runs.find(({ slot }) => slot === old.slot);
        return !now || !same(old, now) || old.label !== now.label;
      });
    }
    this.settled = scene;
  }

  // Runs of the picture of before the hand came down; those that are there stay as they were.
  begin() {
    this.live = [];
  }

  add(runs) {
    const known = this.live.map(({ slot }) => slot);
    this.live.push(...runs.filter(({ slot }) => !known.includes(slot)));
  }

  end() {
    this.live = null;
  }
}
