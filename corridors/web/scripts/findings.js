/* What is wrong with a line: as a list, and as spots on the map where it has a position. */
import { make } from "./elements.js";
import { finding } from "./words.js";

const ERROR = "#B00020";
const WARNING = "#8a5a00";

/* A function that shows problems in the place of those before; none clears. */
export function findings(map, root) {
  const spots = L.layerGroup().addTo(map);
  return (problems) => {
    root.textContent = "";
    spots.clearLayers();
    if (!problems.length) {
      return;
    }
    const list = make("ul", "", "", root);
    for (const problem of problems) {
      const item = make("li", `web-${problem.severity}`, "", list);
      make("b", "", `${problem.severity} ${problem.code}: `, item);
      item.append(finding(problem));
      if (problem.position) {
        addSpot(map, spots, problem, item);
      }
    }
  };
}

function addSpot(map, spots, problem, item) {
  const [lng, lat] = problem.position;
  const mark = L.circleMarker([lat, lng], {
    radius: 9,
    weight: 3,
    color: problem.severity === "error" ? ERROR : WARNING,
    fillColor: "#ffffff",
    fillOpacity: 0.75,
    pane: "drawing",
    className: "web-spot",
  });
  mark.bindTooltip(make("span", "", `${problem.code}: ${problem.message}`));
  mark.addTo(spots);
  const show = make("button", "web-small", "Show", item);
  show.type = "button";
  show.addEventListener("click", () => {
    map.setView([lat, lng], Math.max(map.getZoom(), 8), { animate: false });
    mark.openTooltip();
  });
}
