// What a hand does on Streamlit's controls, before the server hears of it: Streamlit reports a slider on release.

import { read } from "./numbers.js";

const RUN_OR_SURFACE = /\bst-key-(?:([A-F])-(schedule-)?|(parameter|own)-)(\w+?)(?:-slider)?-\d+(?=\s|$)/;

const PLAIN = /^-?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i; // other ways to write a number are the server's to read
const FIELD = /\bst-key-(x|y|steps|noise)(?:-slider)?-\d+(?=\s|$)/;

// Which number a slider or a field sets: of a run's rule or schedule, of the surface, of a lab, or of all runs.
function placed(input) {
  const name = input.closest('[class*="st-key-"]')?.className ?? "";
  const [, slot, schedule, shared, key] = RUN_OR_SURFACE.exec(name) ?? [];
  if (slot && key === "batch_size") return { slot, of: key };
  if (slot) return { slot, of: schedule ? "schedule" : "rule", key };
  if (shared) return { of: shared === "own" ? "own" : "surface", key };
  const [, of] = FIELD.exec(name) ?? [];
  return of ? { of } : null;
}

// The field beside a slider shows what the slider is at.
function write(slider, text) {
  const name = /\bst-key-(\S+)-slider-\d+/.exec(slider.closest('[class*="st-key-"]').className)?.[1];
  const fields = name ? [...document.querySelectorAll(`[class*="st-key-${name}-"] input[type="text"]`)] : [];
  for (const field of fields) {
    if (field === document.activeElement) continue;
    written.set(field, { was: written.get(field)?.was ?? field.value, text });
    field.value = text;
  }
}

const written = new Map(); // fields that show what their slider is at, and what they showed before

// What the sliders were at has not been taken over: the fields show what is.
export function takeBack() {
  for (const [field, { was, text }] of written) if (field.isConnected && field.value === text) field.value = was;
  written.clear();
}

// Calls onMove(place, value) for every value that a slider passes or a field is given, and onRest() when a
// pointer is lifted; returns a function that says whether one is down.
export function followHands(onMove, onRest, signal) {
  let held = false, pressed = null;
  const moved = new MutationObserver((changes) => {
    for (const { target, oldValue } of changes) {
      const text = target.getAttribute("aria-valuetext"), place = placed(target);
      // A slider that has just been made names its value a moment later, by itself.
      const own = target === document.activeElement || pressed?.contains(target);
      if (!own || !place || text === null || text === oldValue || !target.isConnected) continue;
      onMove(place, read(text));
      write(target, text);
    }
  });
  moved.observe(document.body, {
    subtree: true,
    attributes: true,
    attributeOldValue: true,
    attributeFilter: ["aria-valuetext"],
  });
  signal.addEventListener("abort", () => moved.disconnect());
  document.addEventListener(
    "pointerdown",
    ({ target }) => {
      held = true;
      pressed = target.closest?.('[data-testid="stSlider"]');
    },
    { capture: true, signal },
  );
  for (const type of ["pointerup", "pointercancel"]) { // a phone cancels the drag that it takes for scrolling
    window.addEventListener(
      type,
      () => {
        held = false;
        pressed = null;
        onRest();
      },
      { capture: true, signal },
    );
  }
  const typed = ({ target }) => {
    // What a rule or a surface takes, the server knows; it answers to a field at once.
    const place = target.matches?.('input[type="text"]') && placed(target), text = target.value?.trim().replace("−", "-");
    if (place && !place.key && PLAIN.test(text) && Number.isFinite(Number(text))) onMove(place, Number(text));
  };
  document.addEventListener("keydown", (event) => event.key === "Enter" && typed(event), { capture: true, signal });
  document.addEventListener("focusout", typed, { capture: true, signal });
  return () => held;
}
