// Signs as canvas paths and as pictures in a line of text, from the SVG paths that charts/symbols.py declares.

const paths = new Map();
let scale = 1;

// All signs, lines and letters on canvases from now on, against their usual size.
export const enlarge = (now) => (scale = now);
export const sized = (pixels) => scale * pixels;

function shape(path) {
  if (!paths.has(path)) paths.set(path, new Path2D(path));
  return paths.get(path);
}

export function mark(context, path, x, y, radius, fill, edge, width = 3) {
  context.save();
  context.translate(x, y);
  context.scale(scale * radius, scale * radius);
  context.lineJoin = "round";
  context.lineWidth = width / radius;
  context.strokeStyle = edge;
  context.stroke(shape(path));
  context.fillStyle = fill;
  context.fill(shape(path));
  context.restore();
}

// The start: an outline that lets the paths beneath it be seen.
export function outline(context, path, x, y, radius, look) {
  context.save();
  context.translate(x, y);
  context.scale(scale * radius, scale * radius);
  context.lineCap = "round";
  for (const [color, width] of [[look.halo, 6], [look.ink, 2.5]]) {
    context.lineWidth = width / radius;
    context.strokeStyle = color;
    context.stroke(shape(path));
  }
  context.restore();
}

export const letters = (size = 14) => `600 ${scale * size}px 'Source Sans', sans-serif`;

export function word(context, text, left, base, look) {
  context.font = letters();
  context.lineWidth = 4;
  context.strokeStyle = look.halo;
  context.strokeText(text, left, base);
  context.fillStyle = look.ink;
  context.fillText(text, left, base);
}

const SVG = "http://www.w3.org/2000/svg";

// The same sign for a legend; without a fill it is outlined in the colour of the text.
export function picture(path, fill) {
  const svg = document.createElementNS(SVG, "svg"), drawn = document.createElementNS(SVG, "path");
  svg.setAttribute("viewBox", "-2 -2 4 4");
  svg.setAttribute("aria-hidden", "true");
  drawn.setAttribute("d", path);
  drawn.setAttribute("fill", fill ?? "none");
  if (!fill) drawn.setAttribute("stroke", "currentColor");
  drawn.setAttribute("stroke-width", 0.35);
  svg.append(drawn);
  return svg;
}
