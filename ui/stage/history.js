// The address holds the scenario, after whatever else it held that is not ours; Back and Forward walk through it.

const SETTING = /^[A-F]\./; // a run's setting in the address
const PAUSE = 1500; // milliseconds within which changes of the same number are one change

export class History {
  // `onReturn` is told the query when the visitor goes back or forward.
  constructor(onReturn, signal) {
    window.addEventListener(
      "popstate",
      () => {
        this.latest = null;
        if (location.pathname === this.path) onReturn(location.search.slice(1));
      },
      { signal },
    );
  }

  write({ link, whole, own }) {
    const before = new URLSearchParams(location.search);
    const others = [...before].filter(([key]) => !own.includes(key) && !SETTING.test(key));
    const query = [new URLSearchParams(others).toString(), link].filter(Boolean).join("&");
    const { pathname, search, hash } = location;
    const first = this.path === undefined;
    const [old, fresh] = [new URLSearchParams(this.whole), new URLSearchParams(whole)];
    [this.path, this.whole] = [pathname, whole];
    sessionStorage.setItem("descent.shown", JSON.stringify({ path: pathname, query })); // for when it is left
    if (search === (query && `?${query}`)) return;
    const changed = [...new Set([...old.keys(), ...fresh.keys()])].filter((key) => old.get(key) !== fresh.get(key));
    const what = changed.includes("x") || changed.includes("y") ? "start" : changed.join(), now = performance.now();
    const goesOn = what === this.latest?.what && now - this.latest.when < PAUSE;
    const address = pathname + (query && `?${query}`) + hash;
    if (first || goesOn) history.replaceState(history.state, "", address);
    else history.pushState(history.state, "", address);
    this.latest = { what, when: now };
  }
}
