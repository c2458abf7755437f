// The table of what the runs reached: a click on a column's head sorts it, and it goes out as CSV.

const SKELETON = `
  <div class="wide" tabindex="0" role="region">
    <table class="verdicts"><thead><tr></tr></thead><tbody></tbody></table>
  </div>
  <p class="beside note" hidden></p>
  <p class="beside"><a class="csv" href="#" download="runs.csv">Download as CSV</a></p>`;

const element = (tag, text, facts = {}) => Object.assign(document.createElement(tag), { textContent: text }, facts);

// Rows in the order of a column; what has no number comes last, whichever way.
function sorted(rows, column, way) {
  const key = (row) => (column ? row.cells[column - 1] : { text: row.label });
  return [...rows].sort((a, b) => {
    const [first, second] = [key(a), key(b)];
    if (!("value" in first)) return way * first.text.localeCompare(second.text);
    if (first.value === null || second.value === null) return (first.value === null) - (second.value === null);
    return way * (first.value - second.value);
  });
}

export class Table {
  constructor() {
    [this.column, this.way] = ["Run", 1];
    this.root = element("div", "", { className: "reached", innerHTML: SKELETON });
    // Made when it is asked for: to make one for every picture costs more than the picture.
    const link = this.root.querySelector(".csv");
    for (const type of ["pointerdown", "click"]) link.addEventListener(type, () => this.file(link));
  }

  show(facts) {
    this.facts = facts;
    this.root.querySelector(".wide").setAttribute("aria-label", facts.name);
    Object.assign(this.root.querySelector(".note"), { textContent: facts.note, hidden: !facts.note });
    // A head that stays keeps its focus.
    if (facts.head.join() !== this.drawn) this.root.querySelector("thead tr").replaceChildren(...facts.head.map((name) => this.head(name)));
    this.drawn = facts.head.join();
    this.order();
  }

  // The table as a file, behind a link.
  file(link) {
    URL.revokeObjectURL(this.url);
    link.href = this.url = URL.createObjectURL(new Blob([this.facts.csv], { type: "text/csv" }));
  }

  head(name) {
    const cell = element("th", "", { scope: "col" }), button = element("button", name, { type: "button" });
    button.addEventListener("click", () => {
      [this.column, this.way] = [name, this.column === name ? -this.way : 1];
      this.order();
    });
    cell.append(button);
    return cell;
  }

  order() {
    const { head, rows } = this.facts, column = Math.max(0, head.indexOf(this.column));
    [...this.root.querySelectorAll("th[scope=col]")].forEach((cell, i) => {
      if (i === column) cell.setAttribute("aria-sort", this.way > 0 ? "ascending" : "descending");
      else cell.removeAttribute("aria-sort");
    });
    const made = sorted(rows, column, this.way).map(({ label, cells }) => {
      const row = document.createElement("tr");
      row.append(element("th", label, { scope: "row" }), ...cells.map(({ text }) => element("td", text)));
      return row;
    });
    this.root.querySelector("tbody").replaceChildren(...made);
  }

  leave() {
    URL.revokeObjectURL(this.url);
    this.root.remove();
  }
}
