/* Labels in order of rank: to the right of their place, else to the left, else above. One that would touch an earlier
   one, or a symbol, loses its second line, and then is hidden until a closer zoom has room for it. */
import { attempts, isCovered, isCut, isFixed, room, touches } from "./geometry.js";
import { pane } from "./panes.js";
import { hidden, isShown } from "./shown.js";

const ALWAYS = 2;

export function labels(group, map, items) {
  const name = pane(map, "labels", 620, true);
  const made = items.map((item) => ({ item, marker: label(item, name).addTo(group) }));
  function placeAll() {
    if (map.hasLayer(group)) {
      place(map, made);
    }
  }
  map.on("zoomend moveend resize corridors:routes", placeAll);
  group.on("add", () => setTimeout(placeAll, 0));
  map.whenReady(() => setTimeout(placeAll, 0));
}

function label(item, name) {
  const detail = item.detail ? `<small>${item.detail}</small>` : "";
  const icon = L.divIcon({
    className: `corridors-label corridors-${item.kind}`,
    html: `<span style='margin-left:${item.clear || 0}px'>${item.name}${detail}</span>`,
    iconSize: null,
  });
  return L.marker(item.at, { icon, pane: name, interactive: false, keyboard: false });
}

function place(map, made) {
  const frame = map.getContainer().getBoundingClientRect();
  const taken = marked(map);
  made.forEach(({ item, marker }, number) => {
    const element = marker.getElement();
    if (!isShown(hidden(map), item.routes)) {
      element.style.visibility = "hidden";
      return;
    }
    const box = placed(element, item.kind, { taken, frame, isNeeded: number < ALWAYS });
    element.style.visibility = box ? "" : "hidden";
    if (box) {
      taken.push(box);
    }
  });
}

/* Where a label comes to stand, null where there is no room; one that is needed may lie over others. */
function placed(element, kind, { taken, frame, isNeeded }) {
  const span = element.firstChild;
  const tries = attempts(kind, Boolean(span.querySelector("small")));
  function tried(classes) {
    element.classList.remove("corridors-brief", "corridors-west", "corridors-north");
    element.classList.add(...classes);
    return span.getBoundingClientRect();
  }
  function isWhole(box) {
    return isFixed(kind) || !isCut(box, frame);
  }
  let fitting = tries.find((classes) => {
    const box = tried(classes);
    return isWhole(box) && !touches(box, taken);
  });
  if (!fitting && isNeeded) {
    fitting = tries.find((classes) => isWhole(tried(classes)));
  }
  return fitting ? tried(fitting) : null;
}

/* The room that symbols and numbers take; of numbers that lie on each other the first is seen. */
function marked(map) {
  const taken = [];
  const numbered = [];
  for (const mark of map.getContainer().querySelectorAll(".corridors-symbol svg, .corridors-number b")) {
    const box = mark.getBoundingClientRect();
    if (mark.tagName === "B") {
      const isHidden = isCovered(box, numbered);
      mark.style.visibility = isHidden ? "hidden" : "";
      if (isHidden) {
        continue;
      }
      numbered.push(box);
    }
    taken.push(room(box));
  }
  return taken;
}
