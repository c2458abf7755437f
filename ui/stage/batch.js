// A batch's own surface: the mean of its examples' losses, and its contours.

// The examples of the batch that led to a run's step; at the start, of the first one.
export function batchAt({ batches }, step) {
  return batches[Math.min(Math.max(step - 1, 0), batches.length - 1)] ?? [];
}

export function batchSurface({ shape, window, levels, losses }, batch) {
  const [, rows, columns] = shape;
  const mean = new Float64Array(rows * columns);
  for (const example of batch) {
    const from = example * mean.length;
    for (let i = 0; i < mean.length; i++) mean[i] += losses[from + i] / batch.length;
  }
  return { window, rows, columns, levels, losses: mean };
}

// Every piece of a contour inside a cell, as (x1, y1, x2, y2) in shares of the grid's width and height.
export function contours({ rows, columns, levels, losses }, draw) {
  const crossings = [];
  for (let row = 0; row + 1 < rows; row++) {
    for (let column = 0; column + 1 < columns; column++) {
      const i = row * columns + column;
      const corners = [losses[i], losses[i + 1], losses[i + columns + 1], losses[i + columns]];
      const [low, high] = [Math.min(...corners), Math.max(...corners)];
      for (const level of levels) {
        if (!(low < level && level <= high)) continue; // a hole in the surface is nan
        crossings.length = 0;
        for (let edge = 0; edge < 4; edge++) {
          const [a, b] = [corners[edge], corners[(edge + 1) % 4]];
          if (a < level === b < level) continue;
          const [[ax, ay], [bx, by]] = [CORNERS[edge], CORNERS[(edge + 1) % 4]];
          const share = (level - a) / (b - a);
          crossings.push((column + ax + share * (bx - ax)) / (columns - 1), (row + ay + share * (by - ay)) / (rows - 1));
        }
        for (let k = 0; k < crossings.length; k += 4) draw(...crossings.slice(k, k + 4));
      }
    }
  }
}

const CORNERS = [[0, 0], [1, 0], [1, 1], [0, 1]];
