// Formulas as MathML: letters in their colours, or the numbers of a step in their places.

import { number } from "./numbers.js";

const MATH = "http://www.w3.org/1998/Math/MathML";
const BELOW = "₀₁₂₃₄₅₆₇₈₉₊₋ₖₚ∞", LEVEL = "0123456789+−kp∞";
const ACCENTS = { "\u0302": "^", "\u0304": "¯" };
const SUM = 1, PRODUCT = 2, POWER = 3, ONE = 4; // how firmly the parts of a formula hold together

export function math(name, ...children) {
  const element = document.createElementNS(MATH, name);
  element.append(...children);
  return element;
}

const short = (value) => number(value).replace(/^(−?)1·10/, "$110");
const sign = (text) => math("mo", text);

/** A letter with its accent and what stands below its line. */
export function letter({ symbol, role }) {
  const [, accented, below] = symbol.normalize("NFD").match(new RegExp(`^(.*?)([${BELOW}]*)$`, "u"));
  const accent = ACCENTS[accented.at(-1)], base = math("mi", accent ? accented.slice(0, -1) : accented);
  let written = base;
  if (accent) {
    written = math("mover", base, sign(accent));
    written.setAttribute("accent", "true");
  }
  if (below) written = math("msub", written, math("mn", [...below].map((one) => LEVEL[BELOW.indexOf(one)]).join("")));
  written.setAttribute("class", `role-${role}`);
  return written;
}

/** What a formula comes to at one coordinate; of conditions and single coordinates only. */
export function worth(formula, row, places, component) {
  if (!Array.isArray(formula)) return formula;
  const [name, ...given] = formula;
  if (name === "letter") {
    const { at, size } = places[given[0]];
    return row[at + (size > 1 ? given[1] ?? component : 0)];
  }
  if (name === "where") return worth(worth(given[0], row, places, component) ? given[1] : given[2], row, places, component);
  const values = given.map((one) => worth(one, row, places, component)), [a, b] = values;
  switch (name) {
    case "add": return values.reduce((sum, v) => sum + v);
    case "multiply": return values.reduce((product, v) => product * v);
    case "divide": return a / b;
    case "power": return a ** b;
    case "negative": return -a;
    case "absolute": return Math.abs(a);
    case "sign": return Math.sign(a);
    case "sqrt": return Math.sqrt(a);
    case "maximum": return Math.max(a, b);
    case "minimum": return Math.min(a, b);
    case "greater": return a > b ? 1 : 0;
    case "greater_equal": return a >= b ? 1 : 0;
    case "less": return a < b ? 1 : 0;
    case "less_equal": return a <= b ? 1 : 0;
    case "equal": return a === b ? 1 : 0;
    case "not_equal": return a !== b ? 1 : 0;
    case "logical_and": return a && b ? 1 : 0;
    case "logical_or": return a || b ? 1 : 0;
    case "logical_not": return a ? 0 : 1;
    default: return NaN;
  }
}

/** The formula with every choice made as it is at this step. */
export function decided(formula, row, places, component) {
  if (!Array.isArray(formula) || formula[0] === "letter") return formula;
  if (formula[0] === "where") return decided(formula[worth(formula[1], row, places, component) ? 2 : 3], row, places, component);
  const [name, ...made] = formula.map((one, i) => (i ? decided(one, row, places, component) : one));
  if (name !== "multiply") return [name, ...made];
  const factors = made.filter((one) => one !== 1), plain = (one) => !Array.isArray(one);
  const ordered = [...factors.filter(plain), ...factors.filter((one) => !plain(one))];
  return ordered.length > 1 ? [name, ...ordered] : ordered[0] ?? 1;
}

/** Whether the formula has matrices, so that both coordinates stand in it at once. */
export const whole = (formula, places) =>
  Array.isArray(formula) && (formula[0] === "letter" ? places[formula[1]].size === 3 : formula.slice(1).some((one) => whole(one, places)));

/** Writes formulas that are decided: with letters, or with numbers; `slots` are where numbers stand. */
export class Writer {
  constructor(letters, places, { numbers = false, component = null, surface = math("mi", "f") } = {}) {
    Object.assign(this, { letters, places, numbers, component, surface, slots: [] });
  }

