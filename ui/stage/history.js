// The address holds the scenario, after whatever else it held that is not ours; Back and Forward walk through it.

const SETTING = /^[A-F]\./; // a run's setting in the address
const PAUSE = 1500; // milliseconds within which changes of the same number are one change

export class History {
  // `onReturn` is told the query when the visitor goes back or forward, `onPlace` whenever there is another way to go.
  constructor(onReturn, onPlace, signal) {
    this.onPlace = onPlace;
    this.top = history.state?.top ?? 0; // known to every entry from which one can go forward
    window.addEventListener(
      "popstate",
      () => {
        this.latest = null;
        history.replaceState({ ...history.state, top: this.top }, "");
        this.onPlace();
        if (location.pathname === this.path) onReturn(location.search.slice(1));
      },
      { signal },
    );
  }

  // How many changes lie behind on this page, and how many ahead.
  get behind() {
    return history.state?.changes ?? 0;
  }

  get ahead() {
    return Math.max(0, this.top - this.behind);
  }

  // Write a picture's link; what it was: "first", "new", "going on" of the same number, or the "same".
  write({ link, whole, own, looks }) {
    const before = new URLSearchParams(location.search);
    const others = [...before].filter(([key]) => !own.includes(key) && !SETTING.test(key));
    const query = [new URLSearchParams(others).toString(), link].filter(Boolean).join("&");
    const { pathname, search, hash } = location;
    const first = this.path === undefined;
    const [old, fresh] = [new URLSearchParams(this.whole), new URLSearchParams(whole)];
    [this.path, this.whole] = [pathname, whole];
    sessionStorage.setItem("descent.shown", JSON.stringify({ path: pathname, query })); // for when it is left
    const changed = [...new Set([...old.keys(), ...fresh.keys()])].filter((key) => old.get(key) !== fresh.get(key));
    const real = changed.filter((key) => !looks.includes(key));
    if (search === (query && `?${query}`)) return first ? "first" : real.length ? "new" : "same";
    const what = real.includes("x") || real.includes("y") ? "start" : real.join(), now = performance.now();
    const goesOn = what === this.latest?.what && now - this.latest.when < PAUSE;
    const address = pathname + (query && `?${query}`) + hash;
    const only = !real.length; // what is looked at is no step to go back to
    if (first || goesOn || only) history.replaceState(history.state, "", address);
    else {
      this.top = this.behind + 1;
      history.pushState({ ...history.state, changes: this.top, top: this.top }, "", address);
    }
    this.onPlace();
    if (only) return first ? "first" : "same";
    this.latest = { what, when: now };
    return first ? "first" : goesOn ? "going on" : "new";
  }
}
