// The strip under the map that says which colour is which loss.

const APART = 8; // pixels between two numbers

export class Scale {
  constructor(root) {
    this.root = root;
    root.innerHTML = "<b>loss</b><i></i><ul></ul>";
  }

  // Under the plot area of a frame that is so wide.
  show({ colors, ticks }, { left, width }, whole) {
    const { parentElement } = this.root, said = JSON.stringify([colors, ticks, left, width, whole, parentElement.clientWidth]);
    if (said === this.said) return;
    this.said = said;
    // Margins, for a width of its own would keep the map from becoming narrower.
    Object.assign(this.root.style, { marginLeft: `${left}px`, marginRight: `${whole - left - width}px` });
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
