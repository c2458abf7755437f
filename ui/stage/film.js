// The playback as a film: Plotly's picture of the map, drawn once, and over it the canvas as it is played.

const SECONDS = 6; // of a film, however many steps
const LAST = 1; // second for which the end is held
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
  const { map, player, scene } = stage, before = player.step;
  player.pause();
  const { clientWidth: width, clientHeight: height } = map.root;
  const ratio = Math.max(1, window.devicePixelRatio || 1);
  const ground = await loaded(await stage.Plotly.toImage(map.plot, { format: "png", width, height, scale: ratio }));
  const canvas = document.createElement("canvas");
  // Codecs take even numbers.
  canvas.width = 2 * Math.round((width * ratio) / 2);
  canvas.height = 2 * Math.round(((height + HEAD) * ratio) / 2);
  const context = canvas.getContext("2d");
  const picture = (step) => {
    player.go(step, player.onFrame);
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.fillStyle = scene.look.paper;
    context.fillRect(0, 0, canvas.width, canvas.height);
    words(context, stage, step, width);
    context.drawImage(ground, 0, HEAD, width, height);
    context.drawImage(map.canvas, 0, HEAD, width, height);
  };
  picture(0);
  const chunks = [], recorder = new MediaRecorder(canvas.captureStream(30), { mimeType: kind(), videoBitsPerSecond: 4e6 });
  recorder.ondataavailable = ({ data }) => chunks.push(data);
  const stopped = new Promise((resolve) => (recorder.onstop = resolve));
  recorder.start();
  const began = performance.now(), steps = player.steps;
  try {
    await new Promise((resolve) => {
      const frame = () => {
        const share = (performance.now() - began) / 1000 / SECONDS;
        if (signal.aborted || share >= 1 + LAST / SECONDS) return resolve();
        picture(Math.min(steps, Math.floor(share * steps)));
        tell(Math.min(1, share / (1 + LAST / SECONDS)));
        setTimeout(frame, 1000 / 30); // goes on, slower, in a window that nobody sees
      };
      frame();
    });
  } finally {
    recorder.stop();
    await stopped;
    player.go(before);
  }
  return signal.aborted ? null : new Blob(chunks, { type: kind() });
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
  const count = `step ${step}`, room = context.measureText(count).width + 12;
  context.fillStyle = scene.look.paper;
  context.fillRect(width - room - 12, 0, room + 12, HEAD);
  context.fillStyle = scene.look.ink;
  context.fillText(count, width - room, HEAD / 2);
}
