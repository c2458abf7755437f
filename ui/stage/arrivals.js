// What arrives in messages of its own, because it is large or seldom changes: maps and tapes, by name.

const arrived = new Map();
const waiting = new Map();

export function keep(thing) {
  arrived.delete(thing.name);
  arrived.set(thing.name, thing);
  if (arrived.size > 16) arrived.delete(arrived.keys().next().value);
  waiting.get(thing.name)?.forEach((resolve) => resolve(thing));
  waiting.delete(thing.name);
}

export const there = (name) => arrived.get(name);

export function arrival(name) {
  if (arrived.has(name)) return Promise.resolve(arrived.get(name));
  return new Promise((resolve) => {
    waiting.set(name, [...(waiting.get(name) ?? []), resolve]);
  });
}
