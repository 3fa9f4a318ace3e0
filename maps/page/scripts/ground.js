/* What lies under the routes: land and lakes, boundaries, and the rest of the network. */
import { pane } from "./panes.js";

export function ground(map, data) {
  const name = pane(map, "ground", 150, true);
  const { land, water, rim } = data.colours;
  L.geoJSON(data.land, {
    pane: name,
    interactive: false,
    style: { stroke: false, fillColor: land, fillOpacity: 1 },
  }).addTo(map);
  L.geoJSON(data.lakes, {
    pane: name,
    interactive: false,
    style: { color: rim, weight: 0.6, fillColor: water, fillOpacity: 1 },
  }).addTo(map);
  map.getContainer().style.background = water;
}

export function borders(group, map, data) {
  const name = pane(map, "borders", 250, true);
  for (const part of data.borders) {
    const isDisputed = part.kind === "disputed";
    L.geoJSON(part.line, {
      pane: name,
      interactive: false,
      style: {
        color: isDisputed ? data.colours.disputed : data.colours.border,
        weight: 1,
        dashArray: isDisputed ? "3 4" : null,
      },
    }).addTo(group);
  }
}

/* The rest of the network, one layer a style, on one canvas. */
export function context(group, map, styles) {
  const name = pane(map, "context", 400, true);
  const renderer = L.canvas({ pane: name, padding: 0.5 });
  for (const style of styles) {
    L.polyline(style.lines, {
      renderer,
      pane: name,
      interactive: false,
      color: style.colour,
      weight: 1.4,
      opacity: 0.8,
      dashArray: style.dash || null,
      smoothFactor: 1.5,
    }).addTo(group);
  }
}
