/* What belongs to routes alone (numbers, symbols, names, rows of popups) is shown while one of them is. */

/* ``off`` holds true under the numbers of the hidden routes; what belongs to none is always shown. */
export function isShown(off, routes) {
  return !routes || !routes.length || routes.some((number) => !off[number]);
}

/* The hidden routes of a map. */
export function hidden(map) {
  map.corridorsOff = map.corridorsOff || {};
  return map.corridorsOff;
}

/* Marks leave the map with the last of their routes. */
export function withRoutes(group, map, pairs) {
  map.on("corridors:routes", () => {
    for (const { mark, routes } of pairs) {
      if (isShown(hidden(map), routes)) {
        group.addLayer(mark);
      } else {
        group.removeLayer(mark);
      }
    }
  });
}

/* Rows and names of hidden routes leave a popup while it is open. */
export function sift(map, popup) {
  const parts = popup.getElement()?.querySelectorAll("[data-routes]") || [];
  for (const part of parts) {
    part.hidden = !isShown(hidden(map), part.dataset.routes.split(" ").map(Number));
  }
}

/* A route was switched on or off: its row in the legend says so, and marks follow. */
export function switched(map, number, isOff) {
  hidden(map)[number] = isOff;
  const place = `.corridors-legend tr.corridors-r${number}`;
  const row = map.getContainer().querySelector(place) || document.querySelector(place);
  if (row) {
    row.classList.toggle("corridors-off", isOff);
    if (isOff) {
      row.setAttribute("aria-description", "not shown on the map; Enter shows it");
    } else {
      row.removeAttribute("aria-description");
    }
  }
  map.fire("corridors:routes");
}
