// Which part of the plane is seen: one for all maps, and the link has it.

// A part of the plane as the link has it: as many digits as tell a millionth of what is seen.
function said(at) {
  const [x0, x1, y0, y1] = at.split(",").map(Number);
  const digits = (span) => Math.min(100, Math.max(0, 6 - Math.floor(Math.log10(span))));
  const [across, up] = [digits(x1 - x0), digits(y1 - y0)];
  return [x0, x1].map((v) => Number(v.toFixed(across))).concat([y0, y1].map((v) => Number(v.toFixed(up)))).join();
}

export class Sight {
  // `tell` is told of a part that the visitor moved to, as the link has it: empty for the whole map.
  constructor(stage, tell) {
    [this.stage, this.tell] = [stage, tell];
  }

  // The maps that are seen.
  get maps() {
    const { arranged, maps, map } = this.stage;
    return arranged?.apart ? maps.all.filter(({ shown }) => shown) : this.stage.shows("map") ? [map] : [];
  }

  get moved() {
    return this.maps.some((frame) => frame.ranges() !== frame.home);
  }

  // Repaint while a map is moved, and move the others with it.
  follow(frame) {
    frame.plot.on("plotly_relayouting", () => this.stage.paint());
    frame.plot.on("plotly_relayout", async () => {
      this.stage.paint();
      if (this.aiming) return;
      let at;
      do { // while the others follow, it may go on
        at = frame.ranges();
        this.tell(at === frame.home ? "" : said(at));
        await this.move(this.maps.filter((one) => one !== frame), at);
      } while (frame.ranges() !== at);
    });
  }

  // Show what the link says, as soon as there is a map to show it on.
  async settle() {
    const { aim, maps } = this;
    if (aim === undefined || !maps.length) return;
    this.aim = undefined;
    for (const frame of maps) await this.move([frame], aim || frame.home);
  }

  async move(frames, at) {
    this.aiming = true;
    const [x0, x1, y0, y1] = at.split(",").map(Number), changed = { "xaxis.range": [x0, x1], "yaxis.range": [y0, y1] };
    await Promise.all(frames.filter((frame) => frame.ranges() !== at).map(({ plot }) => this.stage.Plotly.relayout(plot, changed)));
    this.aiming = false;
  }

  // Show this part, at most once a frame of the screen; the other maps move with the first.
  view({ x, y }) {
    this.wanted = { "xaxis.range": x, "yaxis.range": y };
    this.moving ??= requestAnimationFrame(() => {
      this.moving = null;
      if (this.maps.length) this.stage.Plotly.relayout(this.maps[0].plot, this.wanted);
    });
  }

  reset() {
    const { xaxis, yaxis } = this.stage.terrain.figure.layout;
    this.view({ x: [...xaxis.range], y: [...yaxis.range] });
  }
}
