// What every learning rate of a sweep comes to, as optimizers/studies/learning_rates.py names it; null where only
// the server's verdict could tell. A label that is given is the study's.

export const [SLOW, GOOD, STUCK, OSCILLATING, DIVERGING] = ["too slow", "good", "stuck elsewhere", "oscillating", "diverging"];
const STATIONARY = 1e-4; // window widths, as in optimizers/verdicts/classify.py

/** For each of the rates its label, the loss it ends with, and the place of the one that ends lowest, or null.
 * Known are the `window`, the loss at a point, `height`, and the stationary points by name, `signs`, of which these
 * may be `all`; they are null while nobody knows where they are. */
export function labelled({ x, y, value }, rates, steps, known) {
  const w = rates.length, lanes = Array.from(rates, (_, l) => lane(x, y, value, l, w, steps, known.window));
  const ends = lanes.map(({ end }) => end), began = lanes[0].began;
  const lost = lanes.map((one) => loses(one, known.height)), least = (wanted) => Math.min(...ends.filter((end, l) => lost[l] === wanted && Number.isFinite(end)));
  const best = least(false) < began ? ends.findIndex((end, l) => lost[l] === false && end === least(false)) : null;
  let level = -Infinity;
  if (best !== null) {
    const half = lanes[best].lowestBefore(Math.floor((steps + 1) / 2) + 1);
    level = half < began ? Math.max(half, ends[best]) : ends[best];
  }
  const doubtful = least(null) < least(false); // one that may not count could be the best
  const labels = lanes.map((one, l) => {
    if (lost[l] !== false) return lost[l] && DIVERGING;
    if (one.end < began && one.end <= level) return doubtful ? null : GOOD;
    const place = one.nearly ? at(one, known, one.still ? 0.5 : 10) : "nowhere";
    if (place === "minimum") return one.still ? GOOD : null;
    if (doubtful) return null;
    if (place !== "nowhere") return one.still && place && place !== "degenerate point" ? STUCK : null;
    if (one.turning > 0.5 || 2 * Math.min(one.rose, one.fell) > Math.max(one.rose, one.fell)) return OSCILLATING;
    if (one.wandering) return null;
    if (one.end < began || one.highest <= began) return SLOW;
    return one.end >= one.highest ? DIVERGING : OSCILLATING;
  });
  return { labels, ends, best, began };
}

// The facts of one run that the labels ask; of one that is lost there is nothing to ask.
function lane(x, y, value, l, w, steps, [[x0, x1], [y0, y1]]) {
  if (!Number.isFinite(value[steps * w + l])) return { began: value[l], end: NaN };
  const tail = Math.min(steps, Math.max(30, Math.floor(steps / 10))), from = steps - tail, tenth = steps - Math.floor(steps / 10), every = Math.max(1, Math.ceil(steps / 40));
  const at = (k) => [x[k * w + l] / (x1 - x0), y[k * w + l] / (y1 - y0)], loss = (k) => value[k * w + l];
  const middle = [(x0 + x1) / 2 / (x1 - x0), (y0 + y1) / 2 / (y1 - y0)];
  const apart = (k) => Math.max(Math.abs(x[k * w + l] / (x1 - x0) - middle[0]), Math.abs(y[k * w + l] / (y1 - y0) - middle[1]));
  const ends = [from, steps].map((k) => [x[k * w + l], y[k * w + l]]);
  const one = { ends, began: loss(0), end: loss(steps), point: at(steps), steps, from, every, loss, apart, rose: 0, fell: 0, strides: [] };
  let turns = 0, right = 0, up = 0;
  for (let k = from, i = from * w + l; k < steps; k++, i += w) {
    const [a, b, change] = [(x[i + w] - x[i]) / (x1 - x0), (y[i + w] - y[i]) / (y1 - y0), value[i + w] - value[i]];
    if (change > 0) one.rose += change;
    if (change < 0) one.fell -= change;
    turns += a * right + b * up < 0;
    one.strides.push(Math.sqrt(a * a + b * b));
    [right, up] = [a, b];
  }
  one.turning = tail > 1 ? turns / (tail - 1) : 0;
  one.highest = highest(loss, 0, steps + 1);
  one.lowestBefore = (end) => -highest((k) => -loss(k), 0, end);
  const extent = (first, every) => {
    let [wide, high] = [0, 0];
    for (let k = first; k < steps; k += every) {
      wide = Math.max(wide, Math.abs(x[k * w + l] / (x1 - x0) - one.point[0]));
      high = Math.max(high, Math.abs(y[k * w + l] / (y1 - y0) - one.point[1]));
    }
    return Math.hypot(wide, high);
  };
  const moved = extent(tenth, 1);
  one.still = moved <= 0.5 * STATIONARY && (moved <= 0.005 * extent(0, every) || moved <= 5e-8);
  const parts = thirds(one.strides);
  one.still &&= parts[2] <= 0.9 * parts[0];
  one.nearly = moved <= 2 * STATIONARY;
  const net = Math.hypot(...at(from).map((c, i) => c - one.point[i]));
  // What neither shrinks nor leads on is restless to a verdict, if perhaps not to the eye.
  const later = Array.from({ length: Math.floor((steps - steps / 2) / every) + 1 }, (_, i) => at(steps - i * every)).reverse();
  one.wandering = swinging(later) || parts[2] >= 0.5 * parts[0] && net <= 0.75 * one.strides.reduce((sum, stride) => sum + stride, 0);
  return one;
}

