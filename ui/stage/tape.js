// The machine that runs tapes: straight-line programs on float64 registers, as landscapes/tracing.py writes
// them. What an operation means is what NumPy's function of that name does; nothing here becomes code.
// A register may have many lanes: the rows of the data, or a row of the map.

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
export const FIRST_QUESTION = OPERATIONS.findIndex(([name]) => name === "value");
const WIDTH = 5; // of an instruction: operation, target, three arguments

// Where JavaScript's own would not do: nan, ties and infinite exponents are as in NumPy.
const power = (a, b) => (a === 1 || (a === -1 && Math.abs(b) === Infinity) ? 1 : Math.pow(a, b));
const maximum = (a, b) => (a > b || a !== a ? a : b);
const minimum = (a, b) => (a < b || a !== a ? a : b);
const logaddexp = (a, b) => (a === b ? a + Math.LN2 : Math.max(a, b) + Math.log1p(Math.exp(-Math.abs(a - b))));
const heaviside = (a, middle) => (a > 0 ? 1 : a < 0 ? 0 : a === 0 ? middle : a);
const sign = (a) => (a > 0 ? 1 : a < 0 ? -1 : a === 0 ? 0 : a);

/** One operation after the other, each on all lanes or the first so many; `ask` is told where two arguments stand among the registers,
 * and leaves its answer there from a target on. */
export function execute({ code, registers: r, lanes }, ask, w = lanes) {
  for (let i = 0; i < code.length; i += WIDTH) {
    const t = code[i + 1], a = code[i + 2], b = code[i + 3], c = code[i + 4];
    let l = 0;
    switch (code[i]) {
      case 0: for (; l < w; l++) r[t + l] = r[a + l] + r[b + l]; break;
      case 1: for (; l < w; l++) r[t + l] = r[a + l] - r[b + l]; break;
      case 2: for (; l < w; l++) r[t + l] = r[a + l] * r[b + l]; break;
      case 3: for (; l < w; l++) r[t + l] = r[a + l] / r[b + l]; break;
      case 4: for (; l < w; l++) r[t + l] = power(r[a + l], r[b + l]); break;
      case 5: for (; l < w; l++) r[t + l] = maximum(r[a + l], r[b + l]); break;
      case 6: for (; l < w; l++) r[t + l] = minimum(r[a + l], r[b + l]); break;
      case 7: for (; l < w; l++) r[t + l] = Math.atan2(r[a + l], r[b + l]); break;
      case 8: for (; l < w; l++) r[t + l] = logaddexp(r[a + l], r[b + l]); break;
      case 9: for (; l < w; l++) r[t + l] = heaviside(r[a + l], r[b + l]); break;
      case 10: for (; l < w; l++) r[t + l] = r[a + l] > r[b + l] ? 1 : 0; break;
      case 11: for (; l < w; l++) r[t + l] = r[a + l] >= r[b + l] ? 1 : 0; break;
      case 12: for (; l < w; l++) r[t + l] = r[a + l] < r[b + l] ? 1 : 0; break;
      case 13: for (; l < w; l++) r[t + l] = r[a + l] <= r[b + l] ? 1 : 0; break;
      case 14: for (; l < w; l++) r[t + l] = r[a + l] === r[b + l] ? 1 : 0; break;
      case 15: for (; l < w; l++) r[t + l] = r[a + l] !== r[b + l] ? 1 : 0; break;
      case 16: for (; l < w; l++) r[t + l] = r[a + l] !== 0 && r[b + l] !== 0 ? 1 : 0; break;
      case 17: for (; l < w; l++) r[t + l] = r[a + l] !== 0 || r[b + l] !== 0 ? 1 : 0; break;
      case 18: for (; l < w; l++) r[t + l] = r[a + l] === 0 ? 1 : 0; break;
      case 19: for (; l < w; l++) r[t + l] = -r[a + l]; break;
      case 20: for (; l < w; l++) r[t + l] = Math.abs(r[a + l]); break;
      case 21: for (; l < w; l++) r[t + l] = sign(r[a + l]); break;
      case 22: for (; l < w; l++) r[t + l] = Math.floor(r[a + l]); break;
      case 23: for (; l < w; l++) r[t + l] = Math.ceil(r[a + l]); break;
      case 24: for (; l < w; l++) r[t + l] = Math.sqrt(r[a + l]); break;
      case 25: for (; l < w; l++) r[t + l] = Math.cbrt(r[a + l]); break;
      case 26: for (; l < w; l++) r[t + l] = Math.exp(r[a + l]); break;
      case 27: for (; l < w; l++) r[t + l] = Math.log(r[a + l]); break;
      case 28: for (; l < w; l++) r[t + l] = Math.log2(r[a + l]); break;
      case 29: for (; l < w; l++) r[t + l] = Math.log10(r[a + l]); break;
      case 30: for (; l < w; l++) r[t + l] = Math.sin(r[a + l]); break;
      case 31: for (; l < w; l++) r[t + l] = Math.cos(r[a + l]); break;
      case 32: for (; l < w; l++) r[t + l] = Math.tan(r[a + l]); break;
      case 33: for (; l < w; l++) r[t + l] = Math.asin(r[a + l]); break;
      case 34: for (; l < w; l++) r[t + l] = Math.acos(r[a + l]); break;
      case 35: for (; l < w; l++) r[t + l] = Math.atan(r[a + l]); break;
      case 36: for (; l < w; l++) r[t + l] = Math.sinh(r[a + l]); break;
      case 37: for (; l < w; l++) r[t + l] = Math.cosh(r[a + l]); break;
      case 38: for (; l < w; l++) r[t + l] = Math.tanh(r[a + l]); break;
      case 39: for (; l < w; l++) r[t + l] = Math.asinh(r[a + l]); break;
      case 40: for (; l < w; l++) r[t + l] = Math.acosh(r[a + l]); break;
      case 41: for (; l < w; l++) r[t + l] = Math.atanh(r[a + l]); break;
      case 42: for (; l < w; l++) r[t + l] = r[a + l] !== 0 ? r[b + l] : r[c + l]; break;
      default: ask(code[i], a, b, t);
    }
  }
}

