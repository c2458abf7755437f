// Marker shapes by their Plotly names, as canvas paths around the origin.

const polygon = (...points) => (path, r) => {
  points.forEach(([x, y], i) => (i ? path.lineTo(x * r, y * r) : path.moveTo(x * r, y * r)));
  path.closePath();
};

const star = polygon(
  ...Array.from({ length: 10 }, (_, i) => {
    const [angle, radius] = [(i * Math.PI) / 5 - Math.PI / 2, i % 2 ? 0.5 : 1.25];
    return [radius * Math.cos(angle), radius * Math.sin(angle)];
  }),
);

const SHAPES = {
  circle: (path, r) => path.arc(0, 0, r, 0, 2 * Math.PI),
  square: polygon([-0.9, -0.9], [0.9, -0.9], [0.9, 0.9], [-0.9, 0.9]),
  diamond: polygon([0, -1.25], [1.25, 0], [0, 1.25], [-1.25, 0]),
  "triangle-up": polygon([0, -1.2], [1.15, 0.85], [-1.15, 0.85]),
  x: polygon(
    [-1.1, -0.6], [-0.6, -1.1], [0, -0.5], [0.6, -1.1], [1.1, -0.6], [0.5, 0],
    [1.1, 0.6], [0.6, 1.1], [0, 0.5], [-0.6, 1.1], [-1.1, 0.6], [-0.5, 0],
  ),
  star,
};

export function mark(context, shape, x, y, radius, fill, edge) {
  const path = new Path2D();
  SHAPES[shape](path, radius);
  context.save();
  context.translate(x, y);
  context.lineJoin = "round";
  context.lineWidth = 3;
  context.strokeStyle = edge;
  context.stroke(path);
  context.fillStyle = fill;
  context.fill(path);
  context.restore();
}
