// The machine that runs tapes: straight-line programs on float64 registers, as landscapes/tracing.py writes
// them. What an operation means is what NumPy's function of that name does; nothing here becomes code.

/** Every operation: its name, how many arguments it takes, how many results it leaves. */
export const OPERATIONS = [
  ["add", 2, 1], ["subtract", 2, 1], ["multiply", 2, 1], ["divide", 2, 1], ["power", 2, 1],
  ["maximum", 2, 1], ["minimum", 2, 1], ["arctan2", 2, 1], ["logaddexp", 2, 1], ["heaviside", 2, 1],
  ["greater", 2, 1], ["greater_equal", 2, 1], ["less", 2, 1], ["less_equal", 2, 1], ["equal", 2, 1],
  ["not_equal", 2, 1], ["logical_and", 2, 1], ["logical_or", 2, 1], ["logical_not", 1, 1], ["negative", 1, 1],
  ["absolute", 1, 1], ["sign", 1, 1], ["floor", 1, 1], ["ceil", 1, 1], ["sqrt", 1, 1], ["cbrt", 1, 1],
  ["exp", 1, 1], ["log", 1, 1], ["log2", 1, 1], ["log10", 1, 1], ["sin", 1, 1], ["cos", 1, 1], ["tan", 1, 1],
  ["arcsin", 1, 1], ["arccos", 1, 1], ["arctan", 1, 1], ["sinh", 1, 1], ["cosh", 1, 1], ["tanh", 1, 1],
  ["arcsinh", 1, 1], ["arccosh", 1, 1], ["arctanh", 1, 1], ["where", 3, 1],
  ["value", 2, 1], ["gradient", 2, 2], ["hessian", 2, 3], ["gauss_newton", 2, 3],
];
const FIRST_QUESTION = OPERATIONS.findIndex(([name]) => name === "value");
const WIDTH = 5; // of an instruction: operation, target, three arguments

/** One operation after the other; `ask` leaves the answer to a question in the registers from its target on. */
function execute({ code, registers: r }, from, to, ask) {
  for (let i = WIDTH * from; i < WIDTH * to; i += WIDTH) {
    const a = r[code[i + 2]], b = r[code[i + 3]];
    let result;
    switch (code[i]) {
      case 0: result = a + b; break;
      case 1: result = a - b; break;
      case 2: result = a * b; break;
      case 3: result = a / b; break;
      case 4: result = a === 1 || (a === -1 && Math.abs(b) === Infinity) ? 1 : Math.pow(a, b); break;
      case 5: result = a > b || a !== a ? a : b; break;
      case 6: result = a < b || a !== a ? a : b; break;
      case 7: result = Math.atan2(a, b); break;
      case 8: result = a === b ? a + Math.LN2 : Math.max(a, b) + Math.log1p(Math.exp(-Math.abs(a - b))); break;
      case 9: result = a > 0 ? 1 : a < 0 ? 0 : a === 0 ? b : a; break;
      case 10: result = a > b ? 1 : 0; break;
      case 11: result = a >= b ? 1 : 0; break;
      case 12: result = a < b ? 1 : 0; break;
      case 13: result = a <= b ? 1 : 0; break;
      case 14: result = a === b ? 1 : 0; break;
      case 15: result = a !== b ? 1 : 0; break;
      case 16: result = a !== 0 && b !== 0 ? 1 : 0; break;
      case 17: result = a !== 0 || b !== 0 ? 1 : 0; break;
      case 18: result = a === 0 ? 1 : 0; break;
      case 19: result = -a; break;
      case 20: result = Math.abs(a); break;
      case 21: result = a > 0 ? 1 : a < 0 ? -1 : a === 0 ? 0 : a; break;
      case 22: result = Math.floor(a); break;
      case 23: result = Math.ceil(a); break;
      case 24: result = Math.sqrt(a); break;
      case 25: result = Math.cbrt(a); break;
      case 26: result = Math.exp(a); break;
      case 27: result = Math.log(a); break;
      case 28: result = Math.log2(a); break;
      case 29: result = Math.log10(a); break;
      case 30: result = Math.sin(a); break;
      case 31: result = Math.cos(a); break;
      case 32: result = Math.tan(a); break;
      case 33: result = Math.asin(a); break;
      case 34: result = Math.acos(a); break;
      case 35: result = Math.atan(a); break;
      case 36: result = Math.sinh(a); break;
      case 37: result = Math.cosh(a); break;
      case 38: result = Math.tanh(a); break;
      case 39: result = Math.asinh(a); break;
      case 40: result = Math.acosh(a); break;
      case 41: result = Math.atanh(a); break;
      case 42: result = a !== 0 ? b : r[code[i + 4]]; break;
      default: ask(code[i], a, b, code[i + 1]); continue;
    }
    r[code[i + 1]] = result;
  }
}

const decoded = new WeakMap();

