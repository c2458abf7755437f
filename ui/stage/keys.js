// Keys for whoever presents: space plays, arrows step, 1 to 6 pick a run out. Only where no control wants the key.

const TAKEN = "input, textarea, select, button, a, summary, [contenteditable], [role=slider], [role=combobox], [role=option], [role=radio], [role=img][tabindex], [role=region][tabindex], [role=dialog] *, [role=grid]";

export function followKeys(stage, signal) {
  document.addEventListener(
    "keydown",
    (event) => {
      if (event.defaultPrevented || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
      if (!stage.scene || !stage.root.isConnected || document.activeElement?.closest(TAKEN)) return;
      const { player } = stage;
      if (stage.root.querySelector(".player").hidden) return;
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