const decoded = new WeakMap();

/** The machine of a program for so many lanes, which all who ask share. */
function machine(program, lanes = 1) {
  const known = decoded.get(program) ?? decoded.set(program, new Map()).get(program);
  if (!known.has(lanes)) known.set(lanes, built(program, lanes));
  return known.get(lanes);
}

/** A program as the machine wants it, for so many lanes: register by register, each as long as the lanes. */
export function built(program, lanes = 1) {
  const { inputs, constants, operations, code, outputs } = program;
  const kinds = operations.map((wanted) => OPERATIONS.findIndex(([name]) => name === wanted));
  if (kinds.includes(-1)) throw new Error(`no machine for ${operations}`);
  const instructions = [];
  let target = inputs + constants.length;
  for (let i = 0; i < code.length; ) {
    const kind = kinds[code[i]], [, taken, left] = OPERATIONS[kind];
    const places = [target, ...[1, 2, 3].map((j) => (j <= taken ? code[i + j] : 0))];
    instructions.push(kind, ...places.map((register) => register * lanes));
    i += 1 + taken;
    target += left;
  }
  const registers = new Float64Array(target * lanes);
  constants.forEach((value, j) => fill(registers, inputs + j, lanes, Number(value)));
  const ready = outputs.map((register) => register * lanes);
  return { code: Int32Array.from(instructions), registers, outputs: ready, lanes, seen: null, own: null };
}

export function fill(registers, register, lanes, value) {
  for (let i = register * lanes; i < (register + 1) * lanes; i++) registers[i] = value;
}

export const chosen = (keys, values) => keys.map((key) => values[key]);

/** A program of the surface as a function of x, y and the rows it is of, all if none are given; its results
 * are overwritten by the next call. */
function asked(program, { rows, summed, parameters }, values) {
  const results = new Float64Array(program.outputs.length), own = chosen(parameters, values);
  const all = rows?.map((_, i) => i) ?? [0], columns = rows ? rows[0].length : 0;
  return (x, y, batch = null) => {
    const seen = batch ?? all, m = machine(program, seen.length), { registers: r, outputs, lanes } = m;
    if (m.seen !== seen || m.own !== own) {
      for (let j = 0; j < columns; j++) seen.forEach((i, l) => (r[(2 + j) * lanes + l] = rows[i][j]));
      own.forEach((value, j) => fill(r, 2 + columns + j, lanes, value));
      Object.assign(m, { seen, own });
    }
    fill(r, 0, lanes, x);
    fill(r, 1, lanes, y);
    execute(m);
    for (let j = 0; j < results.length; j++) {
      let sum = r[outputs[j]];
      for (let l = 1; l < lanes; l++) sum += r[outputs[j] + l];
      results[j] = rows ? ((summed ? all.length : 1) / lanes) * sum : sum;
    }
    return results;
  };
}

/** What a schedule makes of the learning rate, a factor a step. */
export function planned(schedule, settings, steps) {
  const m = machine(schedule.factor), factors = new Float64Array(steps);
  m.registers.set(chosen(schedule.settings, settings), 1);
  for (let k = 0; k < steps; k++) {
    m.registers[0] = k;
    execute(m);
    factors[k] = m.registers[m.outputs[0]];
  }
  return factors;
}

