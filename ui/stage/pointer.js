// The pointer on the map and the traces: click or drag places the start, hovering reads a step.

import { number } from "./numbers.js";
import { nearestOnMap, nearestOnTrace } from "./paint.js";

const CLICK = 5; // pixels a click may wander
const MENUS = '[data-testid="stPopoverBody"], [data-testid="stSelectboxVirtualDropdown"], [role="listbox"]';
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const GRIP = 14; // pixels around the start marker that grab it

// Heights arrive in single precision, so the loss itself is as exact as the larger of height and minimum.
const total = (minimum, height) => {
  const unit = 10 ** (Math.floor(Math.log10(Math.max(Math.abs(minimum), Math.abs(height)))) - 5);
  return Math.round((minimum + height) / unit) * unit;
};
const round = (v) => (Number.isFinite(v) ? number(v, 6) : "no number");

// A point with as many digits as a pixel of the map is worth: the address and the fields stay readable.
export function readable(map, x, y) {
  const digits = (pixel) => Math.min(15, Math.max(0, 1 - Math.floor(Math.log10(Math.abs(pixel)))));
  return [Number(x.toFixed(digits(map.x(1) - map.x(0)))), Number(y.toFixed(digits(map.y(1) - map.y(0))))];
}

export function listen(stage, signal) {
  const { map } = stage;
  let press = null;

  const grips = (event) => {
    const [px, py] = map.at(event);
    return Math.hypot(px - map.px(stage.start[0]), py - map.py(stage.start[1])) <= GRIP;
  };
  const under = (px, py) => readable(map, map.x(px), map.y(py));
  const point = (event) => under(...map.inside(...map.at(event)));

  // Plotly starts its own drag on these; a grabbed start marker must not pan the map.
  for (const type of ["mousedown", "touchstart"]) {
    map.root.addEventListener(
      type,
      (event) => {
        if (press?.grabbed) event.stopPropagation();
        if (press?.grabbed && event.cancelable) event.preventDefault();
      },
      { capture: true, passive: false, signal },
    );
  }
  // The wheel scrolls the page, unless the map is what the visitor works on.
  map.root.addEventListener(
    "wheel",
    (event) => {
      if (!event.ctrlKey && !event.metaKey && document.activeElement !== map.root) event.stopPropagation();
    },
    { capture: true, passive: true, signal },
  );
  // Arrow keys on the map, or on what the model at the start answers, move the start: by a hundredth of what is
  // seen, with Shift by a tenth.
  const walk = (event) => {
    const arrow = ARROWS[event.key];
    if (event.key === "Escape") event.currentTarget.blur();
    if (!arrow || !stage.scene || !map.px || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    const far = event.shiftKey ? 0.1 : 0.01, { width, height } = map.area;
    const px = map.px(stage.start[0]) + arrow[0] * far * width, py = map.py(stage.start[1]) + arrow[1] * far * height;
    stage.place(under(...map.inside(px, py)), false);
    stage.walking = true;
  };
  const rest = () => {
    if (stage.walking) stage.place(stage.start, true);
    stage.walking = false;
  };
  for (const { root } of [map, stage.fit]) {
    root.addEventListener("keydown", walk, { signal });
    for (const type of ["keyup", "blur"]) root.addEventListener(type, rest, { signal });
  }
  map.root.addEventListener(
    "pointerdown",
    (event) => {
      press = null;
      if (!stage.scene || event.button !== 0 || !event.isPrimary || event.target.closest("button")) return;
      if (document.querySelector(MENUS)) return; // this click closes a menu
      press = { x: event.clientX, y: event.clientY, grabbed: grips(event) };
    },
    { capture: true, signal },
  );
  window.addEventListener(
    "pointermove",
    (event) => {
      if (press?.grabbed) stage.place(point(event), false);
    },
    { signal },
  );
  // Plotly lays a drag cover over the page, so the release is heard on the window.
  window.addEventListener(
    "pointerup",
    (event) => {
      const { grabbed, x, y } = press ?? {};
      const clicked = press && Math.hypot(event.clientX - x, event.clientY - y) <= CLICK;
      press = null;
      if (!grabbed && !(clicked && map.contains(...map.at(event)))) return;
      map.root.focus({ preventScroll: true });
      stage.place(point(event), true);
    },
    { signal },
  );
  window.addEventListener("pointercancel", () => (press = null), { signal });

  const tell = (found, event) => {
    if (!found) return void stage.hint(null);
    const { scene } = stage, { run, k } = found;
    const rows = scene.traces.map(({ axis }, i) => `${axis.title} ${round(run.values[i][k])}`);
    if (scene.minimum) rows.unshift(`loss ${round(total(scene.minimum, run.values[0][k]))}`);
    stage.hint([`${run.label} · step ${k}`, `x ${round(run.x[k])}   y ${round(run.y[k])}`, ...rows].join("\n"), event);
  };
  const hover = (frame, find) => {
    frame.root.addEventListener(
      "pointermove",
      (event) => {
        if (!stage.scene || press) return tell(null);
        const [px, py] = frame.at(event);
        tell(frame.contains(px, py) ? find(px, py) : null, event);
        if (frame === map) map.root.classList.toggle("grip", grips(event));
      },
      { signal },
    );
    frame.root.addEventListener("pointerleave", () => tell(null), { signal });
  };
  hover(map, (px, py) => nearestOnMap(map, stage.scene, stage.player.step, px, py));
  stage.frames.forEach((frame, i) =>
    hover(frame, (px, py) => nearestOnTrace(frame, stage.scene, i, stage.player.step, px, py)),
  );
}
