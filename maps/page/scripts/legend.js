/* The legend, whose rows light their routes and lead to them; the attribution and the scale. */
import { follow } from "./light.js";
import { whole } from "./routes.js";
import { SYMBOLS } from "./symbols.js";

export function legend(map, html, attribution, narrow) {
  const control = L.control({ position: "bottomleft" });
  control.onAdd = () => filled(html, window.innerWidth < narrow);
  control.addTo(map);
  follow(map.getContainer());
  function go(event) {
    const row = event.target.closest("tr.corridors-line");
    if (row) {
      whole(map, row.dataset.route);
    }
  }
  control.getContainer().addEventListener("keydown", (event) => {
    if (event.key === "Enter") {
      go(event);
    }
  });
  control.getContainer().addEventListener("dblclick", go);
  map.attributionControl.setPrefix("Leaflet").addAttribution(attribution);
  L.control.scale({ imperial: false, position: "bottomright" }).addTo(map);
}

function filled(html, isClosed) {
  const box = L.DomUtil.create("div", "corridors-legend");
  box.innerHTML = html;
  for (const mark of box.querySelectorAll(".corridors-mark")) {
    mark.innerHTML = SYMBOLS[mark.dataset.symbol];
  }
  if (isClosed) {
    box.querySelector("details").removeAttribute("open");
  }
  L.DomEvent.disableClickPropagation(box);
  L.DomEvent.disableScrollPropagation(box);
  return box;
}
