// Fingers on the map: one scrolls the page, two move and zoom the map, a tap or the start marker is the pointer's.

export function followTouches(stage, map, signal) {
  let grip = null;

  const middle = ([a, b]) => {
    const [ax, ay] = map.at(a), [bx, by] = map.at(b);
    return { px: (ax + bx) / 2, py: (ay + by) / 2, apart: Math.max(1, Math.hypot(ax - bx, ay - by)) };
  };
  const options = { capture: true, passive: false, signal };
  map.root.addEventListener(
    "touchstart",
    (event) => {
      event.stopPropagation(); // Plotly would move the map with one finger
      if (event.touches.length !== 2 || !stage.ready) return void (grip = null);
      if (event.cancelable) event.preventDefault();
      const at = middle(event.touches);
      grip = { apart: at.apart, x: map.x(at.px), y: map.y(at.py), wide: map.x(1) - map.x(0), high: map.y(0) - map.y(1) };
    },
    options,
  );
  map.root.addEventListener(
    "touchmove",
    (event) => {
      if (!grip || event.touches.length !== 2) return;
      if (event.cancelable) event.preventDefault();
      event.stopPropagation();
      const { px, py, apart } = middle(event.touches), { left, top, width, height } = map.area;
      const scale = grip.apart / apart, wide = grip.wide * scale, high = grip.high * scale;
      const x0 = grip.x - (px - left) * wide, y1 = grip.y + (py - top) * high;
      stage.sight.view({ x: [x0, x0 + width * wide], y: [y1 - height * high, y1] });
    },
    options,
  );
  map.root.addEventListener("touchend", (event) => event.touches.length < 2 && (grip = null), options);
}