/** What makes the steps of a run, one after the other, of where it is `now`: the point, and the state behind it. */
function course(tape, { x, y, steps, settings, parameters, schedule, noise = 0, draws = null, batches = null }) {
  const { surface, rule } = tape, own = chosen(rule.settings, settings);
  const questions = OPERATIONS.map(([name]) => surface[name] && asked(surface[name], surface, parameters));
  const [value, gradient] = questions.slice(FIRST_QUESTION), slope = new Float64Array(2);
  const factors = planned(tape.schedule, schedule, steps);
  const rates = factors.map((factor) => (settings.learning_rate ?? NaN) * factor);

  const first = machine(rule.initial);
  first.registers.set([x, y, ...own]);
  execute(first);
  const now = Float64Array.from([x, y, ...first.outputs.map((j) => first.registers[j])]);
  const rest = now.length; // rate, k, whether steps see different rows, and the hyperparameters follow
  const given = [batches ? 1 : 0, ...own];

  let batch = null, d_x = 0, d_y = 0;
  const asking = (r) => (question, at, under, target) => {
    const a = r[at], b = r[under];
    const known = question === FIRST_QUESTION + 1 && !batch && Object.is(a, now[0]) && Object.is(b, now[1]);
    const answer = known ? slope : questions[question](a, b, batch);
    for (let j = 0; j < answer.length; j++) r[target + j] = answer[j];
    if (draws && question === FIRST_QUESTION + 1) {
      r[target] += d_x;
      r[target + 1] += d_y;
    }
  };
  return {
    now, rates, slope, value,
    /** The exact slope where the run is now. */
    arrive() {
      for (let j = 0, exact = gradient(now[0], now[1]); j < 2; j++) slope[j] = exact[j];
    },
    /** A program of what the step after point k begins with, as a function that runs it. */
    prepared(program) {
      const ready = machine(program), { registers: r, outputs } = ready, ask = asking(r);
      return (k) => {
        if (draws) [d_x, d_y] = [noise * draws[2 * k], noise * draws[2 * k + 1]];
        if (batches) batch = batches[k];
        for (let j = 0; j < rest; j++) r[j] = now[j];
        r[rest] = rates[k];
        r[rest + 1] = k + 1;
        r.set(given, rest + 2); // other runs of the rule have the same registers
        execute(ready, ask);
        return outputs;
      };
    },
    registers: (program) => machine(program).registers,
  };
}

/** A run: points, exact values and gradient norms at each of them, and the rate of every step. */
export function march(tape, given) {
  const { steps } = given, found = {};
  for (const name of ["x", "y", "value", "norm"]) found[name] = new Float64Array(steps + 1).fill(NaN);
  const made = course(tape, given), { now, slope, value } = made;
  const step = made.prepared(tape.rule.step), r = made.registers(tape.rule.step), rest = now.length;
  found.rates = made.rates;
  for (let k = 0; Number.isFinite(now[0]) && Number.isFinite(now[1]); k++) {
    found.x[k] = now[0];
    found.y[k] = now[1];
    found.value[k] = value(now[0], now[1])[0];
    made.arrive();
    found.norm[k] = Math.hypot(slope[0], slope[1]);
    if (k === steps) break;
    const outputs = step(k);
    for (let j = 0; j < rest; j++) now[j] = r[outputs[j]];
  }
  if (tape.rule.only_first_rate) found.rates.fill(NaN, 1);
  found.slope = [...slope]; // where it last was
  return found;
}

/** What a program finds at any step of a run that went through these points, of what the rule remembers there. */
export function along(tape, given, { x, y }, program) {
  const made = course(tape, given), { now } = made, rest = now.length;
  const step = made.prepared(tape.rule.step), after = made.registers(tape.rule.step);
  const find = made.prepared(program), found = made.registers(program), states = [now.slice(2)];
  const arrive = (k) => {
    now.set([x[k], y[k]]);
    now.set(states[k], 2);
    made.arrive();
  };
  return (k) => {
    for (let j = states.length - 1; j < k; j++) {
      arrive(j);
      states.push(Float64Array.from(step(j).slice(2), (register) => after[register]));
    }
    arrive(k);
    return Float64Array.from(find(k), (register) => found[register]);
  };
}

/** The surface over a grid, row by row in y. */
export function values({ surface }, parameters, xs, ys) {
  const found = new Float64Array(xs.length * ys.length);
  if (surface.rows) {
    const value = asked(surface.value, surface, parameters);
    for (let i = 0; i < found.length; i++) found[i] = value(xs[i % xs.length], ys[Math.floor(i / xs.length)])[0];
    return found;
  }
  const m = machine(surface.value, xs.length), { registers: r, lanes, outputs } = m;
  r.set(xs);
  chosen(surface.parameters, parameters).forEach((value, j) => fill(r, 2 + j, lanes, value));
  for (let i = 0; i < ys.length; i++) {
    fill(r, 1, lanes, ys[i]);
    execute(m);
    found.set(r.subarray(outputs[0], outputs[0] + lanes), i * lanes);
  }
  return found;
}

/** The loss at a point. */
export function height({ surface }, parameters) {
  const value = asked(surface.value, surface, parameters);
  return (x, y) => value(x, y)[0];
}

/** The slope (x, y) and the curvature (xx, xy, yy) of a surface at a point. */
export function jet(surface, parameters, x, y) {
  const of = (name) => Array.from(asked(surface[name], surface, parameters)(x, y));
  return { gradient: of("gradient"), hessian: of("hessian") };
}

/** The slope of a curve, a surface that depends on x only. */
export function derivative({ surface }, parameters, x) {
  return asked(surface.gradient, surface, parameters)(x, 0)[0];
}

/** The answers of the model with weights x and y, one for every place where they are drawn. */
export function answers({ surface }, parameters, x, y) {
  const answer = asked(surface.answer, { ...surface, rows: surface.asked, summed: false }, parameters);
  return Float64Array.from(surface.asked, (_, i) => answer(x, y, [i])[0]);
}
