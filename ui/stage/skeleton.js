// What every stage is made of, before anything is drawn.

export const SKELETON = `
  <header class="head"><h1></h1><ul aria-label="Signs on the map"></ul></header>
  <p class="said" role="status" aria-live="polite"></p>
  <p class="local" hidden></p>
  <div class="scale" aria-hidden="true"></div>
  <div class="choices">
    <button type="button" class="maps" aria-pressed="false">Side by side</button>
    <span role="group" aria-label="Beside the map"></span>
  </div>
  <div class="frame map" role="img" tabindex="0" aria-keyshortcuts="ArrowLeft ArrowRight ArrowUp ArrowDown"><div class="plot"></div><canvas></canvas></div>
  <div class="frame loss" role="img"><div class="plot"></div><canvas></canvas></div>
  <div class="frame gradient" role="img"><div class="plot"></div><canvas></canvas></div>
  <div class="frame rate" role="img"><div class="plot"></div><canvas></canvas></div>
  <div class="frame fit" role="img" tabindex="0" aria-label="Training examples and fits" aria-keyshortcuts="ArrowLeft ArrowRight ArrowUp ArrowDown"><div class="plot"></div><canvas></canvas></div>
  <label class="residuals"><input type="checkbox"> residuals</label>
  <div class="frame relief" role="img" aria-label="The surface in three dimensions with the paths"><div class="plot"></div></div>
  <div class="player">
    <button type="button" class="back">◀︎❙</button>
    <button type="button" class="play" aria-label="Play">▶</button>
    <button type="button" class="forward">❙▶</button>
    <input type="range" class="scrub" min="0" max="1" step="1">
    <span class="count"></span>
    <label>speed <select class="speed" aria-label="Speed">
      <option value="0.25">¼×</option><option value="0.5">½×</option><option value="1" selected>1×</option>
      <option value="2">2×</option><option value="4">4×</option>
    </select></label>
    <label class="batch"><input type="checkbox" checked> batch’s surface</label>
    <select class="whose" aria-label="Run whose batch is shown"></select>
    <button type="button" class="reset" hidden>Reset view</button>
    <span class="changes"><button type="button" class="undo" aria-label="Undo the last change" title="Undo">↶</button>
    <button type="button" class="redo" aria-label="Redo" title="Redo">↷</button></span>
  </div>
  <div class="tip" hidden></div>`;
