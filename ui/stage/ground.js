// The map's colours while a slider of the surface is under the hand: heights from the browser, bands as Plotly has them.

const CELLS = 9_000; // heights that are computed for a picture; between them they are interpolated

// A grid over what the frame shows, as [xs, ys] for the tape.
export function grid({ area, x, y }) {
  const columns = Math.round(Math.sqrt((CELLS * area.width) / area.height)), rows = Math.round(CELLS / columns);
  const along = (count, from, to) => Float64Array.from({ length: count }, (_, i) => from + ((to - from) * i) / (count - 1));
  return [
    along(columns, x(area.left), x(area.left + area.width)),
    along(rows, y(area.top + area.height), y(area.top)),
  ];
}

// Losses (rows upwards) on the scale of the map's heights.
export function heights(losses, { lowest, knee }) {
  if (knee === null) return losses;
  return losses.map((loss) => Math.sign(loss - lowest) * Math.log10(1 + Math.abs(loss - lowest) / knee));
}

export function paintGround(frame, { heights, columns, rows }, bands, paper) {
  const { context, area } = frame;
  const width = Math.round(area.width), height = Math.round(area.height);
  const { picture, pixels } = sheet(width, height);
  const { fills, lines } = palette(bands, paper), { first, spacing } = bands, none = fills.length - 1;
  const above = new Int16Array(width);
  for (let row = 0; row < height; row++) {
    const v = ((height - 1 - row) * (rows - 1)) / (height - 1), j = Math.min(rows - 2, Math.floor(v)), up = v - j;
    let left = -1;
    for (let column = 0; column < width; column++) {
      const u = (column * (columns - 1)) / (width - 1), i = Math.min(columns - 2, Math.floor(u)), right = u - i;
      const at = j * columns + i;
      const low = heights[at] + right * (heights[at + 1] - heights[at]);
      const high = heights[at + columns] + right * (heights[at + columns + 1] - heights[at + columns]);
      const h = low + up * (high - low);
      const band = h === h ? Math.max(0, Math.min(none - 1, Math.ceil((h - first) / spacing))) : none;
      const edge = (left >= 0 && band !== left) || (row > 0 && band !== above[column]);
      pixels[row * width + column] = (edge ? lines : fills)[band];
      above[column] = left = band;
    }
  }
  picture.flush();
  context.drawImage(picture.canvas, area.left, area.top, area.width, area.height);
}

let kept = null;

// Pixels to write and a canvas that shows them, kept from picture to picture.
function sheet(width, height) {
  if (kept?.width !== width || kept?.height !== height) {
    const canvas = Object.assign(document.createElement("canvas"), { width, height });
    const context = canvas.getContext("2d"), image = context.createImageData(width, height);
    const picture = { canvas, flush: () => context.putImageData(image, 0, 0) };
    kept = { width, height, picture, pixels: new Uint32Array(image.data.buffer) };
  }
  return kept;
}

// The colour of every band from the lowest up, then of no value; and of the contour at each of their edges.
function palette({ first, last, spacing, low, high, scale, contour }, paper) {
  const count = Math.round((last - first) / spacing) + 2;
  const shares = Array.from({ length: count }, (_, i) => (first + (i - 0.5) * spacing - low) / (high - low));
  const fills = [...shares.map((share) => between(scale, share)), color(paper)];
  const [red, green, blue, weight] = contour.match(/[\d.]+/g).map(Number);
  return { fills: fills.map(packed), lines: fills.map((fill) => packed(mixed(fill, [red, green, blue], weight))) };
}

function between(scale, share) {
  const at = Math.max(0, Math.min(1, share)) * (scale.length - 1), i = Math.min(scale.length - 2, Math.floor(at));
  return mixed(color(scale[i]), color(scale[i + 1]), at - i);
}

const color = (hex) => [1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16));
const mixed = (a, b, share) => a.map((channel, c) => channel + share * (b[c] - channel));
const packed = ([r, g, b]) => (255 << 24) | (Math.round(b) << 16) | (Math.round(g) << 8) | Math.round(r);
