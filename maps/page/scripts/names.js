/* Names of places as they are searched: by any name, without case and accents. */

const SHOWN = 8;

let area = null;

/* From character references to text: a textarea never runs what is in it. */
export function decoded(escaped) {
  area = area || document.createElement("textarea");
  area.innerHTML = escaped;
  return area.value;
}

/* A text as it is compared: in small letters, marks over letters taken off. */
export function key(text) {
  return text
    .toLowerCase()
    .normalize("NFKD")
    .replace(/[\u0300-\u036f]/g, "");
}

/* How well one of the names fits: 0 it is the text, 1 it begins with it, 2 it holds it, 9 it does not. */
export function rank(names, text) {
  return names.reduce((best, name) => {
    const where = name.indexOf(text);
    if (where < 0) {
      return best;
    }
    return Math.min(best, name === text ? 0 : where === 0 ? 1 : 2);
  }, 9);
}

/* The numbers of the best few of all places, each given by the keys of its names. */
export function best(keys, text) {
  if (!text) {
    return [];
  }
  return keys
    .map((names, number) => [rank(names, text), number])
    .filter(([how]) => how < 9)
    .sort((one, other) => one[0] - other[0] || one[1] - other[1])
    .slice(0, SHOWN)
    .map(([, number]) => number);
}
