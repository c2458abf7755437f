// Maps that have arrived, by name, and a way to wait for one.

const arrived = new Map();
const waiting = new Map();

export function keep(terrain) {
  arrived.delete(terrain.name);
  arrived.set(terrain.name, terrain);
  if (arrived.size > 8) arrived.delete(arrived.keys().next().value);
  waiting.get(terrain.name)?.forEach((resolve) => resolve(terrain));
  waiting.delete(terrain.name);
}

export function terrain(name) {
  if (arrived.has(name)) return Promise.resolve(arrived.get(name));
  return new Promise((resolve) => {
    waiting.set(name, [...(waiting.get(name) ?? []), resolve]);
  });
}
