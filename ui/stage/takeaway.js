// What the browser makes to take along: the figure as PNG or SVG, and the playback as a film.

// The stage's own modules, not copies of them under this component's name.
const stageFile = (file) => import.meta.url.replace(/\.takeaway\/.*/, `.stage/${file}`);
const [{ film, kind }, { unpackBeside }] = await Promise.all(
  ["film.js", "payload.js"].map((file) => import(stageFile(file))),
);

const SKELETON = `
  <button type="button" data-format="png">Picture (PNG)</button>
  <button type="button" data-format="svg">Picture (SVG)</button>
  <button type="button" class="film">Film of the playback</button>
  <p role="status"></p>`;

function save(blob, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

class Takeaway {
  constructor(parent) {
    this.root = document.createElement("section");
    this.root.className = "takeaway";
    this.root.innerHTML = SKELETON;
    parent.append(this.root);
    this.said = this.root.querySelector("p");
    this.filming = null;
    for (const button of this.root.querySelectorAll("[data-format]")) {
      button.addEventListener("click", () => this.ask(button.dataset.format));
    }
    this.film = this.root.querySelector(".film");
    this.film.addEventListener("click", () => (this.filming ? this.filming.abort() : this.record()));
    if (!kind()) this.film.disabled = true;
  }

  // The server has the figure; it is drawn here, by the Plotly that has drawn the stage.
  ask(format) {
    this.wanted = Math.random();
    this.say("Drawing …");
    this.send("figure", { serial: this.wanted, format });
  }

  async update(data, send) {
    this.send = send;
    const { name, asked, figure } = await unpackBeside(data);
    this.name = name;
    if (!figure || asked.serial !== this.wanted) return;
    this.wanted = null;
    try {
      await this.draw(figure, asked.format);
      this.say("Saved.");
    } catch (error) {
      this.say("The picture could not be drawn here.");
      console.warn(error);
    }
  }

  async draw(figure, format) {
    const { width, height } = figure.size;
    const options = { format, width, height, scale: format === "png" ? 2 : 1 };
    const address = await window.Plotly.toImage({ data: figure.data, layout: figure.layout }, options);
    save(blobOf(address), `${this.name}.${format}`);
  }

  async record() {
    const root = document.querySelector(".stage");
    if (!root) return;
    this.filming = new AbortController();
    this.film.textContent = "Cancel the film";
    const stage = await new Promise((resolve) => root.dispatchEvent(new CustomEvent("film", { detail: resolve })));
    const tell = (share) => this.say(`Filming … ${Math.round(100 * share)} %`);
    try {
      const made = await film(stage, tell, this.filming.signal);
      if (made) save(made, `${this.name}.${made.type.includes("mp4") ? "mp4" : "webm"}`);
      this.say(made ? "Saved." : "Cancelled.");
    } catch (error) {
      this.say("The film could not be made. It shows the map: is that on the screen?");
      console.warn(error);
    }
    this.filming = null;
    this.film.textContent = "Film of the playback";
  }

  say(text) {
    this.said.textContent = text;
  }
}

// The page may not fetch a data address.
function blobOf(address) {
  const [head, body] = address.split(/,(.*)/s), type = /^data:([^;]*)/.exec(head)[1];
  const text = head.endsWith(";base64") ? atob(body) : decodeURIComponent(body);
  const bytes = head.endsWith(";base64") ? Uint8Array.from(text, (c) => c.charCodeAt(0)) : text;
  return new Blob([bytes], { type });
}

const made = new WeakMap();

export default function ({ data, parentElement, setTriggerValue }) {
  if (!made.has(parentElement)) made.set(parentElement, new Takeaway(parentElement));
  const takeaway = made.get(parentElement);
  takeaway.update(data, setTriggerValue);
  return () =>
    requestAnimationFrame(() => {
      if (parentElement.isConnected || !made.delete(parentElement)) return;
      takeaway.filming?.abort();
      takeaway.root.remove();
    });
}
