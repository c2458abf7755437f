// What a page owes to whoever goes through it by keyboard, or comes back to it: focus and place are kept.

import { Wake } from "./wake.js";

const FIELD = "input, button, select, textarea, [tabindex='0'], a[href]";
const BASE = /\bst-key-(\S+?)-\d+(?=\s|$)/; // a widget's key without the number that ui/state.py counts on

const base = (element) => BASE.exec(element?.closest?.('[class*="st-key-"]')?.className ?? "")?.[1];
const visible = (element) => element.getClientRects().length > 0;

// A widget that is made anew takes over the focus of the one whose place it takes.
function keepFocus() {
  let held = null, last = null;
  document.addEventListener("focusin", ({ target }) => ([held, last] = [base(target) ?? null, target]), true);
  document.addEventListener("pointerdown", () => (held = null), true);
  new MutationObserver(() => {
    // Between one control and the next nothing has the focus either, but what had it is still there.
    if (!held || last.isConnected || document.activeElement !== document.body) return;
    const places = document.querySelectorAll(`[class*="st-key-${CSS.escape(held)}-"]`);
    for (const place of places) {
      if (base(place) === held) return void place.querySelector(FIELD)?.focus({ preventScroll: true });
    }
  }).observe(document.body, { childList: true, subtree: true });
}

// An opened menu stands at the end of the page, but comes next after its button.
function enterMenus() {
  document.addEventListener(
    "keydown",
    (event) => {
      if (event.key !== "Tab" || event.altKey || event.ctrlKey) return;
      const menu = document.querySelector('[data-testid="stPopoverBody"]');
      const opener = document.querySelector('[data-testid="stPopoverButton"][aria-expanded="true"]');
      if (!menu || !opener) return;
      const inside = [...menu.querySelectorAll(FIELD)].filter((e) => visible(e) && !e.disabled);
      const at = document.activeElement;
      let next = null;
      if (at === opener && !event.shiftKey) next = inside[0];
      else if (at === inside[0] && event.shiftKey) next = opener;
      else if (at === inside.at(-1) && !event.shiftKey) {
        const all = [...document.querySelectorAll(FIELD)].filter((e) => visible(e) && !e.disabled && !menu.contains(e));
        next = all[all.indexOf(opener) + 1];
      }
      if (!next) return;
      event.preventDefault();
      event.stopPropagation();
      next.focus();
    },
    true,
  );
}

// What scrolls can be focused, so that keys scroll it.
function openScrollers() {
  const sizes = new ResizeObserver(() => ask());
  const look = () => {
    for (const e of document.querySelectorAll(".katex-display, .wide")) {
      sizes.observe(e); // again and again is once
      const scrolls = e.scrollWidth > e.clientWidth || e.scrollHeight > e.clientHeight;
      if (scrolls && !e.hasAttribute("tabindex")) e.setAttribute("tabindex", "0");
    }
  };
  let asked = null;
  const ask = () => { asked ??= requestAnimationFrame(() => ((asked = null), look())); };
  new MutationObserver(ask).observe(document.body, { childList: true, subtree: true });
  document.fonts.addEventListener("loadingdone", ask); // letters of another width, and no other change
  ask();
}

// Why a menu refused what was typed is seen, though the menu scrolls.
function showRefusals() {
  let shown = null;
  new MutationObserver(() => {
    const said = document.querySelector('[data-testid="stPopoverBody"] .refusal');
    if (said === shown) return;
    shown = said;
    said?.scrollIntoView({ block: "nearest" });
  }).observe(document.body, { childList: true, subtree: true });
}

// Back at the gallery, it is where it was.
function keepPlace() {
  const KEY = "descent.place", page = () => location.pathname;
  let target = null, until = 0;
  const pane = () => document.querySelector('[data-testid="stMain"]');
  const known = () => JSON.parse(sessionStorage.getItem(KEY) ?? "{}");
  const arrive = () => {
    target = page().endsWith("/surfaces") ? known()[page()] ?? null : null;
    until = performance.now() + 20_000;
  };
  let shown = page();
  arrive();
  document.addEventListener(
    "scroll",
    ({ target: scrolled }) => {
      if (scrolled !== pane() || target !== null || page() !== shown) return;
      sessionStorage.setItem(KEY, JSON.stringify({ ...known(), [page()]: scrolled.scrollTop }));
    },
    true,
  );
  for (const type of ["wheel", "pointerdown", "keydown"]) document.addEventListener(type, () => (target = null), true);
  new MutationObserver(() => {
    if (page() !== shown) {
      shown = page();
      arrive();
    }
    if (target === null) return;
    if (performance.now() > until) return void (target = null);
    const main = pane();
    if (!main || main.scrollHeight < target + main.clientHeight) return;
    main.scrollTop = target;
    target = null;
  }).observe(document.body, { childList: true, subtree: true });
}

// The wheel over the third dimension scrolls the page, unless a key is held or the view is focused.
function tameWheels() {
  document.addEventListener(
    "wheel",
    (event) => {
      const chart = event.target.closest?.('[data-testid="stPlotlyChart"]');
      if (!chart || event.ctrlKey || event.metaKey || chart.contains(document.activeElement)) return;
      event.stopImmediatePropagation();
    },
    { capture: true, passive: true },
  );
}

let wake = null;
let send = null;

export default function ({ data, parentElement, setTriggerValue }) {
  parentElement.closest('[data-testid="stElementContainer"]')?.style.setProperty("display", "none");
  send = setTriggerValue;
  wake?.hear(data);
  if (wake) return;
  wake = new Wake((shown) => send("woken", shown));
  wake.hear(data);
  keepFocus();
  enterMenus();
  openScrollers();
  showRefusals();
  keepPlace();
  tameWheels();
}