/** A program as the machine wants it; the same one for the same program. */
function machine(program) {
  if (decoded.has(program)) return decoded.get(program);
  const { inputs, constants, operations, code, outputs, once } = program;
  const kinds = operations.map((wanted) => OPERATIONS.findIndex(([name]) => name === wanted));
  if (kinds.includes(-1)) throw new Error(`no machine for ${operations}`);
  const instructions = [];
  let target = inputs + constants.length;
  for (let i = 0; i < code.length; ) {
    const kind = kinds[code[i]], [, taken, left] = OPERATIONS[kind];
    instructions.push(kind, target, ...[0, 1, 2].map((j) => (j < taken ? code[i + 1 + j] : 0)));
    i += 1 + taken;
    target += left;
  }
  const registers = new Float64Array(target);
  registers.set(constants.map(Number), inputs);
  const length = instructions.length / WIDTH;
  decoded.set(program, { code: Int32Array.from(instructions), registers, outputs, once, length });
  return decoded.get(program);
}

const chosen = (keys, values) => keys.map((key) => values[key]);

/** A program of the surface as a function of x, y and the rows it is of, all if none are given; its results
 * are overwritten by the next call. */
function asked(program, { rows, summed, parameters }, values) {
  const m = machine(program), { registers: r, outputs } = m, results = new Float64Array(outputs.length);
  const all = rows?.map((_, i) => i) ?? [0];
  r.set(chosen(parameters, values), 2 + (rows ? rows[0].length : 0));
  return (x, y, batch = null) => {
    const seen = batch ?? all;
    r[0] = x;
    r[1] = y;
    execute(m, 0, m.once);
    for (let i = 0; i < seen.length; i++) {
      if (rows) for (let j = 0, row = rows[seen[i]]; j < row.length; j++) r[2 + j] = row[j];
      execute(m, m.once, m.length);
      for (let j = 0; j < results.length; j++) results[j] = i ? results[j] + r[outputs[j]] : r[outputs[j]];
    }
    const scale = (summed ? all.length : 1) / seen.length;
    if (rows) for (let j = 0; j < results.length; j++) results[j] *= scale;
    return results;
  };
}

/** A run: points, exact values and gradient norms at each of them, and the rate of every step. */
export function march(tape, { x, y, steps, settings, parameters, schedule, noise = 0, draws = null, batches = null }) {
  const { surface, rule } = tape, own = chosen(rule.settings, settings);
  const questions = OPERATIONS.map(([name]) => surface[name] && asked(surface[name], surface, parameters));
  const [value, gradient] = questions.slice(FIRST_QUESTION), slope = new Float64Array(2);
  const found = {};
  for (const name of ["x", "y", "value", "norm"]) found[name] = new Float64Array(steps + 1).fill(NaN);

  found.rates = new Float64Array(steps);
  const scheduled = machine(tape.schedule.factor);
  scheduled.registers.set(chosen(tape.schedule.settings, schedule), 1);
  for (let k = 0; k < steps; k++) {
    scheduled.registers[0] = k;
    execute(scheduled, 0, scheduled.length);
    found.rates[k] = (settings.learning_rate ?? NaN) * scheduled.registers[scheduled.outputs[0]];
  }

  const first = machine(rule.initial), step = machine(rule.step), { registers: r } = step;
  const now = new Float64Array(2 + first.outputs.length); // the point and the state
  const rest = now.length; // rate, k, whether steps see different rows, and the hyperparameters follow
  r.set([batches ? 1 : 0, ...own], rest + 2);
  first.registers.set([x, y, ...own]);
  execute(first, 0, first.length);
  now.set([x, y, ...first.outputs.map((j) => first.registers[j])]);

  let batch = null, d_x = 0, d_y = 0;
  const ask = (question, a, b, target) => {
    const known = question === FIRST_QUESTION + 1 && !batch && Object.is(a, now[0]) && Object.is(b, now[1]);
    const answer = known ? slope : questions[question](a, b, batch);
    for (let j = 0; j < answer.length; j++) r[target + j] = answer[j];
    if (draws && question === FIRST_QUESTION + 1) {
      r[target] += d_x;
      r[target + 1] += d_y;
    }
  };
  for (let k = 0; Number.isFinite(now[0]) && Number.isFinite(now[1]); k++) {
    found.x[k] = now[0];
    found.y[k] = now[1];
    found.value[k] = value(now[0], now[1])[0];
    for (let j = 0, found = gradient(now[0], now[1]); j < 2; j++) slope[j] = found[j];
    found.norm[k] = Math.hypot(slope[0], slope[1]);
    if (k === steps) break;
    if (draws) [d_x, d_y] = [noise * draws[2 * k], noise * draws[2 * k + 1]];
    if (batches) batch = batches[k];
    for (let j = 0; j < rest; j++) r[j] = now[j];
    r[rest] = found.rates[k];
    r[rest + 1] = k + 1;
    execute(step, 0, step.length, ask);
    for (let j = 0; j < rest; j++) now[j] = r[step.outputs[j]];
  }
  if (rule.only_first_rate) found.rates.fill(NaN, 1);
  return found;
}

/** The surface over a grid, row by row in y. */
export function values({ surface }, parameters, xs, ys) {
  const value = asked(surface.value, surface, parameters), found = new Float64Array(xs.length * ys.length);
  let i = 0;
  for (const y of ys) for (const x of xs) found[i++] = value(x, y)[0];
  return found;
}

/** The answers of the model with weights x and y, one for every place where they are drawn. */
export function answers({ surface }, parameters, x, y) {
  const answer = asked(surface.answer, { ...surface, rows: surface.asked, summed: false }, parameters);
  return Float64Array.from(surface.asked, (_, i) => answer(x, y, [i])[0]);
}
