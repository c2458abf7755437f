// What the stage writes in places of the page that Streamlit makes anew as it likes: verdicts and the table.

import { Table } from "./table.js";

export class Places {
  constructor() {
    this.table = new Table();
  }

  show(told) {
    if (told?.table && told !== this.told) this.table.show(told.table);
    this.told = told;
    this.fill();
  }

  // Where a place is new, or says something else.
  fill() {
    if (!this.told) return;
    const { verdicts, table } = this.told;
    for (const place of document.querySelectorAll("p.became[data-slot]")) {
      const said = verdicts[place.dataset.slot] ?? "";
      if (place.said === said) continue;
      place.innerHTML = place.said = said;
    }
    const place = document.querySelector(".reached-place");
    if (!table) this.table.root.remove();
    else if (place && this.table.root.parentElement !== place) place.append(this.table.root);
  }

  leave() {
    this.table.leave();
  }
}
