/* Lines by how many pairs of places use them, in layers of which one is seen at a time. */
import { outOfTabOrder } from "./panes.js";

const GRIP_PX = 12;

/* The lines of one layer from the bottom up, each with its look there; a line with no look is not in it. */
export function drawnIn(lines, at) {
  return lines
    .filter((item) => item.looks[at])
    .map((item) => ({ item, look: item.looks[at] }))
    .sort((one, other) => one.look.rank - other.look.rank || one.look.weight - other.look.weight);
}

/* ``looks`` of a line: how it looks in each group, null where it is not in it. Of the groups one is seen at a time. */
export function usage(map, groups, lines) {
  map.createPane("usage").style.zIndex = 420;
  groups.forEach((group, at) => {
    for (const { item, look } of drawnIn(lines, at)) {
      add(group, item, look);
    }
  });
  map.on("layeradd", ({ layer }) => {
    if (groups.includes(layer)) {
      for (const other of groups.filter((each) => each !== layer)) {
        map.removeLayer(other);
      }
    }
  });
}

function add(group, item, look) {
  const base = { pane: "usage", lineJoin: "round", lineCap: "butt", smoothFactor: 1.2 };
  function draw(extra) {
    return L.polyline(item.line, { ...base, ...extra }).addTo(group);
  }
  if (look.casing) {
    draw({ color: look.casing, weight: look.weight + 2.4, interactive: false });
  }
  const body = { color: look.colour, weight: look.weight, dashArray: look.dash || null };
  draw({ ...body, interactive: false, className: "corridors-used" });
  if (look.core) {
    draw({ color: "#ffffff", weight: look.core, interactive: false });
  }
  /* A broad line that is not seen takes the pointer, so that thin ones can be hit. */
  const grip = draw({ color: "#000000", opacity: 0, weight: Math.max(GRIP_PX, look.weight) });
  grip.bindPopup(item.popup, { maxWidth: 360 });
  grip.bindTooltip(item.name, { sticky: true, className: "corridors-tip" });
  outOfTabOrder(grip);
}
