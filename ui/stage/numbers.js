// Numbers as charts/numbers.py writes them, and read back.

const RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹";

export function number(value, digits = 4) {
  if (Number.isNaN(value)) return "–";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "−∞";
  const [mantissa, exponent] = value.toExponential(digits - 1).split("e");
  const power = Number(exponent), plain = power >= -4 && power < digits;
  const text = String(Number(plain ? value.toPrecision(digits) : mantissa)).replace("-", "−");
  return plain ? text : `${text}·10${raised(power)}`;
}

export const raised = (power) => `${power < 0 ? "⁻" : ""}${[...String(Math.abs(power))].map((d) => RAISED[d]).join("")}`;

export function read(text) {
  const [mantissa, power] = text.replace("−", "-").split("·10");
  const exponent = [...(power ?? "")].map((c) => (c === "⁻" ? "-" : RAISED.indexOf(c))).join("");
  return Number.parseFloat(exponent ? `${mantissa}e${exponent}` : mantissa);
}
