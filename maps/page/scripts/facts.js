/* Ties the tables and charts under the map to it, and prints the map as wide as the paper, with the legend after it. */
import { box } from "./layers.js";
import { follow } from "./light.js";
import { fit } from "./routes.js";

export function facts(map, paper) {
  const section = document.getElementById("corridors-facts");
  follow(section);
  section.tabIndex = -1;
  const link = L.DomUtil.create("a", "", box(map, "topright", "corridors-more"));
  link.href = "#corridors-facts";
  link.textContent = paper.title || "Tables and charts";
  link.addEventListener("click", (event) => {
    event.preventDefault();
    section.scrollIntoView();
    section.focus();
  });
  printing(map, section, paper);
}

function printing(map, section, paper) {
  const frame = map.getContainer();
  const legend = frame.querySelector(".corridors-legend");
  const home = legend?.parentNode;
  let opened = [];
  function fitAgain() {
    map.invalidateSize({ animate: false, pan: false });
    fit(map, map.corridorsBounds);
  }
  window.addEventListener("beforeprint", () => {
    opened = [...document.querySelectorAll("details")].filter((each) => !each.open);
    for (const each of opened) {
      each.open = !each.closest(".corridors-layers");
    }
    if (legend) {
      section.insertBefore(legend, section.firstChild);
    }
    frame.style.setProperty("width", paper.width, "important");
    frame.style.setProperty("height", paper.height, "important");
    fitAgain();
  });
  window.addEventListener("afterprint", () => {
    for (const each of opened) {
      each.open = false;
    }
    if (legend) {
      home.appendChild(legend);
    }
    frame.style.removeProperty("width");
    frame.style.removeProperty("height");
    fitAgain();
  });
}
