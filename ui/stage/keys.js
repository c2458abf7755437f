// Keys for whoever presents: space plays, arrows step, 1 to 6 pick a run out. Only where no control wants the key.

// Who has the focus, and the keys that are then its own.
const OWN = [
  ["input:not([type=checkbox]), textarea, select, [contenteditable], [role=slider], [role=combobox], [role=radio], [role=grid]", /./],
  ["button, a, summary, input[type=checkbox], [role=switch]", /^( |Enter)$/],
  ["[role=img][tabindex], [role=region][tabindex]", /^( |Arrow.*|Escape)$/],
  ["[role=dialog] *", /./],
];

export function followKeys(stage, signal) {
  document.addEventListener(
    "keydown",
    (event) => {
      if (event.defaultPrevented || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
      if (!stage.scene || !stage.root.isConnected || stage.root.querySelector(".player").hidden) return;
      const { player } = stage, focused = document.activeElement;
      if (OWN.some(([who, keys]) => focused?.matches(who) && keys.test(event.key))) return;
      if (event.key === " ") player.toggle();
      else if (event.key === "ArrowLeft") player.walk(-1);
      else if (event.key === "ArrowRight") player.walk(1);
      else if (/^[1-6]$/.test(event.key)) stage.pick(stage.scene.runs[Number(event.key) - 1]?.slot);
      else if (event.key === "Escape") stage.pick("");
      else return;
      event.preventDefault();
    },
    { signal },
  );
}
