// Weights that make a model answer what a hand asks for: the other answers change as little as they can.

import { answers } from "./tape.js";

const STEPS = 30; // in which the answer is brought to where it is wanted
const FARTHEST = 0.1; // of the map's width or height, that one of them may go
const RIDGE = 1e-3; // how much weights count beside the answers that they change
const NEAR = 0.02; // of the picture's height, that may be missing
const H = 1e-6; // to see how answers change

/** How much each answer counts at a place across, as [which, share]: its two neighbours of a line, and of marks only
 * the one that is meant. */
export function shares(asked, line, at) {
  if (!line || asked.length === 1) return [[line ? 0 : at, 1]];
  const beyond = asked.findIndex((x) => x > at), j = Math.max(1, beyond < 0 ? asked.length - 1 : beyond);
  const share = (at - asked[j - 1]) / (asked[j] - asked[j - 1]);
  return [[j - 1, 1 - share], [j, share]];
}

/** An answer between those that are known, by these shares. */
export const total = (counts, values) => counts.reduce((sum, [j, share]) => (share ? sum + share * values[j] : sum), 0);

/** Weights, near to `from`, whose answer by shares `counts` is `wanted`; null where that is out of reach.
 *
 * On the way there every small step is the one that changes the answers `kept`, shares each, least in the sum of
 * squares, and then the weights, in widths and heights of the map `spans`. A line of which both ends are kept moves
 * as it is where it is held in the middle; held at one end it turns around the other. Answers as far apart as `high`
 * fill the picture.
 */
export function through(surface, parameters, from, { counts, wanted, kept, high, spans }) {
  const at = (u) => {
    const all = answers({ surface }, parameters, from[0] + u[0] * spans[0], from[1] + u[1] * spans[1]);
    return [total(counts, all), ...kept.map((each) => total(each, all))];
  };
  const away = [0, 0], [first] = at(away);
  let held = first;
  for (let k = 1; k <= STEPS + 2; k++) { // the last ones only mend what the steps have left
    const [[grip, ...a], [hold, ...b]] = [0, 1].map((i) => {
      const [less, more] = [-H, H].map((h) => at(away.map((u, j) => (j === i ? u + h : u))));
      return less.map((value, j) => (more[j] - value) / (2 * H));
    });
    const ridge = RIDGE * (inner(a, a) + inner(b, b));
    const [p, q, r] = [inner(a, a) + ridge, inner(a, b), inner(b, b) + ridge];
    const along = [r * grip - q * hold, p * hold - q * grip]; // by the inverse, up to a factor
    const push = (first + Math.min(1, k / STEPS) * (wanted - first) - held) / (grip * along[0] + hold * along[1]);
    const length = Math.abs(push) * Math.hypot(...along), share = length > FARTHEST ? FARTHEST / length : 1;
    for (const i of [0, 1]) away[i] += share * push * along[i];
    [held] = at(away);
    if (!Number.isFinite(held)) return null;
  }
  return Math.abs(wanted - held) <= NEAR * Math.abs(high) ? from.map((w, i) => w + away[i] * spans[i]) : null;
}

const inner = (a, b) => a.reduce((sum, v, j) => sum + v * b[j], 0);
