/* The symbols at places, with their popups, and the numbers on routes. */
import { decoded } from "./names.js";
import { pane } from "./panes.js";
import { sift, withRoutes } from "./shown.js";
import { KINDS, SYMBOLS } from "./symbols.js";

const END_PX = 20;
const SYMBOL_PX = 15;

export function symbols(group, map, items) {
  pane(map, "symbols", 610);
  const pairs = items.map((item) => ({ mark: symbol(group, map, item), routes: item.routes }));
  map.on("corridors:routes", () => {
    for (const { mark } of pairs) {
      if (mark.isPopupOpen()) {
        sift(map, mark.getPopup());
      }
    }
  });
  withRoutes(group, map, pairs);
}

function symbol(group, map, item) {
  const size = item.size || (item.symbol === "end" ? END_PX : SYMBOL_PX);
  const [right, down] = item.beside || [0, 0];
  const icon = L.divIcon({
    className: "corridors-symbol",
    html: SYMBOLS[item.symbol],
    iconSize: [size, size],
    iconAnchor: [size / 2 - right, size / 2 - down],
  });
  const mark = L.marker(item.at, { icon, pane: "symbols", keyboard: true })
    .addTo(group)
    .bindPopup(item.popup, { maxWidth: 360 })
    .bindTooltip(item.name, { className: "corridors-tip" });
  function named() {
    mark.getElement().setAttribute("aria-label", `${decoded(item.name)}, ${KINDS[item.symbol]}`);
  }
  mark.on("add", named);
  if (mark.getElement()) {
    named();
  }
  mark.on("popupopen", (event) => sift(map, event.popup));
  return mark;
}

/* The number of each route on its line, as in the legend. */
export function numbers(group, map, items) {
  pane(map, "numbers", 615);
  const pairs = items.map((item) => ({ mark: number(group, item), routes: item.routes }));
  withRoutes(group, map, pairs);
}

function number(group, item) {
  const style = `border-color:${item.colour}`;
  const icon = L.divIcon({
    className: `corridors-number corridors-item corridors-r${item.number}`,
    iconSize: [17, 17],
    iconAnchor: [8.5, 8.5],
    html: `<b class='corridors-line' data-route='${item.number}' style='${style}'>${item.number + 1}</b>`,
  });
  return L.marker(item.at, { icon, pane: "numbers", keyboard: false, alt: "" })
    .addTo(group)
    .bindTooltip(item.name, { className: "corridors-tip" });
}
