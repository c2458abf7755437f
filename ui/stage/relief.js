// The surface in three dimensions with the paths on it; who has turned it finds it as it was.

import { moment } from "./clock.js";
import { heights } from "./ground.js";

const FINEST = 72; // points along an axis
const WIDE = 600; // pixels from which on there is room for numbers
const LIFT = 0.02; // share of all heights by which a path lies above the surface
const PAUSE = 80; // milliseconds between two pictures of moving paths

// An array as Plotly's JSON has it: a list, or bytes of a type in base64.
function array(given) {
  if (!given.bdata) return given.flat ? given.flat() : given;
  const Type = { f4: Float32Array, f8: Float64Array, i1: Int8Array, i2: Int16Array, i4: Int32Array, u1: Uint8Array, u2: Uint16Array }[given.dtype];
  return new Type(Uint8Array.from(atob(given.bdata), (c) => c.charCodeAt(0)).buffer);
}

// Every so many-th place of an axis that lies in a range.
function places(axis, [low, high]) {
  const slack = 1e-9 * (high - low), inside = [...axis.keys()].filter((i) => axis[i] >= low - slack && axis[i] <= high + slack);
  const every = Math.max(1, Math.ceil(inside.length / FINEST));
  return inside.filter((_, i) => i % every === 0 || i === inside.length - 1);
}

export class Relief {
  constructor(root) {
    this.root = root;
    this.plot = root.querySelector(".plot");
  }

  // `own` has the heights over a grid, rows upwards, while a number of the surface is under the hand.
  async draw(Plotly, scene, terrain, own) {
    this.Plotly = Plotly;
    const { clientWidth: width, clientHeight: height } = this.root, { look } = scene;
    const said = JSON.stringify([terrain.name, look.key, width, height, scene.runs.map(({ label, color }) => [label, color])]);
    if (said !== this.said) {
      this.said = said;
      this.ground = this.grid(terrain);
      const layout = this.layout(terrain, look, width, height);
      const data = [this.surface(terrain, this.ground.z), ...scene.runs.flatMap((run) => path(run, look))];
      await (this.plot.data ? Plotly.react(this.plot, data, layout) : Plotly.newPlot(this.plot, data, layout, { displayModeBar: false }));
      this.shown = null;
    }
    if (Boolean(own) || this.moved) {
      const z = own ? rows(own(this.ground.x, this.ground.y), this.ground.x.length) : this.ground.z;
      await Plotly.restyle(this.plot, { z: [z] }, [0]);
      this.moved = Boolean(own);
    }
  }

  grid({ figure, window }) {
    const { x, y, z } = figure.data[0], [xs, ys, all] = [x, y, z].map(array);
    const columns = places(xs, window[0]), levels = places(ys, window[1]);
    return {
      x: columns.map((i) => xs[i]),
      y: levels.map((j) => ys[j]),
      z: levels.map((j) => columns.map((i) => all[j * xs.length + i])),
    };
  }

  surface({ bands }, z) {
    const last = bands.scale.length - 1, { x, y } = this.ground;
    return {
      type: "surface", x, y, z, cmin: bands.low, cmax: bands.high, showscale: false, hoverinfo: "skip",
      lighting: { ambient: 0.85, diffuse: 0.25, specular: 0, fresnel: 0 },
      colorscale: bands.scale.map((color, i) => [i / last, color]),
      contours: { z: { show: true, start: bands.first, end: bands.last, size: bands.spacing, color: bands.contour, width: 1 } },
    };
  }

