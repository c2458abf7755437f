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

// What is asked for stays longest.
export function there(name) {
  const thing = arrived.get(name);
  if (thing) keep(thing);
  return thing;
}

export function arrival(name) {
  if (arrived.has(name)) return Promise.resolve(there(name));
  return new Promise((resolve) => {
    waiting.set(name, [...(waiting.get(name) ?? []), resolve]);
  });
}
