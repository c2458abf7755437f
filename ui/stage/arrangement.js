// Which pictures stand where: one large with the others beside it, or all alike next to each other.

const NARROW = { map: "280px", main: "350px", pair: "156px", panel: "240px" }; // heights on a phone

const line = (names, height) => `"${names.join(" ")}" ${height}`;

// The rows of a list, so many to a row; the last is filled up with its last name.
function rowsOf(names, columns) {
  const rows = [];
  for (let i = 0; i < names.length; i += columns) {
    const row = names.slice(i, i + columns);
    while (row.length < columns) row.push(row.at(-1));
    rows.push(row);
  }
  return rows;
}

// `panels` are the names of those that, like the map, need all of a phone's width.
export function arrange(root, { main, others, columns, player, offers = [], apart = false }, panels) {
  const said = JSON.stringify([main, others, columns, player, offers, apart, panels]);
  if (root.dataset.arranged === said) return;
  root.dataset.arranged = said;
  const names = others.map(([name]) => name), shown = [...(main ? [main] : []), ...names];
  for (const frame of root.querySelectorAll(":scope > .frame")) {
    const name = shown.find((one) => frame.classList.contains(one));
    frame.style.gridArea = name ?? "";
    frame.classList.toggle("shown", Boolean(name));
  }
  root.classList.toggle("apart", apart);
  root.dataset.main = main;
  root.classList.toggle("bare", !main && !others.length);
  const choosing = (width, beside) => (offers.length ? [line([...(beside ? [beside] : []), ...Array(width - (beside ? 1 : 0)).fill("choices")], "auto")] : []);
  const playing = player ? (width) => [line(Array(width).fill("player"), "auto")] : () => [];
  const wide = main
    ? [...choosing(2, others.length ? main : ""), ...(others.length ? others.map(([name, weight]) => line([main, name], `${weight}fr`)) : [line([main, main], "1fr")]), ...playing(2)]
    : [...choosing(columns), ...rowsOf(names, columns).map((row) => line(row, "1fr")), ...playing(columns)];
  const alone = (name) => name === "map" || panels.includes(name);
  const head = (name) => (name === "map" ? [line(["head", "head"], "auto")] : []);
  const narrow = [
    ...(main ? [...head(main), line([main, main], NARROW[main] ?? NARROW.main), ...playing(2)] : []),
    ...(main ? choosing(2) : []),
    ...names.filter(alone).flatMap((name) => [...head(name), line([name, name], NARROW.panel)]),
    ...rowsOf(names.filter((name) => !alone(name)), 2).map((row) => line(row, NARROW.pair)),
    ...(main ? [] : [...playing(2), ...choosing(2)]),
  ];
  root.style.setProperty("--wide", `${wide.join(" ")} / ${main ? "57fr 43fr" : Array(columns).fill("1fr").join(" ")}`);
  root.style.setProperty("--narrow", `${narrow.join(" ")} / 1fr 1fr`);
  root.querySelector(".player").hidden = !player;
  root.querySelector(".choices").hidden = !offers.length;
  for (const name of ["head", "scale"]) root.querySelector(`.${name}`).hidden = !shown.includes("map");
}
