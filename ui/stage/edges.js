// The names of theory's edges on a strip, and the signs of its zones: whole, and none over another.

import { letters, mark, sized } from "./markers.js";

const [BASE, LOW, BESIDE, SIGN] = [15, 13, 3, 6]; // type, that of subscripts, room beside a line, half a sign

/** Where names and signs stand on a strip so wide; what has no room is left out, the last names first.
 * A name is { x, side, text }: beside its line at x, rather on this side; a sign is { left, right, middle }: somewhere
 * in its zone, as near to the middle as may be. A name takes no zone's last place for a sign, and stands over another's
 * line only where there is no other way. Returned are the `names` as { text, start, end, over } and the `signs` as x,
 * or null. */
export function placed(names, signs, width, wide) {
  const taken = [], half = sized(SIGN), beside = sized(BESIDE);
  const free = (start, end) => start >= 0 && end <= width && taken.every(([a, b]) => b <= start || end <= a);
  const seat = ({ left, right, middle }) => {
    for (let off = 0; off <= right - left; off++) {
      for (const x of [middle - off, middle + off]) {
        if (x - half >= left && x + half <= right && free(x - half, x + half)) return x;
      }
    }
    return null;
  };
  const seated = () => signs.every((sign) => sign.right - sign.left < 2 * half || seat(sign) !== null);
  const over = (start, end) => names.some(({ x }) => start < x && x < end); // another's line
  const found = names.map(({ x, side, text }) => {
    const long = wide(text), starts = [x + beside, x - beside - long];
    const both = (side > 0 ? starts : starts.reverse()).map((start) => ({ text, start, end: start + long, over: over(start, start + long) }));
    for (const one of both.sort((a, b) => a.over - b.over)) {
      if (!free(one.start, one.end)) continue;
      taken.push([one.start, one.end]);
      if (seated()) return one;
      taken.pop();
    }
    return null;
  });
  return { names: found, signs: signs.map(seat) };
}

const parts = (text) => text.replaceAll(" ", "").split(/_(\w+)/).map((part, i) => [part, i % 2 ? LOW : BASE]).filter(([part]) => part);

export function wide(context, text) {
  return parts(text).reduce((sum, [part, size]) => {
    context.font = letters(size);
    return sum + context.measureText(part).width;
  }, 0);
}

// A name with its subscripts set lower.
export function write(context, text, start, high, look) {
  context.lineWidth = sized(4);
  context.strokeStyle = look.halo;
  context.fillStyle = look.ink;
  for (const draw of ["strokeText", "fillText"]) {
    let x = start;
    for (const [part, size] of parts(text)) {
      context.font = letters(size);
      context[draw](part, x, high - sized(size === LOW ? 3 : 7));
      x += context.measureText(part).width;
    }
  }
}

export function rule(context, x, dashes, high, look) {
  context.setLineDash(dashes);
  context.lineWidth = sized(1.8);
  context.strokeStyle = look.ink;
  context.beginPath();
  context.moveTo(x, 0);
  context.lineTo(x, high);
  context.stroke();
  context.setLineDash([]);
}

export function sign(context, { sign: path, color }, x, low, high, look) {
  mark(context, path, x, low ? high - sized(7) : sized(7), 4.5, color, look.paper, 2.5);
}
