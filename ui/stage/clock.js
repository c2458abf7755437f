// What the player counts, steps or what a fair budget counts, and where a run is when it shows so much.

/** The last step that a run has made by now; the number of the step itself where steps are counted. */
export function reached({ clock }, now) {
  if (!clock) return now;
  let low = 0, high = clock.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (clock[middle] <= now) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** The same, but no further than there are numbers. */
export const moment = (run, now) => Math.min(reached(run, now), run.last);

/** Where a step stands on the axis. */
export const counted = ({ clock }, step) => (clock ? clock[step] : step);

/** Where the last run ends; nobody's clock stops before the budget. */
export function end(runs, { counts, amount }) {
  if (counts === "steps") return Math.max(...runs.map(({ steps }) => steps));
  return Math.max(amount, ...runs.map(({ clock }) => Math.ceil(clock.at(-1))));
}

/** The clock of a run of so many steps that costs so much a step; that of the `run` before, if it had as many. */
export function again({ steps, clock, cost }, now) {
  return !clock || now === steps ? clock : Float32Array.from({ length: now + 1 }, (_, k) => k * (cost || 1));
}
