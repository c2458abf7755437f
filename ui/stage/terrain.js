// The large, seldom changing half of the picture: receives a map and keeps it for the stage.

import { keep } from "../descent.stage/terrains.js";

export default function ({ data, parentElement }) {
  parentElement.closest('[data-testid="stElementContainer"]')?.style.setProperty("display", "none");
  keep(JSON.parse(new TextDecoder().decode(data)));
}
