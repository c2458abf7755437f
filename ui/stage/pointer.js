// The pointer on the map and the traces: click or drag places the start, hovering reads a step.

import { number } from "./numbers.js";
import { nearestOnMap, nearestOnTrace } from "./paint.js";

const CLICK = 5; // pixels a click may wander
const MENUS = '[data-testid="stPopoverBody"], [data-testid="stSelectboxVirtualDropdown"], [role="listbox"]';
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
const GRIP = 14; // pixels around the start marker that grab it

// Heights arrive in single precision, so the loss itself is as exact as the larger of height and minimum.
const total = (minimum, height) => {
  const unit = 10 ** (Math.floor(Math.log10(Math.max(Math.abs(minimum), Math.abs(height)))) - 5);
  return Math.round((minimum + height) / unit) * unit;
};
const round = (v) => (Number.isFinite(v) ? number(v, 6) : "no number");

// A point with as many digits as a pixel is worth, of which these are the width and the height: the address and the
// fields stay readable.
export function readable(point, pixel) {
  return point.map((v, i) => Number(v.toFixed(Math.min(15, Math.max(0, 1 - Math.floor(Math.log10(Math.abs(pixel[i]))))))));
}

// Arrow keys move the start: by a hundredth of what is ``seen``, with Shift by a tenth, to what is ``held`` there.
export function walk(stage, root, signal, seen, held) {
  root.addEventListener(
    "keydown",
    (event) => {
      const arrow = ARROWS[event.key];
      if (event.key === "Escape") root.blur();
      if (!arrow || event.target !== root || !stage.scene || event.altKey || event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      const far = event.shiftKey ? 0.1 : 0.01;
      stage.hand.place(held(stage.start.map((v, i) => v + arrow[i] * far * seen()[i])), false);
      stage.hand.walking = true;
    },
    { signal },
  );
  const rest = () => {
    if (stage.hand.walking) stage.hand.place(stage.start, true);
    stage.hand.walking = false;
  };
  for (const type of ["keyup", "blur"]) root.addEventListener(type, rest, { signal });
}

// What a pointer and the arrow keys do on a map of the runs that are ``shown``.
export function followMap(stage, map, shown, signal) {
  let press = null;

  const grips = (event) => {
    const [px, py] = map.at(event);
    return Math.hypot(px - map.px(stage.start[0]), py - map.py(stage.start[1])) <= GRIP;
  };
  const pixel = () => [map.x(1) - map.x(0), map.y(0) - map.y(1)];
  const under = (px, py) => readable([map.x(px), map.y(py)], pixel());
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
  const seen = () => [pixel()[0] * map.area.width, pixel()[1] * map.area.height];
  walk(stage, map.root, signal, seen, ([x, y]) => under(...map.inside(map.px(x), map.py(y))));
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
      if (press?.grabbed) stage.hand.place(point(event), false);
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
      stage.hand.place(point(event), true);
    },
    { signal },
  );
  window.addEventListener("pointercancel", () => (press = null), { signal });

  hover(stage, map, signal, (px, py) => nearestOnMap(map, stage.scene.runs.filter(shown), stage.player.step, px, py), (event) => {
    if (event) map.root.classList.toggle("grip", grips(event));
    return press;
  });
}

// The same on the traces: they are read.
export function followTraces(stage, signal) {
  stage.frames.forEach((frame, i) =>
    hover(stage, frame, signal, (px, py) => nearestOnTrace(frame, stage.scene, i, stage.player.step, px, py), () => null),
  );
}

function tell(stage, found, event) {
  if (!found) return void stage.hint(null);
  const { scene } = stage, { run, k } = found;
  const rows = scene.traces.map(({ axis }, i) => `${axis.title} ${round(run.values[i][k])}`);
  if (scene.minimum) rows.unshift(`loss ${round(total(scene.minimum, run.values[0][k]))}`);
  const spent = run.clock ? ` · ${scene.budget.one} ${round(run.clock[k])}` : "";
  stage.hint([`${run.label} · step ${k}${spent}`, `x ${round(run.x[k])}   y ${round(run.y[k])}`, ...rows].join("\n"), event);
}

// Words beside a pointer that rests near a step; not while it is ``busy``.
function hover(stage, frame, signal, find, busy) {
  frame.root.addEventListener(
    "pointermove",
    (event) => {
      if (!stage.scene || !frame.area || busy(event)) return tell(stage, null);
      const [px, py] = frame.at(event);
      tell(stage, frame.contains(px, py) ? find(px, py) : null, event);
    },
    { signal },
  );
  frame.root.addEventListener("pointerleave", () => tell(stage, null), { signal });
}
