/* Draws corridors over Leaflet: base map, routes side by side, symbols, labels that do not collide, the legend.
   All strings arrive escaped; nothing here builds HTML from anything else. No double braces: the page is a template. */
(function () {
  "use strict";

  /* A polyline moved sideways by a number of pixels, worked out again at every zoom. */
  var Shifted = L.Polyline.extend({
    _projectLatlngs: function (latlngs, result, bounds) {
      L.Polyline.prototype._projectLatlngs.call(this, latlngs, result, bounds);
      var shift = this.options.shift || 0;
      if (!shift || !result.length) { return; }
      result.forEach(function (ring, at) { result[at] = sideways(ring, shift); });
    }
  });

  function normal(a, b) {
    var dx = b.x - a.x, dy = b.y - a.y, length = Math.sqrt(dx * dx + dy * dy);
    return length ? [-dy / length, dx / length] : null;
  }

  function sideways(ring, shift) {
    var points = ring.filter(function (point, at) { return !at || point.distanceTo(ring[at - 1]) > 0.5; });
    if (points.length < 2) { return ring; }
    return points.map(function (point, at) {
      var before = at > 0 ? normal(points[at - 1], point) : null;
      var after = at < points.length - 1 ? normal(point, points[at + 1]) : null;
      var n = before && after ? [(before[0] + after[0]) / 2, (before[1] + after[1]) / 2] : before || after;
      var size = n[0] * n[0] + n[1] * n[1], stretch = size > 0.2 ? 1 / size : 1;
      return L.point(point.x + n[0] * shift * stretch, point.y + n[1] * shift * stretch);
    });
  }

  function pane(map, name, z) {
    var made = map.getPane(name) || map.createPane(name);
    made.style.zIndex = z;
    return name;
  }

  function ground(map, data) {
    var name = pane(map, "ground", 150);
    map.getPane(name).style.pointerEvents = "none";
    L.geoJSON(data.land, { pane: name, interactive: false, style: { stroke: false, fillColor: data.colours.land, fillOpacity: 1 } }).addTo(map);
    L.geoJSON(data.lakes, { pane: name, interactive: false, style: { color: data.colours.rim, weight: 0.6, fillColor: data.colours.water, fillOpacity: 1 } }).addTo(map);
    map.getContainer().style.background = data.colours.water;
  }

  function borders(group, map, data) {
    var name = pane(map, "borders", 160);
    map.getPane(name).style.pointerEvents = "none";
    L.geoJSON(data.borders, {
      pane: name, interactive: false,
      style: function (feature) {
        var disputed = feature.properties.kind === "disputed";
        return { color: disputed ? data.colours.disputed : data.colours.border, weight: 1, dashArray: disputed ? "3 4" : null };
      }
    }).addTo(group);
  }

  function route(group, map, data) {
    var casings = pane(map, "casings", 410), lines = pane(map, "routes", 420);
    data.runs.forEach(function (run) {
      var base = { shift: run.shift, lineCap: run.dash ? "round" : "butt", lineJoin: "round" };
      if (run.casing) {
        new Shifted(run.line, Object.assign({}, base, { pane: casings, color: data.casing, weight: run.weight + 2, interactive: false, opacity: 0.85 })).addTo(group);
      }
      var line = new Shifted(run.line, Object.assign({}, base, { pane: lines, color: data.colour, weight: run.weight, dashArray: run.dash || null })).addTo(group);
      line.bindPopup(run.popup, { maxWidth: 360 });
      line.bindTooltip(data.name, { sticky: true, className: "corridors-tip" });
      line.on("mouseover", function () { line.setStyle({ weight: run.weight + 2 }); });
      line.on("mouseout", function () { line.setStyle({ weight: run.weight }); });
      if (run.hatch) {
        new Shifted(run.line, Object.assign({}, base, { pane: lines, lineCap: "butt", color: "#ffffff", weight: run.weight * 0.45, dashArray: run.hatch, interactive: false })).addTo(group);
      }
      if (run.core) {
        new Shifted(run.line, Object.assign({}, base, { pane: lines, color: "#ffffff", weight: run.weight * 0.4, dashArray: run.dash, interactive: false })).addTo(group);
      }
    });
  }

  var SYMBOLS = {
    border: "<svg viewBox='0 0 16 16'><rect x='2.5' y='2.5' width='11' height='11' rx='1.5' fill='#fff' stroke='#222' stroke-width='1.8'/><path d='M8 2.5v11' stroke='#222' stroke-width='1.8'/></svg>",
    closed: "<svg viewBox='0 0 16 16'><rect x='2' y='2' width='12' height='12' rx='1.5' fill='#fff' stroke='#B00020' stroke-width='2'/><path d='M4.5 4.5l7 7m0-7l-7 7' stroke='#B00020' stroke-width='2'/></svg>",
    gauge: "<svg viewBox='0 0 16 16'><path d='M8 1l7 7-7 7-7-7z' fill='#fff' stroke='#222' stroke-width='1.8'/><path d='M5 6.2h6M5 9.8h6' stroke='#222' stroke-width='1.5'/></svg>",
    port: "<svg viewBox='0 0 16 16'><circle cx='8' cy='8' r='7' fill='#fff' stroke='#222' stroke-width='1.6'/><path d='M8 4v8M5.6 6.2h4.8M4.4 9c.4 2 1.8 3 3.6 3s3.2-1 3.6-3' fill='none' stroke='#222' stroke-width='1.4'/></svg>",
    airport: "<svg viewBox='0 0 16 16'><circle cx='8' cy='8' r='7' fill='#fff' stroke='#222' stroke-width='1.6'/><path d='M8 3.2v9.6M3.6 9l4.4-2.2L12.4 9M6 12.4l2-1 2 1' fill='none' stroke='#222' stroke-width='1.4'/></svg>",
    end: "<svg viewBox='0 0 16 16'><circle cx='8' cy='8' r='6.6' fill='#fff' stroke='#222' stroke-width='2.4'/><circle cx='8' cy='8' r='2.6' fill='#222'/></svg>"
  };

  function symbols(group, map, items) {
    pane(map, "symbols", 610);
    items.forEach(function (item) {
      var size = item.symbol === "end" ? 20 : 15, half = size / 2, beside = item.beside || [0, 0];
      var icon = L.divIcon({ className: "corridors-symbol", html: SYMBOLS[item.symbol], iconSize: [size, size], iconAnchor: [half - beside[0], half - beside[1]] });
      L.marker(item.at, { icon: icon, pane: "symbols", keyboard: true, alt: item.symbol }).addTo(group)
        .bindPopup(item.popup, { maxWidth: 360 }).bindTooltip(item.name, { className: "corridors-tip" });
    });
  }

  /* Labels in order of rank; one that would touch an earlier one is hidden until a closer zoom. */
  function labels(map, items) {
    var name = pane(map, "labels", 620);
    map.getPane(name).style.pointerEvents = "none";
    var markers = items.map(function (item) {
      var icon = L.divIcon({ className: "corridors-label corridors-" + item.kind, html: "<span style='margin-left:" + (item.clear || 0) + "px'>" + item.name + "</span>", iconSize: null });
      return L.marker(item.at, { icon: icon, pane: name, interactive: false, keyboard: false }).addTo(map);
    });
    function place() {
      var taken = [];
      markers.forEach(function (marker) {
        var span = marker.getElement().firstChild, box = span.getBoundingClientRect();
        var clash = taken.some(function (other) {
          return box.left < other.right + 3 && box.right + 3 > other.left && box.top < other.bottom + 1 && box.bottom + 1 > other.top;
        });
        marker.getElement().style.visibility = clash ? "hidden" : "";
        if (!clash) { taken.push(box); }
      });
    }
    map.on("zoomend resize", place);
    map.whenReady(function () { setTimeout(place, 0); });
  }

  function legend(map, html, attribution, narrow) {
    var control = L.control({ position: "bottomleft" });
    control.onAdd = function () {
      var box = L.DomUtil.create("div", "corridors-legend");
      box.innerHTML = html;
      box.querySelectorAll(".corridors-mark").forEach(function (mark) { mark.innerHTML = SYMBOLS[mark.dataset.symbol]; });
      var details = box.querySelector("details");
      if (window.innerWidth < narrow) { details.removeAttribute("open"); }
      L.DomEvent.disableClickPropagation(box);
      L.DomEvent.disableScrollPropagation(box);
      return box;
    };
    control.addTo(map);
    map.attributionControl.setPrefix("Leaflet").addAttribution(attribution);
    L.control.scale({ imperial: false, position: "bottomright" }).addTo(map);
  }

  /* The view of all routes, beside the legend where there is room for both. */
  function fit(map, bounds) {
    var legendBox = map.getContainer().querySelector(".corridors-legend"), width = map.getSize().x;
    var beside = legendBox && width > 900 ? legendBox.offsetWidth + 16 : 0;
    map.fitBounds(bounds, { animate: false, paddingTopLeft: [beside + 24, 24], paddingBottomRight: [56, 28] });
  }

  window.corridors = { fit: fit, ground: ground, borders: borders, route: route, symbols: symbols, labels: labels, legend: legend };
})();
