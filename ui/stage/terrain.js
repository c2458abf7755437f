// The large, seldom changing half of the picture: receives a map and keeps it for the stage.

// The stage's own modules, not copies of them under this component's name.
const stage = (file) => import(import.meta.url.replace(/\.terrain\/.*/, `.stage/${file}`));
const [{ unpackTerrain }, { keep }] = await Promise.all(["payload.js", "terrains.js"].map(stage));

export default function ({ data, parentElement }) {
  parentElement.closest('[data-testid="stElementContainer"]')?.style.setProperty("display", "none");
  unpackTerrain(data).then(keep);
}
