// Titles of panels are buttons that enlarge them, where there is a choice.

export class Titles {
  constructor(looks) {
    this.looks = looks;
    this.buttons = new Map(); // by the panel's name
  }

  // The panel's title as a button over it.
  show({ root, name }, text, large) {
    let button = this.buttons.get(name);
    if (!button) {
      button = Object.assign(document.createElement("button"), { type: "button", className: "title" });
      button.style.gridArea = button.dataset.panel = name;
      button.addEventListener("click", () => this.looks.enlarge(name));
      root.before(button);
      this.buttons.set(name, button);
    }
    button.textContent = `${text} ${large ? "⤡" : "⤢"}`;
    button.setAttribute("aria-label", `${text}: ${large ? "back to its size" : "enlarge"}`);
  }

  // Only those of what is shown.
  keep(shows) {
    for (const [name, button] of this.buttons) button.hidden = !shows(name);
  }
}
