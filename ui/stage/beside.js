// Messages beside the picture's own: receives a map, or the tapes of the runs, and keeps it for the stage.

// The stage's own modules, not copies of them under this component's name.
const stage = (file) => import(import.meta.url.replace(/\.terrain\/.*|\.tapes\/.*/, `.stage/${file}`));
const [{ unpackBeside }, { keep }] = await Promise.all(["payload.js", "arrivals.js"].map(stage));

export default function ({ data, parentElement }) {
  parentElement.closest('[data-testid="stElementContainer"]')?.style.setProperty("display", "none");
  unpackBeside(data).then(keep);
}
