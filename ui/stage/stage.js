// The main picture: a contour map with growing paths, and the traces beside it.

import { arrival, there } from "./arrivals.js";
import { Frame } from "./frame.js";
import { Fit } from "./fit.js";
import { Hand } from "./hand.js";
import { Legend } from "./legend.js";
import { batchAt, batchSurface } from "./batch.js";
import { arrange } from "./arrangement.js";
import { reached } from "./clock.js";
import { paintOverlay } from "./overlay.js";
import { paintMap, paintTrace } from "./paint.js";
import { Outbox } from "./outbox.js";
import { Panel } from "./panel.js";
import { Places } from "./places.js";
import { unpack } from "./payload.js";
import { paintQuadratic } from "./quadratic.js";
import { Player } from "./player.js";
import { loadPlotly } from "./plotly.js";
import { Ghosts } from "./ghosts.js";
import { History } from "./history.js";
import { Looks } from "./looks.js";
import { followKeys } from "./keys.js";
import { enlarge } from "./markers.js";
import { Maps } from "./maps.js";
import { followMap, followTraces } from "./pointer.js";
import { Rehearsal } from "./rehearsal.js";
import { Strips } from "./strip.js";
import { Relief } from "./relief.js";
import { seedsOf } from "./seeds.js";
import { Sight } from "./sight.js";
import { SKELETON } from "./skeleton.js";
import { Titles } from "./titles.js";
import { Scale } from "./scale.js";
import { followTouches } from "./touch.js";

const PAUSE = 100; // milliseconds

const capital = (text) => text[0].toUpperCase() + text.slice(1);

class Stage {
  constructor(parent) {
    this.root = document.createElement("section");
    this.root.className = "stage";
    this.root.innerHTML = SKELETON;
    this.root.dataset.painted = 0;
    parent.append(this.root);
    const frame = (name) => new Frame(this.root.querySelector(`.frame.${name}`), name);
    this.map = frame("map");
    this.frames = ["loss", "gradient", "rate"].map(frame);
    this.fit = frame("fit");
    this.relief = new Relief(this.root.querySelector(".frame.relief"));
    this.scale = new Scale(this.root.querySelector(".scale"));
    this.panels = new Map(); // what a lab brings along, by name
    this.legend = new Legend(this.root);
    this.tip = this.root.querySelector(".tip");
    this.player = new Player(
      this.root,
      () => this.paint(),
      () => this.paintNow(),
      (step) => this.looks.change({ at: step === null ? "" : `${step}` }, false),
    );
    this.looks = new Looks(
      this.root,
      () => {
        if (!this.scene) return;
        this.scene.picked = this.looks.picked(this.served);
        this.show();
      },
      (parts) => this.offer("looked", parts),
    );
    this.titles = new Titles(this.looks);
    this.outbox = new Outbox();
    this.sight = new Sight(this, (view) => this.looks.change({ view }, false));
    this.leaving = new AbortController();
    followMap(this, this.map, () => true, this.leaving.signal);
    this.examples = new Fit(this, this.fit, this.leaving.signal);
    followTraces(this, this.leaving.signal);
    followTouches(this, this.map, this.leaving.signal);
    this.maps = new Maps(this);
    followKeys(this, this.leaving.signal);
    this.history = new History((query) => this.offer("address", { query: this.looks.kept(query) }), () => this.offerWays(), this.leaving.signal);
    this.root.querySelector(".undo").addEventListener("click", () => history.back());
    this.root.querySelector(".redo").addEventListener("click", () => history.forward());
    this.root.addEventListener("transitionrun", (event) => this.turn(event), { signal: this.leaving.signal });
    this.root.addEventListener("film", ({ detail }) => detail(this), { signal: this.leaving.signal }); // takeaway.js
    this.offerWays();
    this.rehearsal = new Rehearsal();
    this.ghosts = new Ghosts();
    this.hand = new Hand(this, this.leaving.signal);
    this.strips = new Strips(() => ({ scene: this.served, terrain: this.terrain, rehearsal: this.rehearsal }), this.leaving.signal);
    this.places = new Places();
    this.made = new MutationObserver(() => this.refill());
    this.made.observe(document.body, { childList: true, subtree: true });
    this.batchBox = this.root.querySelector(".batch input");
    this.whose = this.root.querySelector(".whose");
    for (const control of [this.batchBox, this.whose]) control.addEventListener("change", () => this.paint());
    this.root.querySelector(".reset").addEventListener("click", () => this.sight.reset());
    this.sizes = new ResizeObserver(() => this.scene && this.show());
    this.sizes.observe(this.root);
  }

