// The surface in three dimensions with the paths on it; who has turned it finds it as it was.

import { moment } from "./clock.js";
import { heights } from "./ground.js";
import { beside, fitting, roomFor } from "./perspective.js";

const FINEST = 72; // points along an axis
const WIDE = 600; // pixels from which on there is room for numbers
const LIFT = 0.02; // share of all heights by which a path lies above the surface
const HEAD = 26; // pixels of the panel's title
const SEEN_FROM = [-0.75, -1.2, 1.57];
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
    this.names = Array.from({ length: 3 }, () => {
      const name = Object.assign(document.createElement("span"), { className: "name" });
      root.append(name);
      return name;
    });
  }

  // `own` has the heights over a grid, rows upwards, while a number of the surface is under the hand.
  async draw(Plotly, scene, terrain, own) {
    this.Plotly = Plotly;
    const { clientWidth: width, clientHeight: height } = this.root, { look } = scene;
    const said = JSON.stringify([terrain.name, look.key, width, height, scene.runs.map(({ label, color }) => [label, color])]);
    if (said !== this.said) {
      this.said = said;
      this.ground = this.grid(terrain);
      const layout = this.layout(terrain, look, width, height), turned = this.plot.layout?.scene.camera;
      // Who has turned it keeps what is seen; else it fits the panel.
      const kept = turned && !this.untouched();
      this.home = structuredClone(layout.scene.camera); // Plotly writes into what it is given
      if (kept) layout.scene.camera = turned;
      const data = [this.surface(terrain, this.ground.z), ...scene.runs.flatMap((run) => path(run, look))];
      await (this.plot.data ? Plotly.react(this.plot, data, layout) : Plotly.newPlot(this.plot, data, layout, { displayModeBar: false }));
      if (!this.plot.heard) for (const turned of ["plotly_relayouting", "plotly_relayout"]) this.plot.on(turned, () => this.name());
      this.plot.heard = true;
      this.name();
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

  layout({ axes, window, bands, scale }, look, width, height) {
    const numbers = width > WIDE * look.scale;
    const axis = { color: look.ink, gridcolor: `${look.ink}33`, backgroundcolor: look.paper, tickfont: { size: 13 * look.scale }, nticks: 4, showticklabels: numbers, showspikes: false, title: { text: "" } };
    const low = bands.low, span = bands.high - bands.low || 1;
    const spans = window.map(([a, b]) => b - a), longest = Math.max(...spans), equal = longest < 3 * Math.min(...spans);
    const [wide, deep] = equal ? spans.map((span) => span / longest) : [1, 1];
    const sides = [1.35 * wide, 1.35 * deep, 0.75], how = { numbers, scale: look.scale };
    [...axes, "loss"].forEach((text, i) => (this.names[i].textContent = text));
    this.how = { sides, width, height, ...how };
    return {
      width, height, paper_bgcolor: look.paper, font: { color: look.ink, size: 13 }, margin: { l: 0, r: 0, t: 0, b: 0 },
      showlegend: false,
      scene: {
        xaxis: { ...axis, range: window[0] },
        yaxis: { ...axis, range: window[1] },
        zaxis: { ...axis, range: [low - 0.02 * span, low + 1.06 * span], tickvals: scale.ticks.map(([share]) => low + share * span), ticktext: scale.ticks.map(([, text]) => text) },
        camera: fitting(SEEN_FROM, sides, width, height, roomFor(how)),
        aspectmode: "manual", aspectratio: { x: sides[0], y: sides[1], z: sides[2] },
      },
    };
  }

  get camera() {
    return this.plot._fullLayout.scene._scene.getCamera();
  }

  // Whether nobody has turned it.
  untouched() {
    const near = (part) => ["x", "y", "z"].every((axis) => Math.abs(this.camera[part][axis] - this.home[part][axis]) < 1e-6);
    return !this.home || (near("eye") && near("center"));
  }

  // The axes' names, whole wherever the box is.
  name() {
    const { width, height, sides, ...how } = this.how;
    beside(this.camera, sides, width, height, how).forEach(([x, y, across], i) => {
      const name = this.names[i], [wide, high] = [name.offsetWidth, name.offsetHeight];
      name.style.left = `${Math.min(Math.max(2, x + ((across - 1) * wide) / 2), width - wide - 2)}px`;
      name.style.top = `${Math.min(Math.max(HEAD * how.scale, y - high / 2), height - high - 2)}px`;
    });
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
