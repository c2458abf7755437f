// What of the picture the visitor has chosen to see: at once here, and in the link as soon as the server has heard.

const MOST = 2; // panels at a time
const FEW = 3; // maps side by side that leave room for panels
const NARROW = "(max-width: 760px)";
const REST = 400; // milliseconds without a change until the server is told

const text = (looks) => JSON.stringify(Object.entries(looks).sort());

export class Looks {
  // `onChange` shows what is chosen; `tell` says the keys that have changed.
  constructor(root, onChange, tell) {
    [this.root, this.onChange, this.tell] = [root, onChange, tell];
    this.bar = root.querySelector(".choices [role=group]");
    this.apart = root.querySelector(".maps");
    this.now = {};
    this.untold = new Map();
    this.apart.addEventListener("click", () => this.change({ maps: this.now.maps ? "" : "apart", large: "" }));
  }

  // What the server has; returns whether it differs from what is shown, as after Back.
  take({ shown, looks, display: { offers } }, pending) {
    this.keys = looks;
    const said = text(shown), fresh = said !== this.served && !pending && !this.untold.size;
    this.served = said;
    const differs = fresh && text(this.now) !== said;
    if (fresh) this.now = { ...shown };
    if (text(this.now) === said) delete this.root.dataset.untold;
    this.offer(offers);
    return differs;
  }

  offer(offers) {
    const said = JSON.stringify(offers);
    if (said === this.offered) return;
    this.offered = said;
    this.bar.replaceChildren(
      ...offers.map(([name, text]) => {
        const button = Object.assign(document.createElement("button"), { type: "button", textContent: text });
        button.dataset.panel = name;
        button.addEventListener("click", () => this.choose(name));
        return button;
      }),
    );
  }

  // One panel more, in place of the older one; or one less.
  choose(name) {
    const shown = this.others;
    const kept = shown.includes(name) ? shown.filter((one) => one !== name) : [...shown, name].slice(-MOST);
    if (kept.length || !this.room) this.change({ panels: kept.join(), large: "" });
  }

  enlarge(name) {
    this.change({ large: this.now.large === name ? "" : name });
  }

  change(parts, show = true) {
    if (!this.offered || this.offered === "[]") return; // nothing of a lab's picture is chosen
    for (const [key, value] of Object.entries(parts)) {
      if ((this.now[key] ?? "") === value) continue;
      this.untold.set(key, value);
      if (value) this.now[key] = value;
      else delete this.now[key];
    }
    if (!this.untold.size) return;
    this.root.dataset.untold = true; // what the link does not have yet
    if (show) this.onChange();
    clearTimeout(this.resting);
    this.resting = setTimeout(() => {
      this.tell(Object.fromEntries(this.untold));
      this.untold.clear();
    }, show ? 0 : REST);
  }

  // A query of before, with what is looked at now: going back takes back a change, not the panels. The part of
  // the plane that is seen is that of before, as is the surface.
  kept(query) {
    const wanted = new URLSearchParams(query);
    for (const key of this.keys.filter((one) => one !== "view")) {
      if (this.now[key]) wanted.set(key, this.now[key]);
      else wanted.delete(key);
    }
    return wanted.toString();
  }

  // The run that is picked out, if it is there.
  picked({ runs }) {
    const found = runs.some(({ slot }) => slot === this.now.pick) ? this.now.pick : "";
    document.documentElement.dataset.picked = found;
    return found;
  }

  // The display with what is chosen.
  arranged(display, count) {
    const offered = display.offers.map(([name]) => name);
    if (!offered.length) return display;
    const chosen = (this.now.panels ?? "").split(",").filter((name) => offered.includes(name));
    const apart = Boolean(this.now.maps) && !display.hides;
    // On a phone, and over many maps, panels are there for who asks.
    this.room = !matchMedia(NARROW).matches && !(apart && count > FEW);
    this.others = chosen.length || !this.room ? chosen : display.others.map(([name]) => name);
    const large = !display.hides && [...offered, "map"].includes(this.now.large) ? this.now.large : "";
    for (const button of this.bar.children) {
      const on = large ? button.dataset.panel === large : this.others.includes(button.dataset.panel);
      button.setAttribute("aria-pressed", on);
    }
    this.apart.setAttribute("aria-pressed", apart);
    if (large) return { ...display, main: large, others: [] };
    const others = this.others.map((name) => [name, 1]);
    return apart ? { ...display, main: "", others, columns: others.length || 1, apart } : { ...display, others };
  }
}
