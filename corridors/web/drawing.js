/* Drawing one line on the map: a click adds a point, a double click or Enter ends, dragging moves a point, a right click
   on a point takes it away, Backspace takes the last one back, Escape stops. No double braces: the page is a template. */
(function () {
  "use strict";

  /* ``changed`` is called with the points [lat, lng] after every change; ``ended`` when drawing stops. */
  function drawing(map, changed, ended) {
    var points = [], handles = [], isOn = false, sheet = null;
    var pane = map.createPane("drawing");
    pane.style.zIndex = 640;
    var halo = L.polyline([], { pane: "drawing", color: "#ffffff", weight: 8, opacity: 0.9, interactive: false }).addTo(map);
    var line = L.polyline([], { pane: "drawing", color: "#B00020", weight: 4, dashArray: "2 7", interactive: false, className: "web-drawn" }).addTo(map);
    var rubber = L.polyline([], { pane: "drawing", color: "#B00020", weight: 2, dashArray: "1 6", interactive: false }).addTo(map);

    function show() {
      halo.setLatLngs(points);
      line.setLatLngs(points);
      rubber.setLatLngs([]);
      handles.forEach(function (handle) { map.removeLayer(handle); });
      handles = points.map(function (point, at) {
        var icon = L.divIcon({ className: "web-handle", iconSize: [14, 14] });
        var handle = L.marker(point, { icon: icon, draggable: true, pane: "drawing", keyboard: false, title: "Point " + (at + 1) }).addTo(map);
        handle.on("drag", function (event) {
          points[at] = event.target.getLatLng();
          halo.setLatLngs(points);
          line.setLatLngs(points);
        });
        handle.on("dragend", tell);
        handle.on("contextmenu", function () { points.splice(at, 1); show(); tell(); });
        return handle;
      });
    }

    function tell() { changed(points.map(function (point) { return [point.lat, point.lng]; })); }

    function add(event) {
      var point = event.latlng.wrap(), last = points[points.length - 1];
      if (last && map.latLngToLayerPoint(last).distanceTo(map.latLngToLayerPoint(point)) < 4) { return; }  /* the second click of a double one */
      points.push(point);
      show();
      tell();
    }

    function follow(event) {
      if (points.length) { rubber.setLatLngs([points[points.length - 1], event.latlng]); }
    }

    function key(event) {
      if (event.key === "Escape" || (event.key === "Enter" && event.target === map.getContainer())) { stop(); event.preventDefault(); }
      if (event.key === "Backspace" && !/INPUT|TEXTAREA|SELECT/.test(event.target.tagName)) { back(); event.preventDefault(); }
    }

    function start() {
      if (isOn) { return; }
      isOn = true;
      map.doubleClickZoom.disable();
      map.closePopup();
      sheet = L.DomUtil.create("div", "web-sheet", map.getContainer());  /* over lines and symbols, which would take the click */
      map.on("click", add);
      map.on("mousemove", follow);
      map.on("dblclick", stop);
      document.addEventListener("keydown", key);
    }

    function stop() {
      if (!isOn) { return; }
      isOn = false;
      rubber.setLatLngs([]);
      L.DomUtil.remove(sheet);
      map.off("click", add);
      map.off("mousemove", follow);
      map.off("dblclick", stop);
      document.removeEventListener("keydown", key);
      setTimeout(function () { map.doubleClickZoom.enable(); }, 0);
      ended();
    }

    function back() {
      points.pop();
      show();
      tell();
    }

    function set(given) {
      points = given.map(function (point) { return L.latLng(point[0], point[1]); });
      show();
    }

    return { start: start, stop: stop, back: back, set: set, isOn: function () { return isOn; } };
  }

  window.corridors.drawing = drawing;
})();
