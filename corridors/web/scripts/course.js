/* The course of a line as points [lat, lng] of the map, and as the text that people type: longitude, latitude a line. */

const DIGITS = 1e5;

function rounded(degrees) {
  return Math.round(degrees * DIGITS) / DIGITS;
}

export function positions(points) {
  return points.map(([lat, lng]) => [rounded(lng), rounded(lat)]);
}

export function pointsOf(geometry) {
  return (geometry?.coordinates || []).map(([lng, lat]) => [lat, lng]);
}

export function written(points) {
  return positions(points)
    .map((position) => position.join(", "))
    .join("\n");
}

/* The points of a text, and how many of its lines are none; blank ones do not count. */
export function read(text) {
  const points = [];
  let bad = 0;
  for (const line of text.split("\n")) {
    const parts = line
      .split(/[,;\s]+/)
      .filter(Boolean)
      .map(Number);
    if (isPosition(parts)) {
      points.push([parts[1], parts[0]]);
    } else if (parts.length) {
      bad += 1;
    }
  }
  return { points, bad };
}

function isPosition(parts) {
  return parts.length === 2 && parts.every(Number.isFinite) && Math.abs(parts[0]) <= 180 && Math.abs(parts[1]) <= 90;
}
