// How Plotly looks at a box of these sides around the origin, and where that puts its corners and names on a picture.

const TALL = 1 / Math.tan(Math.PI / 8); // Plotly's field of view is 45° from top to bottom
const NAME = 13, NUMBERS = 30; // pixels from the box to the middle of a name; that numbers take between them

const minus = (a, b) => a.map((v, i) => v - b[i]);
const dot = (a, b) => a.reduce((sum, v, i) => sum + v * b[i], 0);
const cross = ([a, b, c], [d, e, f]) => [b * f - c * e, c * d - a * f, a * e - b * d];
const unit = (a) => a.map((v) => v / Math.hypot(...a));
const list = ({ x, y, z }) => [x, y, z];
const point = ([x, y, z]) => ({ x, y, z });

/** Pixels of a point of the box for a camera, on a picture so wide and high. */
export function projection({ eye, center, up = { x: 0, y: 0, z: 1 } }, width, height) {
  const from = list(eye), ahead = unit(minus(list(center), from)), right = unit(cross(ahead, list(up))), above = cross(right, ahead);
  return (at) => {
    const away = minus(at, from), depth = dot(away, ahead), scale = (TALL * height) / 2 / depth;
    return [width / 2 + scale * dot(away, right), height / 2 - scale * dot(away, above)];
  };
}

const SIDES = [-0.5, 0.5];
const corners = (sides) => SIDES.flatMap((x) => SIDES.flatMap((y) => SIDES.map((z) => [x * sides[0], y * sides[1], z * sides[2]])));

/** The camera in this direction from which the whole box is as large as may be, with `room` around it: pixels at the
 * left, at the right, above and below. */
export function fitting(direction, sides, width, height, room) {
  const way = unit(direction), box = corners(sides), across = unit(cross(way.map((v) => -v), [0, 0, 1])), up = cross(way, across);
  let camera;
  for (let far = Math.hypot(...sides) / 2 + 0.1; far < 20; far *= 1.03) {
    let center = [0, 0, 0], seen;
    for (let turn = 0; turn < 4; turn++) {
      camera = { eye: point(way.map((v, i) => center[i] + far * v)), center: point(center) };
      seen = extent(box, projection(camera, width, height));
      const size = (2 * far) / (TALL * height), [[left, right], [top, bottom]] = seen; // of a pixel at the middle
      const [dx, dy] = [(left + right - width - room.left + room.right) / 2, (top + bottom - height - room.above + room.below) / 2];
      if (Math.hypot(dx, dy) < 1) break;
      center = center.map((v, i) => v + size * (dx * across[i] - dy * up[i]));
    }
    const [[left, right], [top, bottom]] = seen;
    if (left >= room.left - 1 && right <= width - room.right + 1 && top >= room.above - 1 && bottom <= height - room.below + 1) break;
  }
  return camera;
}

/** Pixels around the box for a title above it, its names, and numbers beside those. */
export const roomFor = ({ numbers, scale }) => ({ left: scale * (numbers ? 74 : 44), right: scale * (numbers ? 30 : 10), above: scale * 28, below: scale * (numbers ? 40 : 16) });

function extent(box, at) {
  const all = box.map(at);
  return [0, 1].map((i) => [Math.min(...all.map((p) => p[i])), Math.max(...all.map((p) => p[i]))]);
}

/** Where the names of x, y and z begin beside their edges: under the lower ones in front, and left of the leftmost; and
 * how far to the right each goes from there, -1 to 1. */
export function beside(camera, sides, width, height, { numbers, scale }) {
  const at = projection(camera, width, height), off = scale * (NAME + (numbers ? NUMBERS : 0)), [x, y, z] = sides.map((side) => side / 2);
  const [mx, my] = at([0, 0, 0]);
  const edges = [
    [[0, -y, -z], [0, y, -z]],
    [[-x, 0, -z], [x, 0, -z]],
    [[-x, -y, 0], [-x, y, 0], [x, -y, 0], [x, y, 0]],
  ];
  return edges.map((all, i) => {
    const found = all.map(at).reduce((best, one) => ((i < 2 ? one[1] > best[1] : one[0] < best[0]) ? one : best));
    const [dx, dy] = i < 2 ? [found[0] - mx, found[1] - my] : [-1, 0], long = Math.hypot(dx, dy) || 1;
    return [found[0] + (off * dx) / long, found[1] + (off * dy) / long, dx / long];
  });
}
