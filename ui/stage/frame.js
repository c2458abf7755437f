// One Plotly plot for axes and contours, and a canvas over it for everything that moves.

const FAR = 1e5; // pixels; canvases misbehave with larger numbers
const OPTIONS = { displayModeBar: false, responsive: false, scrollZoom: true, doubleClick: false };

const SIZES = new Set(["size", "standoff", "xshift", "yshift", "linewidth", "ticklen", "l", "r", "t", "b"]);

// A layout with larger type and margins; numbers of the data stay.
function enlarged(layout, scale) {
  if (scale === 1) return layout;
  const grow = (part) => {
    for (const [key, value] of Object.entries(part)) {
      if (SIZES.has(key) && Number.isFinite(value)) part[key] = scale * value;
      else if (value && typeof value === "object" && !Array.isArray(value)) grow(value);
      else if (key === "annotations") value.forEach(grow);
    }
  };
  grow(layout);
  return layout;
}

export class Frame {
  constructor(root, name) {
    this.name = name;
    this.root = root;
    this.plot = this.root.querySelector(".plot");
    this.canvas = this.root.querySelector("canvas");
    this.context = this.canvas.getContext("2d");
    this.shown = null;
  }

  // Draw axes and contours, but only where they differ from what is shown. Zoom is kept while `view` is the same.
  async draw(Plotly, data, layout, view, scale = 1) {
    const wanted = JSON.stringify(layout) + view + scale;
    const { clientWidth: width, clientHeight: height } = this.root;
    const size = `${width}x${height}`;
    if (this.shown === wanted && this.data === data && this.size === size) return;
    const full = { ...enlarged(structuredClone(layout), scale), width, height, uirevision: view };
    const first = this.shown === null;
    // Plotly widens ranges for equal scales and then would take its own widening for a change of ours.
    const zoomed = !first && this.view === view && this.ranges() !== this.home;
    if (zoomed) for (const axis of ["xaxis", "yaxis"]) full[axis].range = [...this.plot._fullLayout[axis].range];
    [this.shown, this.data, this.size, this.view] = [wanted, data, size, view];
    await (first ? Plotly.newPlot(this.plot, data, full, OPTIONS) : Plotly.react(this.plot, data, full, OPTIONS));
    if (!zoomed) this.home = this.ranges();
  }

  ranges() {
    const { xaxis, yaxis } = this.plot._fullLayout;
    return String([...xaxis.range, ...yaxis.range]);
  }

  // Where the plot area is, and pixels for data; read again for each picture, since zoom changes it.
  measure() {
    const { xaxis, yaxis } = this.plot._fullLayout;
    const ratio = window.devicePixelRatio || 1;
    const { clientWidth: width, clientHeight: height } = this.root;
    if (this.canvas.width !== Math.round(width * ratio) || this.canvas.height !== Math.round(height * ratio)) {
      this.canvas.width = Math.round(width * ratio);
      this.canvas.height = Math.round(height * ratio);
    }
    const [x0, x1] = xaxis.range, [y0, y1] = yaxis.range;
    this.area = { left: xaxis._offset, top: yaxis._offset, width: xaxis._length, height: yaxis._length };
    const { left, top, width: w, height: h } = this.area;
    this.px = (x) => left + (w * (x - x0)) / (x1 - x0);
    this.py = (y) => top + h - (h * (y - y0)) / (y1 - y0);
    this.x = (px) => x0 + ((px - left) * (x1 - x0)) / w;
    this.y = (py) => y0 + ((top + h - py) * (y1 - y0)) / h;
    this.logarithmic = yaxis.type === "log";
    const [onX, onY] = [xaxis, yaxis].map(({ type }) => (type === "log" ? Math.log10 : Number));
    this.across = (v) => this.px(onX(v));
    this.up = (v) => this.py(onY(v));
    this.valueUp = (py) => (this.logarithmic ? 10 ** this.y(py) : this.y(py));
    this.valueAcross = (px) => (xaxis.type === "log" ? 10 ** this.x(px) : this.x(px));
    this.context.setTransform(ratio, 0, 0, ratio, 0, 0);
    this.context.clearRect(0, 0, width, height);
  }

  clip() {
    const { left, top, width, height } = this.area;
    this.context.beginPath();
    this.context.rect(left, top, width, height);
    this.context.clip();
  }

  contains(px, py) {
    const { left, top, width, height } = this.area;
    return px >= left && px <= left + width && py >= top && py <= top + height;
  }

  // A pixel that canvases can take, however far off.
  held(p) {
    return Math.max(-FAR, Math.min(FAR, p));
  }

  // The nearest pixel of the plot area.
  inside(px, py) {
    const { left, top, width, height } = this.area;
    return [Math.min(Math.max(px, left), left + width), Math.min(Math.max(py, top), top + height)];
  }

  // Pointer position in this frame's own pixels.
  at(event) {
    const box = this.root.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  }
}
