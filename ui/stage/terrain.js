// The large, seldom changing half of the picture: receives a map and keeps it for the stage.

import { unpackTerrain } from "../descent.stage/payload.js";
import { keep } from "../descent.stage/terrains.js";

export default function ({ data, parentElement }) {
  parentElement.closest('[data-testid="stElementContainer"]')?.style.setProperty("display", "none");
  keep(unpackTerrain(data));
}