  async update(data, send) {
    this.outbox.send = send;
    const scene = unpack(data);
    // Another session's picture is none of ours until that session has read what our address says.
    const page = document.documentElement.dataset; // whichever version of this file the server has now
    if (page.visit && scene.visit !== page.visit && !scene.woken) return;
    page.visit = scene.visit;
    this.latest = data;
    const [Plotly, ground] = await Promise.all([loadPlotly(), arrival(scene.terrain)]);
    if (this.latest !== data) return; // a newer picture is on its way
    [this.Plotly, this.served, this.terrain] = [Plotly, scene, ground];
    if (there(scene.tapes)) this.learn(scene, there(scene.tapes));
    else arrival(scene.tapes).then((tapes) => this.learn(scene, tapes));
    // A picture from before the visitor's last word would move the start marker back for a moment.
    if (this.outbox.hear(scene.heard) && !this.outbox.waiting.has("start")) this.start = scene.start;
    this.rehearsal.hear(scene);
    if (this.looks.take(scene, this.outbox.awaits("looked"))) {
      this.player.load(scene.end, scene.budget.one);
      this.player.put(scene.shown.at === undefined ? null : Number(scene.shown.at));
      this.sight.aim = scene.shown.view ?? "";
    }
    this.address();
    this.showRuns();
    await this.show();
    this.announce();
  }

  // Give the runs of a picture the programs that make them.
  learn(scene, { name, surface, runs, written, draws = null, seeds }) {
    for (const run of scene.runs) {
      const program = runs[run.kind] && { surface, ...runs[run.kind] }, tape = !run.fan && program; // of a fan only the server knows the middle
      Object.assign(run, { program, tape, written: written[run.kind], seeds: seedsOf(run, seeds, surface.rows?.length) });
    }
    scene.formulas = surface.hessian ? surface : null;
    scene.draws = draws;
    if (scene.display.quadratic || (this.arranged && this.shows("step"))) this.paint(); // which needs them
    this.root.dataset.tapes = name;
    this.strips.look();
  }

  // A preview is not in the address, nor what was drawn before the server has heard where the visitor went back to.
  address() {
    if (this.served.settled && !this.outbox.awaits("address")) this.ghosts.settle(this.served, this.history.write(this.served));
  }

  offerWays() {
    const { behind, ahead } = this.history;
    this.root.querySelector(".undo").disabled = !behind;
    this.root.querySelector(".redo").disabled = !ahead;
  }

  // What became of the runs, once it has stopped changing.
  announce() {
    clearTimeout(this.saying);
    const place = this.root.querySelector(".said"), { said, settled } = this.served;
    if (!settled || said === this.said) return;
    if (this.said === undefined) {
      this.said = said; // the first picture is read as one
      return;
    }
    this.saying = setTimeout(() => { place.textContent = this.said = said; }, 600);
  }

  // The page's colours have changed: the style sheet lets the text's colour pass over, however briefly.
  turn({ target, propertyName }) {
    if (target !== this.root || propertyName !== "color" || !this.scene) return;
    this.offer("theme", getComputedStyle(document.documentElement).colorScheme);
  }

  get display() {
    return this.looks.arranged(this.scene.display, this.scene.runs.length);
  }

  shows(name) {
    const { main, others } = this.arranged;
    return name === main || others.some(([other]) => other === name);
  }

  // The traces of this picture, each with its place among those of a run.
  get traces() {
    const named = this.frames.map((frame, i) => ({ frame, i }));
    return named.filter(({ frame, i }) => i < this.scene.traces.length && this.shows(frame.name));
  }

  // What the server brought along, as far as it is shown.
  get ownPanels() {
    return this.scene.panels.filter(({ name }) => this.shows(name)).map(({ name }) => this.panels.get(name));
  }

  // Once a frame: places outside the picture are made anew by Streamlit as it likes.
  refill() {
    this.filling ??= requestAnimationFrame(() => {
      this.filling = null;
      this.places.fill();
      this.strips.look();
    });
  }

  // One drawing after the other: Plotly cannot be asked twice at once.
  show() {
    const draw = () => this.draw();
    this.drawn = (this.drawn ?? Promise.resolve()).then(draw, draw);
    return this.drawn;
  }

