// The step microscope: the update of one run at the step shown, in letters, in numbers, and what comes of it.

import { explained, explainedRun } from "./explain.js";
import { Writer, decided, letter, math, whole } from "./formula.js";
import { number } from "./numbers.js";
import { SAID, curved } from "./quadratic.js";

const SILENT = ["hidden", "new corner"]; // what the map needs alone
const COLORED = { slope: ["uphill"], memory: ["mean", "move", "along"], scaling: ["scale"], place: ["place", "corner"] };
const ASKED = ["gradient", "hessian"];

function begin(panel) {
  const box = document.createElement("div");
  box.className = "written";
  box.tabIndex = 0; // it may scroll
  box.innerHTML = '<p class="of"><select aria-label="Run whose step is written out"></select> <span></span></p><div class="lines"></div><p class="curved"></p>';
  panel.root.replaceChildren(...panel.root.children, box);
  [panel.box, panel.select] = [box, box.querySelector("select")];
  panel.select.addEventListener("change", () => panel.stage.looks.change({ pick: panel.select.value }));
}

function draw(panel) {
  panel.stage.titled(panel, "step");
}

function paint(panel, scene, stage) {
  const { box, select } = panel, run = explainedRun(stage);
  if (!run) return wait(panel, "");
  offer(select, scene.runs, run);
  const { letters } = scene.look;
  Object.keys(COLORED).forEach((name, i) => box.style.setProperty(`--${name}`, letters[i]));
  box.style.setProperty("--run", run.color);
  const found = explained(stage, run);
  box.querySelector(".of span").textContent = found ? `step ${found.k} → ${found.k + 1}` : "";
  if (!found) return wait(panel, "The numbers of this step come when the hand rests.");
  const { axes } = panel.facts;
  const shown = found.lines.filter(({ letter: which }) => !SILENT.includes(found.letters[which].role));
  const made = shown.map((line) => settled(line, found));
  const said = JSON.stringify([run.slot, run.kind, axes, scene.noise > 0, made.map(({ formulas, sentence }) => [formulas, sentence])]);
  if (said !== panel.said) {
    panel.said = said;
    panel.writers = [];
    const seen = { noise: scene.noise > 0, batch: run.batches.length > 0 };
    const blocks = made.map((line) => written(line, found, axes, seen, panel.writers));
    box.querySelector(".lines").replaceChildren(blocks.pop(), ...blocks); // the next point first
  }
  for (const writer of panel.writers) writer.fill(found.row);
  box.querySelector(".curved").textContent = `${curvature(scene, [run.x[found.k], run.y[found.k]])}${skewed(stage)}`;
}

function wait(panel, sentence) {
  [panel.said, panel.writers] = [null, []];
  panel.box.querySelector(".lines").replaceChildren(Object.assign(document.createElement("p"), { textContent: sentence }));
  panel.box.querySelector(".curved").textContent = "";
}

function offer(select, runs, run) {
  const labels = runs.map(({ label }) => label).join("\n");
  if (select.dataset.labels !== labels) {
    select.dataset.labels = labels;
    select.replaceChildren(...runs.map(({ slot, label }) => new Option(label, slot)));
  }
  select.value = run.slot;
}

// A line with its choices made as they are at this step.
function settled({ letter: which, formulas, said }, { places, row }) {
  const { at, size } = places[which], all = formulas.length && size === 2 && !whole(formulas[0], places);
  const made = (all ? [0, 1] : [0]).map((i) => formulas.length && decided(formulas[i] ?? formulas[0], row, places, i));
  const alike = JSON.stringify(made[0]) === JSON.stringify(made[1]);
  return { which, size, formulas: formulas.length ? made : [], alike, sentence: said.length ? said[row[at]] : null };
}

function written({ which, size, formulas, alike, sentence }, { letters, places }, axes, seen, writers) {
  const block = document.createElement("div");
  block.className = "line";
  if (sentence !== null) {
    block.textContent = sentence;
    return block;
  }
  const own = letters[which], remembered = letters.some(({ symbol }, i) => symbol === own.symbol && i !== which);
  const becomes = () => math("mo", remembered ? "←" : "=");
  const [formula] = formulas, asked = ASKED.includes(formula?.[0]), plain = !Array.isArray(formula);
  const row = (name, ...parts) => {
    const line = document.createElement("div");
    if (name) line.append(Object.assign(document.createElement("span"), { className: "axis", textContent: name }));
    const whole = math("math", ...parts);
    whole.setAttribute("displaystyle", "true"); // no smaller numbers in fractions
    line.append(whole);
    block.append(line);
  };
  const write = (tree, options) => {
    const writer = new Writer(letters, places, options);
    if (options.numbers) writers.push(writer);
    return writer.write(tree);
  };
  const value = (component) => write(["letter", which], { numbers: true, component });
  if (asked || plain) {
    const surface = seen.batch ? math("msub", math("mi", "f"), math("mtext", "batch")) : math("mi", "f");
    const noise = seen.noise && formula?.[0] === "gradient" ? [math("mo", "+"), math("mtext", "noise")] : [];
    const whatIsAsked = asked ? [math("mo", "="), write(formula, { surface }), ...noise] : [];
    const pair = () => math("mrow", math("mo", "("), value(0), math("mo", ","), value(1), math("mo", ")"));
    row("", letter(own), ...whatIsAsked, math("mo", "="), size === 2 ? pair() : value(null));
    return block;
  }
  if (alike || formulas.length === 1) row("", letter(own), becomes(), write(formula, {}));
  const single = formulas.length === 1;
  formulas.forEach((one, i) => {
    const component = single ? null : i, name = single ? "" : axes[i];
    if (!single && !alike) row(name, letter(own), becomes(), write(one, { component }));
    const result = math("mrow", math("mo", "="), value(component));
    result.setAttribute("class", "result");
    const numbers = one[0] === "letter" ? [] : [write(one, { numbers: true, component })];
    if (single && size > 1) row("", ...numbers.splice(0)); // matrices fill a row
    row(alike ? name : "", ...numbers, result);
  });
  return block;
}

function curvature(scene, point) {
  const found = curved(scene, point);
  if (!found) return "";
  const [low, high] = found.values, parts = [`λ₁ = ${number(low, 3)}`, `λ₂ = ${number(high, 3)}`];
  if (found.kind === "minimum") parts.push(`κ = ${number(high / low, 3)}`);
  return `Curvature here: ${parts.join(", ")}: ${SAID[found.kind]}`;
}

// A gradient stands square on the contours where both axes have one scale.
function skewed({ sight: { maps } }) {
  const frame = maps.find(({ px }) => px);
  const ratio = frame ? (frame.px(1) - frame.px(0)) / (frame.py(0) - frame.py(1)) : 1;
  return Math.abs(Math.log(ratio)) > 0.02 ? ". The axes have different scales here, so g does not look square on the contours." : "";
}

export const step = { written: true, begin, draw, paint };
