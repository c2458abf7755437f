// What every letter of a run's step is: by the run's own program, or as the server has computed it.

import { moment } from "./clock.js";
import { along } from "./tape.js";

const known = new WeakMap(); // by run: a run under the hand is another one with every move

/** The run whose step is written out: the one that the visitor has picked, else the first. */
export const explainedRun = ({ looks, scene: { runs } }) => runs.find(({ slot }) => slot === looks.now.pick) ?? runs[0];

/** Where each letter's numbers are in a row. */
function placed(letters) {
  let at = 0;
  return letters.map(({ size }) => ({ at: (at += size) - size, size }));
}

// The rows and trials that the server has sent, of some of the steps.
function sent({ facts: { first, width, trials }, bytes }) {
  const all = new Float32Array(bytes.slice().buffer), tried = [];
  let from = width * trials.length;
  for (const count of trials) {
    tried.push(Array.from({ length: count }, (_, i) => [all[from + 2 * i], all[from + 2 * i + 1]]));
    from += 2 * count;
  }
  const row = (k) => (k in tried ? all.subarray(width * k, width * (k + 1)) : null);
  return { row: (k) => row(k - first), trials: (k) => tried[k - first] ?? [] };
}

function source(stage, run) {
  const { scene, rehearsal } = stage, panel = stage.panels.get("step");
  if (run.tape) return { row: along(run.tape, rehearsal.given(scene, run, { ...scene, steps: scene.budget.amount }), run, run.written.program), trials: () => [] };
  return panel?.facts.width && panel.facts.of === run.slot ? sent(panel) : null;
}

/** The step after point k of the run: its letters and lines, a row of their numbers, and the points that were
 * tried; null as long as nobody has told the numbers. */
export function explained(stage, run) {
  if (!run.written) return null;
  const k = Math.min(moment(run, stage.player.step), run.steps - 1);
  const before = known.get(run) ?? { source: source(stage, run), places: placed(run.written.letters) };
  if (!before.source) return null;
  if (before.k !== k) Object.assign(before, { k, row: before.source.row(k), trials: before.source.trials(k) });
  known.set(run, before);
  return before.row && { ...run.written, ...before };
}
