/* The routes, side by side where they share a line, and the view of one of them or of all. */
import { sideways } from "./geometry.js";
import { light } from "./light.js";
import { outOfTabOrder, pane } from "./panes.js";
import { switched } from "./shown.js";

const WHITE = "#ffffff";

const reach = {};
const groups = {};

let Shifted = null;

/* A polyline moved sideways by a number of pixels, worked out again at every zoom. */
function shifted(line, options) {
  Shifted =
    Shifted ||
    L.Polyline.extend({
      _projectLatlngs(latlngs, result, bounds) {
        L.Polyline.prototype._projectLatlngs.call(this, latlngs, result, bounds);
        const shift = this.options.shift;
        if (shift) {
          result.forEach((ring, at) => {
            result[at] = sideways(ring, shift).map(({ x, y }) => L.point(x, y));
          });
        }
      },
    });
  return new Shifted(line, options);
}

export function route(group, map, data) {
  groups[data.number] = group;
  group.on("add", () => switched(map, data.number, false));
  group.on("remove", () => switched(map, data.number, true));
  pane(map, "casings", 410);
  pane(map, "routes", 420);
  for (const run of data.runs) {
    drawRun(group, data, run);
  }
}

function drawRun(group, data, run) {
  const marks = `corridors-item corridors-r${data.number} corridors-l${data.number}-${run.leg}`;
  const base = {
    pane: "routes",
    shift: run.shift,
    lineCap: run.dash ? "round" : "butt",
    lineJoin: "round",
    className: marks,
  };
  function add(extra) {
    return shifted(run.line, { ...base, ...extra }).addTo(group);
  }
  if (run.casing) {
    add({ pane: "casings", color: data.casing, weight: run.weight + 2, interactive: false, opacity: 0.85 });
  }
  const body = { color: data.colour, weight: run.weight, dashArray: run.dash || null };
  const line = add({ ...body, className: `${marks} corridors-body` });
  line.bindPopup(run.popup, { maxWidth: 360 });
  outOfTabOrder(line);
  reach[data.number] = (reach[data.number] || L.latLngBounds([])).extend(line.getBounds());
  line.bindTooltip(data.name, { sticky: true, className: "corridors-tip" });
  line.on("mouseover", () => light(data.number, run.leg));
  line.on("mouseout", () => light(null));
  if (run.hatch) {
    add({ lineCap: "butt", color: WHITE, weight: run.weight * 0.45, dashArray: run.hatch, interactive: false });
  }
  if (run.core) {
    add({ color: WHITE, weight: run.weight * 0.4, dashArray: run.dash, interactive: false });
  }
}

/* To the whole of a route, which is shown again if it was hidden. */
export function whole(map, number) {
  if (groups[number] && !map.hasLayer(groups[number])) {
    map.addLayer(groups[number]);
  }
  show(map, reach[number]);
}

/* The view of all routes, to which the map comes back. */
export function fit(map, bounds) {
  map.corridorsBounds = bounds;
  show(map, bounds);
}

/* Beside the legend where there is room for both. */
function show(map, bounds) {
  const box = map.getContainer().querySelector(".corridors-legend");
  const beside = box?.querySelector("details").open ? box.offsetWidth + 16 : 0;
  map.fitBounds(bounds, { animate: false, paddingTopLeft: [beside + 24, 24], paddingBottomRight: [56, 28] });
}
