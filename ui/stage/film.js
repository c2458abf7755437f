// The playback as a film: Plotly's picture of the map, drawn once, and over it the canvas as it is played.

const SECONDS = 6; // of a film, however many steps
const A_STEP = 0.1; // second that a step takes at most
const LAST = 1; // second for which the end is held
const RATE = 30; // pictures a second
const ACROSS = 3; // maps in a row
const HEAD = 40; // pixels above the map for what it says
const KINDS = ["video/webm;codecs=vp9", "video/webm;codecs=vp8", "video/webm", "video/mp4"];

// What this browser can make, null if it makes no films.
export const kind = () => KINDS.find((one) => window.MediaRecorder?.isTypeSupported(one)) ?? null;

const loaded = (source) =>
  new Promise((resolve, reject) => {
    const image = new Image();
    image.onload = () => resolve(image);
    image.onerror = () => reject(new Error("The map could not be drawn."));
    image.src = source;
  });

// Play a stage's runs from start to end into a Blob. `tell` hears the share that is done; null if the signal
// says stop. Afterwards the stage shows the step that it has shown before.
export async function film(stage, tell, signal) {
  const { player } = stage, before = player.atEnd ? null : player.step, { steps } = player;
  const show = (step, playing) => {
    player.put(step);
    player.playing = playing;
    player.onFrame();
  };
  const length = Math.min(SECONDS, A_STEP * steps), cells = await grounds(stage);
  const columns = Math.min(cells.length, ACROSS), rows = Math.ceil(cells.length / columns);
  const ratio = Math.max(1, window.devicePixelRatio || 1), [{ width, height }] = cells;
  const canvas = document.createElement("canvas");
  // Codecs take even numbers.
  canvas.width = 2 * Math.round((columns * width * ratio) / 2);
  canvas.height = 2 * Math.round(((rows * height + HEAD) * ratio) / 2);
  const context = canvas.getContext("2d");
  const picture = (step) => {
    show(step, true);
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.fillStyle = stage.scene.look.paper;
    context.fillRect(0, 0, canvas.width, canvas.height);
    words(context, stage, step, columns * width);
    cells.forEach(({ frame, ground }, i) => {
      const place = [(i % columns) * width, HEAD + Math.floor(i / columns) * height, width, height];
      for (const layer of [ground, frame.canvas]) context.drawImage(layer, ...place);
    });
  };
  try {
    picture(0);
    const chunks = [], recorder = new MediaRecorder(canvas.captureStream(RATE), { mimeType: kind(), videoBitsPerSecond: 4e6 });
    recorder.ondataavailable = ({ data }) => chunks.push(data);
    const stopped = new Promise((resolve) => (recorder.onstop = resolve));
    recorder.start();
    const began = performance.now();
    for (let share = 0; share < 1 && !signal.aborted; ) {
      await new Promise((resolve) => setTimeout(resolve, 1000 / RATE)); // slower in a window that nobody sees
      const seconds = (performance.now() - began) / 1000;
      share = Math.min(1, seconds / (length + LAST));
      picture(Math.min(steps, Math.floor((seconds / length) * steps)));
      tell(share);
    }
    recorder.stop();
    await stopped;
    return signal.aborted ? null : new Blob(chunks, { type: kind() });
  } finally {
    show(before, false);
  }
}

// The maps that are shown, one or one for every run, each with Plotly's picture of it.
function grounds({ Plotly, map, maps }) {
  const shown = [map, ...(maps?.all ?? [])].filter(({ root }) => root.clientWidth > 0);
  if (!shown.length) throw new Error("No map is shown.");
  return Promise.all(
    shown.map(async (frame) => {
      const { clientWidth: width, clientHeight: height } = frame.root;
      const drawn = await Plotly.toImage(frame.plot, { format: "png", width, height, scale: window.devicePixelRatio || 1 });
      return { frame, width, height, ground: await loaded(drawn) };
    }),
  );
}

// The surface, the runs in their colours, and the step.
function words(context, { root, scene }, step, width) {
  context.font = `16px ${getComputedStyle(root).fontFamily}`;
  context.textBaseline = "middle";
  let x = 12;
  const title = root.querySelector("h1").textContent;
  for (const [text, color] of [[title, scene.look.ink], ...scene.runs.map((run) => [run.label, run.color])]) {
    context.fillStyle = color;
    context.fillText(text, x, HEAD / 2);
    x += context.measureText(text).width + 18;
  }
  const count = `${scene.budget.one} ${step}`, room = context.measureText(count).width + 12;
  context.fillStyle = scene.look.paper;
  context.fillRect(width - room - 12, 0, room + 12, HEAD);
  context.fillStyle = scene.look.ink;
  context.fillText(count, width - room, HEAD / 2);
}
