/* Drawing one line on the map: a click adds a point, a double click or Enter ends, dragging moves a point, a right click
   on a point takes it away, Backspace takes the last one back, Escape stops. */

const PANE = "drawing";
const RED = "#B00020";
const SAME_PX = 4;

/* ``changed`` is called with the points [lat, lng] after every change; ``ended`` when drawing stops. */
export function drawing(map, changed, ended) {
  map.createPane(PANE).style.zIndex = 640;
  const halo = stroke({ color: "#ffffff", weight: 8, opacity: 0.9 });
  const line = stroke({ color: RED, weight: 4, dashArray: "2 7", className: "web-drawn" });
  const rubber = stroke({ color: RED, weight: 2, dashArray: "1 6" });
  const listeners = { click: add, mousemove: follow, dblclick: stop };
  let points = [];
  let handles = [];
  let isOn = false;
  let sheet = null;

  function stroke(look) {
    return L.polyline([], { pane: PANE, interactive: false, ...look }).addTo(map);
  }
  function show() {
    stretch();
    rubber.setLatLngs([]);
    for (const handle of handles) {
      map.removeLayer(handle);
    }
    handles = points.map(handleOf);
  }
  function stretch() {
    halo.setLatLngs(points);
    line.setLatLngs(points);
  }
  function handleOf(point, at) {
    const icon = L.divIcon({ className: "web-handle", iconSize: [14, 14] });
    const options = { icon, draggable: true, pane: PANE, keyboard: false, title: `Point ${at + 1}` };
    const handle = L.marker(point, options).addTo(map);
    handle.on("drag", (event) => {
      points[at] = event.target.getLatLng();
      stretch();
    });
    handle.on("dragend", tell);
    handle.on("contextmenu", () => {
      points.splice(at, 1);
      show();
      tell();
    });
    return handle;
  }
  function tell() {
    changed(points.map((point) => [point.lat, point.lng]));
  }

  function add(event) {
    const point = event.latlng.wrap();
    const last = points.at(-1);
    if (last && map.latLngToLayerPoint(last).distanceTo(map.latLngToLayerPoint(point)) < SAME_PX) {
      return; /* the second click of a double one */
    }
    points.push(point);
    show();
    tell();
  }
  function follow(event) {
    if (points.length) {
      rubber.setLatLngs([points.at(-1), event.latlng]);
    }
  }
  function key(event) {
    const isEnd = event.key === "Enter" && event.target === map.getContainer();
    const isTyped = /INPUT|TEXTAREA|SELECT/.test(event.target.tagName);
    if (event.key === "Escape" || isEnd) {
      stop();
      event.preventDefault();
    } else if (event.key === "Backspace" && !isTyped) {
      back();
      event.preventDefault();
    }
  }

  function start() {
    if (isOn) {
      return;
    }
    isOn = true;
    map.doubleClickZoom.disable();
    map.closePopup();
    /* over lines and symbols, which would take the click */
    sheet = L.DomUtil.create("div", "web-sheet", map.getContainer());
    map.on(listeners);
    document.addEventListener("keydown", key);
  }
  function stop() {
    if (!isOn) {
      return;
    }
    isOn = false;
    rubber.setLatLngs([]);
    L.DomUtil.remove(sheet);
    map.off(listeners);
    document.removeEventListener("keydown", key);
    setTimeout(() => map.doubleClickZoom.enable(), 0);
    ended();
  }
  function back() {
    points.pop();
    show();
    tell();
  }
  function set(given) {
    points = given.map(([lat, lng]) => L.latLng(lat, lng));
    show();
  }
  return { start, stop, back, set };
}