  async draw() {
    if (!this.root.isConnected) return;
    const { Plotly, scene } = this, { figure, examples } = this.terrain;
    this.drawnTraces = scene.traces;
    for (const { name } of scene.panels) if (!this.panels.has(name)) this.panels.set(name, new Panel(this, name));
    for (const { bytes, ...facts } of scene.panels) this.panels.get(facts.name).take(facts, bytes);
    this.arranged = this.display;
    this.titles.keep((name) => this.shows(name));
    enlarge(scene.look.scale);
    arrange(this.root, this.arranged, scene.panels.map(({ name }) => name));
    this.root.classList.toggle("batched", Boolean(examples));
    for (const { frame, i } of this.traces) frame.root.setAttribute("aria-label", `${capital(scene.traces[i].axis.title)} against ${scene.budget.axis}`);
    const axes = (frame, layout) =>
      frame.draw(Plotly, (frame.axesOnly ??= [{ x: [], y: [], type: "scatter" }]), { ...layout, ...this.titled(frame, layout.title.text), dragmode: false }, "", this.scene.look.scale);
    await Promise.all([
      ...(this.shows("map") ? [this.map.draw(Plotly, figure.data, figure.layout, scene.view, scene.look.scale)] : []),
      ...this.traces.map(({ frame, i }) => axes(frame, scene.traces[i].layout)),
      ...(this.shows("fit") ? [axes(this.fit, scene.fit.layout)] : []),
      ...this.ownPanels.map((panel) => panel.draw(Plotly)),
      ...(this.shows("relief") ? [this.drawRelief(Plotly)] : []),
    ]);
    if (this.shows("map") && !this.followed) this.sight.follow(this.map);
    if (this.arranged.apart) await this.maps.draw(Plotly, scene, this.terrain);
    else this.maps.put();
    this.followed ||= this.shows("map");
    await this.sight.settle();
    this.ready = true;
    this.paintNow();
    this.places.show(this.served.told); // after what is measured: it moves what stands below
  }

  drawRelief(Plotly) {
    const { rehearsal, served, terrain } = this, moves = rehearsal.surfaceMoves && served.runs[0].tape;
    this.titled({ root: this.relief.root, name: "relief" }, "three dimensions");
    return this.relief.draw(Plotly, this.scene, terrain, moves && ((xs, ys) => rehearsal.heights(served, xs, ys, terrain.bands)));
  }

  // A panel's own title, or a button in its place where there is a choice.
  titled(panel, text) {
    if (!this.scene.display.offers.length) return {};
    this.titles.show(panel, text, this.arranged.main === panel.name);
    return { title: undefined };
  }

  // At most one picture a frame of the screen.
  paint() {
    this.due = true;
    this.asked ??= requestAnimationFrame(() => {
      this.asked = null;
      if (this.due) this.paintNow();
    });
  }

  // The first change after a pause does not wait for the frame, whose end a heavy picture would miss.
  paintAtOnce() {
    const now = performance.now(), first = !this.asked && !(now - this.changed < PAUSE);
    this.changed = now;
    this.paint();
    if (first) this.paintNow();
  }

  paintNow() {
    this.due = false;
    if (!this.ready || !this.root.isConnected) return;
    if (this.shows("map")) this.paintMap();
    if (this.arranged.apart) this.paintMaps();
    for (const { frame, i } of this.traces) paintTrace(frame, this.scene, i, this.player.step, this.ghosts.shown);
    if (this.shows("fit")) this.examples.paint(this.player.step, this.batch, this.terrain.start);
    for (const panel of this.ownPanels) panel.paint(this.scene);
    if (this.shows("relief")) this.relief.paint(this.scene, this.terrain, this.player.step);
    this.root.querySelector(".reset").hidden = !this.sight.moved;
    this.root.dataset.step = this.player.step;
    this.root.dataset.start = this.start.join(",");
    this.root.dataset.hand = this.rehearsal.described;
    this.root.dataset.link = this.served.link;
    this.strips.look();
    this.root.dataset.painted = Number(this.root.dataset.painted) + 1;
  }

  paintMap() {
    const ground = this.rehearsal.ground(this.served, this.map, this.terrain.bands);
    paintMap(this.map, this.scene, this.terrain, this.player.step, this.start, this.ghosts.shown, ground ? null : this.batchSurface(), ground);
    const local = this.scene.display.quadratic ? paintQuadratic(this.map, this.scene, this.player.step) : "";
    Object.assign(this.root.querySelector(".local"), { textContent: local, hidden: !local });
    if (this.shows("step")) paintOverlay(this, this.map, this.scene);
    this.root.style.setProperty("--plot-left", `${this.map.area.left}px`);
    this.scale.show(this.terrain.scale, this.map.area, this.map.root.clientWidth);
    this.legend.show(this.scene, ground ? { ...this.terrain, signs: [] } : this.terrain, this.start, this.map);
  }

