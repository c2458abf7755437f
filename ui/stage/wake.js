// A page comes back by itself: from sleep, a lost network, a server that was started anew or has been replaced.
//
// Streamlit connects again, but asks for nothing if nothing was running, and what it asks with is the query
// the page was opened with. So the page says itself what it shows, and which session has shown it; where
// even that is not answered it loads itself again: the address holds all there is to keep.

const SLEEP = 20_000; // milliseconds out of sight after which nobody vouches for the connection
const POLL = 400; // between two looks whether the server answers
const RECONNECT = 600; // for Streamlit to connect once the server answers
const PATIENCE = 1200; // for an answer
const DOUBT = 2500; // for the least sign of one, when Streamlit has asked for something
const BUSY = 200; // a server that takes so long for the least of all answers has much to do
const KEY = "descent.reloads";

const app = () => document.querySelector('[data-testid="stApp"]');
const running = () => app()?.dataset.testScriptState === "running";
const connected = () => app()?.dataset.testConnectionState === "CONNECTED";
const wait = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

// How long the server takes to say that it is there; null if it does not.
async function served() {
  const asked = performance.now();
  try {
    const answer = await fetch(new URL("./_stcore/health", document.baseURI), {
      cache: "no-store",
      signal: AbortSignal.timeout(PATIENCE),
    });
    return answer.ok ? performance.now() - asked : null;
  } catch {
    return null;
  }
}

// Not again and again where it does not help.
function reload(address) {
  const { count, when } = JSON.parse(sessionStorage.getItem(KEY) ?? '{"count":0,"when":0}');
  if (Date.now() - when < 1000 * 2 ** count) return;
  sessionStorage.setItem(KEY, JSON.stringify({ count: Math.min(count + 1, 6), when: Date.now() }));
  const url = new URL(address);
  if (onStage(url)) url.search = `?${shown(address).query}`;
  history.replaceState(history.state, "", url);
  location.reload();
}

export class Wake {
  // `tell` sends the server a message that a run of the whole page follows.
  constructor(tell) {
    this.tell = tell;
    this.lost = false;
    this.asked = null; // the serial number of what has not been answered
    this.mark();
    new MutationObserver(() => this.look()).observe(app(), {
      attributeFilter: ["data-test-connection-state"],
    });
    new MutationObserver(() => this.doubt()).observe(app(), { attributeFilter: ["data-test-script-state"] });
    window.addEventListener("popstate", () => (this.address = location.href)); // that is the visitor's own will
    document.addEventListener("visibilitychange", () => {
      if (document.hidden) this.hidden = Date.now();
      else if (Date.now() - this.hidden > SLEEP) this.ask();
    });
    window.addEventListener("online", () => this.ask());
    window.addEventListener("pageshow", ({ persisted }) => persisted && this.ask());
  }

  // The server's word: which session this is, and which message it has heard last.
  hear({ name, heard }) {
    this.visit ??= name;
    if (heard !== this.asked || heard === null) return;
    this.visit = name;
    this.asked = null;
    this.mark();
    sessionStorage.removeItem(KEY);
  }

  // For style sheets and tests: whether what is shown is known to be what the server has.
  mark() {
    document.documentElement.dataset.awake = !this.lost && this.asked === null;
  }

  look() {
    if (connected()) {
      if (this.lost) {
        this.lost = false;
        this.ask(this.address);
      }
    } else if (!this.lost) {
      this.lost = true;
      this.address = location.href; // Streamlit may write its own, older one when it is back
      this.mark();
      this.watch();
    }
  }

  // A line may have died without a word; that is noticed when something is said and nothing comes back.
  doubt() {
    clearTimeout(this.doubting);
    if (app().dataset.testScriptState !== "rerunRequested") return;
    this.doubting = setTimeout(() => this.asked === null && this.ask(), DOUBT);
  }

  // While there is no connection: Streamlit may look for one only every four seconds.
  async watch() {
    let since = null;
    while (this.lost) {
      since = (await served()) === null ? null : since ?? performance.now();
      if (since !== null && performance.now() - since > RECONNECT && this.lost) reload(this.address);
      await wait(POLL);
    }
  }

  // Say what is shown, until it is answered.
  async ask(address = location.href) {
    const asked = (this.asked = Math.random());
    this.mark();
    for (let times = 1; this.asked === asked && connected(); times++) {
      this.tell({ serial: asked, visit: this.visit, ...shown(address) });
      await wait(times * PATIENCE);
      if (this.asked !== asked || (times < 4 && running())) continue;
      const taken = await served();
      if (taken !== null && taken < BUSY) reload(address); // the connection only seems to be one
    }
  }
}

const left = () => JSON.parse(sessionStorage.getItem("descent.shown") ?? "{}");
const onStage = ({ pathname }) => [undefined, pathname].includes(left().path);

// What the page with a stage shows at this address, or showed when it was left, and which page that is; with what
// nobody has heard of yet.
function shown(address) {
  const url = new URL(address), here = onStage(url);
  const whole = new URLSearchParams(here ? url.search : left().query);
  new URLSearchParams(document.documentElement.dataset.pending).forEach((value, key) => whole.set(key, value));
  return { query: whole.toString(), room: (here ? url.pathname : left().path).split("/").at(-1) };
}