  layout({ figure, window, bands, scale }, look, width, height) {
    const axis = { color: look.ink, gridcolor: `${look.ink}33`, backgroundcolor: look.paper, tickfont: { size: 13 }, nticks: 4, showticklabels: width > WIDE, showspikes: false };
    const name = (text) => ({ title: { text, font: { size: 14 } } });
    const names = figure.layout.annotations?.map(({ text }) => text) ?? [];
    const low = bands.low, span = bands.high - bands.low || 1;
    const sides = window.map(([a, b]) => b - a), longest = Math.max(...sides), equal = longest < 3 * Math.min(...sides);
    const [wide, deep] = equal ? sides.map((side) => side / longest) : [1, 1];
    return {
      width, height, paper_bgcolor: look.paper, font: { color: look.ink, size: 13 }, margin: { l: 0, r: 0, t: 24, b: 0 },
      showlegend: false, uirevision: "turned",
      scene: {
        xaxis: { ...axis, ...name(names[0] ?? "x"), range: window[0] },
        yaxis: { ...axis, ...name(names[1] ?? figure.layout.yaxis.title?.text ?? "y"), range: window[1] },
        zaxis: { ...axis, ...name("loss"), range: [low - 0.02 * span, low + 1.06 * span], tickvals: scale.ticks.map(([share]) => low + share * span), ticktext: scale.ticks.map(([, text]) => text) },
        camera: { eye: { x: -0.75, y: -1.2, z: 1.45 }, center: { x: 0, y: 0, z: -0.12 } },
        aspectmode: "manual", aspectratio: { x: 1.35 * wide, y: 1.35 * deep, z: 0.75 },
      },
    };
  }

  // The paths as far as this step: as often as the browser keeps up with.
  paint(scene, terrain, step) {
    this.next = { scene, terrain, step };
    this.waiting ??= setTimeout(async () => {
      const { scene, terrain, step } = this.next;
      if (this.plot.data?.length === 1 + 2 * scene.runs.length && this.root.isConnected) await this.trace(scene, terrain, step);
      this.root.dataset.step = step;
      this.waiting = null;
      if (this.next.scene !== scene || this.next.step !== step) this.paint(this.next.scene, this.next.terrain, this.next.step);
    }, PAUSE);
  }

  async trace({ runs, minimum }, { bands, window: [[x0, x1], [y0, y1]] }, step) {
    const up = LIFT * (bands.high - bands.low), most = bands.low + 1.04 * (bands.high - bands.low);
    const ways = runs.map((run) => {
      const count = moment(run, step) + 1, way = { x: [], y: [], z: [] };
      const losses = run.values[0].subarray ? Float64Array.from(run.values[0].subarray(0, count)) : run.values[0].slice(0, count);
      const height = heights(losses.map((loss) => loss + (minimum ?? 0)), bands);
      for (let k = 0; k < count; k++) {
        const seen = run.x[k] >= x0 && run.x[k] <= x1 && run.y[k] >= y0 && run.y[k] <= y1;
        way.x.push(seen ? run.x[k] : null);
        way.y.push(seen ? run.y[k] : null);
        way.z.push(seen ? Math.min(most, height[k] + up) : null);
      }
      return way;
    });
    const both = ways.flatMap((way) => [way, { x: way.x.slice(-1), y: way.y.slice(-1), z: way.z.slice(-1) }]);
    const changed = Object.fromEntries(["x", "y", "z"].map((key) => [key, both.map((way) => way[key])]));
    await this.Plotly.restyle(this.plot, changed, both.map((_, i) => i + 1));
  }

  leave(Plotly) {
    clearTimeout(this.waiting);
    if (this.plot.data) Plotly.purge(this.plot);
  }
}

const rows = (flat, width) => Array.from({ length: flat.length / width }, (_, j) => [...flat.slice(j * width, (j + 1) * width)]);
const DASHES = ["solid", "dash", "dot", "dashdot", "longdash", "longdashdot"];

// A run's line, in dashes of its own, and its head.
function path(run, look) {
  const none = { x: [null], y: [null], z: [null], type: "scatter3d", hoverinfo: "skip" };
  const dash = DASHES["ABCDEF".indexOf(run.slot)];
  return [
    { ...none, mode: "lines", line: { color: run.color, width: 8, dash } },
    { ...none, mode: "markers", marker: { color: run.color, size: 7, line: { color: look.halo, width: 2 } } },
  ];
}