  slot(at, brackets, role) {
    const node = math("mn");
    node.setAttribute("class", `role-${role}`);
    this.slots.push({ node, at, brackets });
    return node;
  }

  write(formula, hold = 0, first = true) {
    const found = this.written(formula, first);
    return found.hold < hold ? math("mrow", sign("("), found.node, sign(")")) : found.node;
  }

  written(formula, first) {
    if (!Array.isArray(formula)) return { node: math("mn", short(formula)), hold: formula < 0 && !first ? 0 : ONE };
    const [name, ...given] = formula;
    switch (name) {
      case "letter": return { node: this.named(given, first), hold: ONE };
      case "add": return { node: this.sum(given), hold: SUM };
      case "negative": return { node: math("mrow", sign("−"), this.write(given[0], PRODUCT, false)), hold: SUM };
      case "multiply": return { node: this.product(given, first), hold: PRODUCT };
      case "divide": return { node: math("mfrac", this.write(given[0]), this.write(given[1])), hold: POWER };
      case "power": return { node: math("msup", this.write(given[0], ONE, false), this.write(given[1])), hold: POWER };
      case "sqrt": return { node: math("msqrt", this.write(given[0])), hold: POWER };
      case "absolute": return { node: this.absolute(given), hold: ONE };
      case "norm": return { node: this.norm(given[0]), hold: ONE };
      case "inverse": return { node: math("msup", this.write(given[0], ONE), math("mn", "−1")), hold: POWER };
      case "pseudo_inverse": return { node: math("msup", this.write(given[0], ONE), sign("+")), hold: POWER };
      case "identity": return { node: math("mi", "I"), hold: ONE };
      case "gradient": return { node: this.called(math("mrow", sign("∇"), this.surface), given), hold: ONE };
      case "hessian": return { node: this.called(math("mrow", math("msup", sign("∇"), math("mn", "2")), this.surface), given), hold: ONE };
      default: return { node: this.called(math("mi", { maximum: "max", minimum: "min" }[name] ?? name), given), hold: ONE };
    }
  }

  called(name, given) {
    const parts = given.flatMap((one, i) => (i ? [sign(","), this.write(one)] : [this.write(one)]));
    return math("mrow", name, sign("("), ...parts, sign(")"));
  }

  sum([head, ...others]) {
    const parts = [this.write(head, SUM)];
    for (const one of others) {
      const minus = one[0] === "negative" || (!Array.isArray(one) && one < 0);
      const term = minus ? (Array.isArray(one) ? one[1] : -one) : one;
      parts.push(sign(minus ? "−" : "+"), this.write(term, PRODUCT, false));
    }
    return math("mrow", ...parts);
  }

  product(factors, first) {
    const parts = factors.flatMap((one, i) => {
      const node = this.write(one, PRODUCT, first && i === 0);
      return i ? [this.numbers || !Array.isArray(factors[i - 1]) ? sign("·") : sign("\u2062"), node] : [node];
    });
    return math("mrow", ...parts);
  }

  named([which, component = this.component], first) {
    const named = this.letters[which], { at, size } = this.places[which];
    if (!this.numbers) return letter(named);
    const { role } = named;
    if (size === 1) return this.slot(at, !first, role);
    if (component !== null) return this.slot(at + component, !first, role);
    const cell = (place) => math("mtd", this.slot(at + place, false, role));
    const rows = size === 2 ? [[0], [1]] : [[0, 1], [1, 2]];
    return math("mtable", ...rows.map((row) => math("mtr", ...row.map(cell)))); // its brackets are the style sheet's
  }

  absolute([inside, least]) {
    const bars = math("mrow", sign("|"), this.write(inside), sign("|"));
    return least === undefined ? bars : math("msub", bars, this.write(least));
  }

  norm([, which]) {
    if (!this.numbers) return math("mrow", sign("‖"), letter(this.letters[which]), sign("‖"));
    const square = (place) => math("msup", this.slot(this.places[which].at + place, true, this.letters[which].role), math("mn", "2"));
    return math("msqrt", square(0), sign("+"), square(1));
  }

  /** Put the numbers of a row into their places. */
  fill(row) {
    for (const { node, at, brackets } of this.slots) {
      const text = short(row[at]);
      const put = brackets && text.startsWith("−") ? `(${text})` : text;
      if (node.textContent !== put) node.textContent = put;
    }
  }
}
