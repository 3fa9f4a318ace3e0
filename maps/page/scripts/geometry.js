/* Lines and boxes on the screen, in px: plain numbers in and out, so that tests need neither a browser nor Leaflet. */

const NEAR_PX = 0.5;
const LEAST_BEND = 0.2;
const ASIDE_PX = 3;
const ABOVE_PX = 1;
const RIM_PX = 2;
const COVERED_PX = 13;

/* The unit vector to the right of the way from a to b (y points down); null where they are one point. */
export function normal(a, b) {
  const dx = b.x - a.x;
  const dy = b.y - a.y;
  const length = Math.hypot(dx, dy);
  return length ? [-dy / length, dx / length] : null;
}

/* A line moved sideways; corners are stretched, so that the distance stays the same along both sides. */
export function sideways(ring, shift) {
  const points = ring.filter(
    (point, at) => !at || Math.hypot(point.x - ring[at - 1].x, point.y - ring[at - 1].y) > NEAR_PX,
  );
  if (points.length < 2) {
    return ring;
  }
  return points.map((point, at) => {
    const before = at > 0 ? normal(points[at - 1], point) : null;
    const after = at < points.length - 1 ? normal(point, points[at + 1]) : null;
    const [nx, ny] = before && after ? [(before[0] + after[0]) / 2, (before[1] + after[1]) / 2] : before || after;
    const size = nx * nx + ny * ny;
    const stretch = size > LEAST_BEND ? 1 / size : 1;
    return { x: point.x + nx * shift * stretch, y: point.y + ny * shift * stretch };
  });
}

/* Whether a label would touch one of the boxes that are taken. */
export function touches(box, taken) {
  return taken.some(
    (other) =>
      box.left < other.right + ASIDE_PX &&
      box.right + ASIDE_PX > other.left &&
      box.top < other.bottom + ABOVE_PX &&
      box.bottom + ABOVE_PX > other.top,
  );
}

/* Whether the left or right rim of the frame cuts a box. */
export function isCut(box, frame) {
  const isSeen = box.right > frame.left && box.left < frame.right;
  return isSeen && (box.right > frame.right - RIM_PX || box.left < frame.left + RIM_PX);
}

/* Whether the number of a route lies on one that stands already. */
export function isCovered(box, others) {
  return others.some((other) => Math.hypot(other.left - box.left, other.top - box.top) < COVERED_PX);
}

/* What a mark takes of the room for labels: they may come a little over its rim. */
export function room(box) {
  return { left: box.left + 4, right: box.right - 4, top: box.top + 3, bottom: box.bottom - 3 };
}

/* The classes that a label tries one after the other: all of it to the right, the left, above; then without its detail. */
export function attempts(kind, hasDetail) {
  const sides = isFixed(kind) ? [""] : ["", "corridors-west", "corridors-north"];
  const looks = hasDetail ? ["", "corridors-brief"] : [""];
  return looks.flatMap((look) => sides.map((side) => [look, side].filter(Boolean)));
}

/* Names of lands and waters stand where they are, or nowhere. */
export function isFixed(kind) {
  return kind === "country" || kind === "water";
}
