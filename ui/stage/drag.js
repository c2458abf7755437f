// Streamlit's sliders report on release; this reads the thumb of a learning-rate slider while it is dragged.

import { read } from "./numbers.js";

const ENDS = ["pointerup", "pointercancel"]; // a phone cancels the drag that it takes for scrolling
const SLOT = /st-key-([A-F])-/;

// Calls onMove(slot, value) for every new value under the pointer, and onEnd(slot) when it is let go.
export function followRateSliders(onMove, onEnd, signal) {
  document.addEventListener(
    "pointerdown",
    (event) => {
      const input = event.target.closest?.('[data-testid="stSlider"]')?.querySelector('input[type="range"]');
      if (!input?.getAttribute("aria-label")?.includes("learning rate")) return;
      const slot = SLOT.exec(input.closest('[class*="st-key-"]')?.className ?? "")?.[1];
      if (!slot) return;
      let text = input.getAttribute("aria-valuetext");
      const observer = new MutationObserver(() => {
        if (text === input.getAttribute("aria-valuetext")) return;
        text = input.getAttribute("aria-valuetext");
        onMove(slot, read(text));
      });
      observer.observe(input, { attributes: true, attributeFilter: ["aria-valuetext"] });
      const end = () => {
        for (const type of ENDS) window.removeEventListener(type, end);
        observer.disconnect();
        onEnd(slot);
      };
      for (const type of ENDS) window.addEventListener(type, end, { signal });
    },
    { capture: true, signal },
  );
}
