// The strip under the map that says which colour is which loss.

const APART = 8; // pixels between two numbers

export class Scale {
  constructor(root) {
    this.root = root;
    root.innerHTML = "<b>loss</b><i></i><ul></ul>";
  }

  // Under a plot area.
  show({ colors, ticks }, { left, width }) {
    const { parentElement } = this.root, said = JSON.stringify([colors, ticks, left, width, parentElement.clientWidth]);
    if (said === this.said) return;
    this.said = said;
    Object.assign(this.root.style, { marginLeft: `${left}px`, width: `${width}px` });
    const [, bar, list] = this.root.children;
    bar.style.background = `linear-gradient(to right, ${colors.join(", ")})`;
    list.replaceChildren(
      ...ticks.map(([share, text]) => {
        const item = Object.assign(document.createElement("li"), { textContent: text });
        item.style.left = `${100 * share}%`;
        return item;
      }),
    );
    let free = -Infinity;
    for (const item of list.children) {
      const box = item.getBoundingClientRect();
      item.hidden = box.left < free;
      if (!item.hidden) free = box.right + APART;
    }
  }
}