function highest(of, first, end) {
  let most = -Infinity;
  for (let k = first; k < end; k++) most = Math.max(most, of(k));
  return most;
}

// Whether the amplitude hardly shrinks from third to third, and the way leads back on itself.
function swinging(points) {
  const parts = [0, 1, 2].map((i) => points.slice(Math.round((i * points.length) / 3), Math.round(((i + 1) * points.length) / 3)));
  const mean = (part, of) => part.reduce((sum, p) => sum + of(p), 0) / part.length;
  const middles = parts.map((part) => [mean(part, ([a]) => a), mean(part, ([, b]) => b)]);
  const sizes = parts.map((part, i) => Math.sqrt(mean(part, ([a, b]) => (a - middles[i][0]) ** 2 + (b - middles[i][1]) ** 2)));
  return sizes[2] >= 0.4 * sizes[0] && Math.hypot(middles[2][0] - middles[0][0], middles[2][1] - middles[0][1]) < 2 * sizes[2];
}

const thirds = (strides) => [0, 1, 2].map((i) => {
  const part = strides.slice(Math.round((i * strides.length) / 3), Math.round(((i + 1) * strides.length) / 3));
  return part.reduce((sum, stride) => sum + stride, 0);
});

// Whether it grows from sixth to sixth of the tail.
function growing(of, from, steps) {
  const edges = [0, 1, 2, 3, 4, 5, 6].map((i) => from + Math.round((i * (steps + 1 - from)) / 6));
  const most = edges.slice(1).map((edge, i) => highest(of, edges[i], edge));
  return most.every((one, i) => !i || one > most[i - 1]);
}

// Whether a verdict would call the run lost: sure, sure not, or null.
function loses(one, height) {
  const { end, steps, from, every, loss, apart, strides } = one;
  if (!Number.isFinite(end)) return true;
  if (!(apart(steps) > 0.5)) return false;
  if (one.nearly) return null;
  const out = apart(steps) >= 1.1 * highest(apart, Math.floor(steps / 2), from + 1) && growing(apart, from, steps);
  const parts = thirds(strides), spreads = parts[2] >= parts[0];
  if (out && end >= one.highest && growing(loss, from, steps) && (spreads || one.turning > 0.5)) return true;
  const falls = end <= one.lowestBefore(steps) && !bottomAhead(one, height);
  if (falls) return (out && spreads) || apart(steps) > 10 || null;
  const climbs = highest(loss, from + Math.floor((2 * (steps - from)) / 3), steps + 1) >= highest((k) => loss(k * every), 0, from / every);
  return climbs || apart(steps) > 10 ? null : false;
}

// Whether the surface rises anywhere straight ahead, up to a thousand times the tail's way on.
function bottomAhead({ end, ends: [[x0, y0], [x, y]] }, height) {
  for (let far = 1; far <= 1024; far *= 2) if (height(x + far * (x - x0), y + far * (y - y0)) > end) return true;
  return false;
}

// The name of the known point to which a run has come as near as so much, "nowhere" where there is none; null where
// nobody knows.
function at({ point, ends: [, [x, y]] }, { signs, all, window: [[x0, x1], [y0, y1]] }, reach) {
  if (!signs) return null;
  const near = ([a, b]) => Math.hypot(a / (x1 - x0) - point[0], b / (y1 - y0) - point[1]) <= reach * STATIONARY;
  const name = signs.find(({ points }) => points.some(near))?.name;
  return name ?? (all && x >= x0 && x <= x1 && y >= y0 && y <= y1 ? "nowhere" : null);
}
