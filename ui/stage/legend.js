// The line over the map: which surface it is, and what the signs in view mean.

import { picture } from "./markers.js";

export class Legend {
  constructor(parent) {
    this.title = parent.querySelector(".head h1");
    this.list = parent.querySelector(".head ul");
  }

  // Only what differs is written anew, so that nothing is read out twice.
  show(scene, terrain, start, frame) {
    const seen = ([x, y]) => frame.contains(frame.px(x), frame.py(y));
    const entries = terrain.signs.filter(({ points }) => points.some(seen)).map(({ name, path }) => [name, path]);
    if (seen(start)) entries.push(["start", terrain.start]);
    for (const run of scene.runs) entries.push([run.slot, run.sign, run.color]);
    const said = JSON.stringify([terrain.title, entries, frame.root.clientWidth]);
    if (said === this.said) return;
    this.said = said;
    this.title.textContent = terrain.title;
    this.list.replaceChildren(
      ...entries.map(([name, path, color]) => {
        const item = document.createElement("li");
        item.append(picture(path, color), name);
        return item;
      }),
    );
    // Where there is room for one of the two, the signs are what else nobody knows.
    const full = () => this.list.scrollHeight > this.list.clientHeight;
    this.title.hidden = false;
    this.title.hidden = full();
    // All runs or none: some would pass for all, and the cards name them.
    if (full()) entries.forEach(([, , color], i) => (this.list.children[i].hidden = color !== undefined));
  }
}