  paintMaps() {
    const groundOf = (frame) => this.rehearsal.ground(this.served, frame, this.terrain.bands);
    this.maps.paint(this.scene, this.terrain, this.player.step, this.start, this.ghosts.shown, groundOf);
  }

  // The surface of the batch that led to this step; not while playing, where it would only flicker.
  batchSurface() {
    const { batch } = this;
    if (!this.terrain.examples || !batch.length || !this.batchBox.checked || this.player.playing) return null;
    return batchSurface(this.terrain.examples, batch);
  }

  // The examples that led to this step: of the run that the visitor chose among those with batches.
  get batch() {
    const run = this.scene.runs.find(({ slot }) => slot === this.whose.value);
    return run ? batchAt(run, reached(run, this.player.step)) : [];
  }

  offerBatches() {
    const slots = this.scene.runs.filter(({ batches }) => batches.length).map(({ slot }) => slot);
    this.root.classList.toggle("several", slots.length > 1);
    if (slots.join() === [...this.whose.options].map(({ value }) => value).join()) return;
    const before = this.whose.value;
    this.whose.replaceChildren(...slots.map((slot) => new Option(`of ${slot}`, slot)));
    if (slots.includes(before)) this.whose.value = before;
  }

  // Draw one run strongly and the others pale; all alike for none, or for the one that is picked already.
  pick(slot) {
    if (slot !== undefined) this.looks.change({ pick: this.looks.now.pick === slot ? "" : slot });
  }

  // What is shown: the server's runs, or what the browser makes of them at the numbers under the hand.
  showRuns() {
    const { rehearsal, served } = this;
    this.scene = rehearsal.going ? rehearsal.picture(served) : served;
    this.scene.picked = this.looks.picked(served);
    if (rehearsal.going || (!this.outbox.waiting.has("start") && this.outbox.event !== "start")) this.start = this.scene.start;
    if (!rehearsal.going && !this.hand.previewed) this.ghosts.end();
    this.player.load(this.scene.end, this.scene.budget.one);
    this.offerBatches();
    const slots = rehearsal.going ? rehearsal.slots(served).join(" ") : "";
    const page = document.documentElement.dataset;
    page.rehearsing = slots; // their verdicts are not those of what is shown
    page.pending = this.hand.looking ? "" : rehearsal.query; // what is not in the address yet
    const moving = `Contour map of ${this.terrain.title}. What becomes of the runs is said when the hand rests.`;
    this.map.root.setAttribute("aria-label", slots ? moving : served.alt);
  }

  // Words beside the pointer.
  hint(text, event) {
    this.tip.hidden = !text;
    if (!text) return;
    this.tip.textContent = text;
    const box = this.root.getBoundingClientRect();
    const left = Math.min(event.clientX - box.left + 14, box.width - this.tip.offsetWidth - 4);
    this.tip.style.left = `${left}px`;
    this.tip.style.top = `${Math.max(0, event.clientY - box.top - this.tip.offsetHeight - 10)}px`;
  }

  offer(event, value) {
    this.outbox.offer(event, value);
  }

  leave() {
    this.leaving.abort();
    this.outbox.leave();
    this.made.disconnect();
    this.places.leave();
    clearTimeout(this.saying);
    this.hand.leave();
    this.sizes.disconnect();
    this.player.pause();
    this.root.remove();
    const own = [...[...this.panels.values()].map((panel) => panel.frame), ...this.maps.all];
    this.drawn?.then(() => this.relief.leave(this.Plotly));
    this.drawn?.then(() => [this.map, this.fit, ...this.frames, ...own].forEach((frame) => this.Plotly.purge(frame.plot)));
  }
}

const stages = new WeakMap();

export default function ({ data, parentElement, setTriggerValue }) {
  if (!stages.has(parentElement)) stages.set(parentElement, new Stage(parentElement));
  const stage = stages.get(parentElement);
  stage.update(data, setTriggerValue);
  // Streamlit also cleans up after a call that a newer one has overtaken; the stage stays then.
  return () =>
    requestAnimationFrame(() => {
      if (parentElement.isConnected || !stages.delete(parentElement)) return;
      stage.leave();
    });
}
