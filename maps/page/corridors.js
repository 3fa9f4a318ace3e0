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

  function still(map, name, z) {
    pane(map, name, z);
    map.getPane(name).style.pointerEvents = "none";
    return name;
  }

  function ground(map, data) {
    var name = still(map, "ground", 150);
    L.geoJSON(data.land, { pane: name, interactive: false, style: { stroke: false, fillColor: data.colours.land, fillOpacity: 1 } }).addTo(map);
    L.geoJSON(data.lakes, { pane: name, interactive: false, style: { color: data.colours.rim, weight: 0.6, fillColor: data.colours.water, fillOpacity: 1 } }).addTo(map);
    map.getContainer().style.background = data.colours.water;
  }

  function borders(group, map, data) {
    var name = still(map, "borders", 250);
    data.borders.forEach(function (part) {
      var disputed = part.kind === "disputed";
      L.geoJSON(part.line, {
        pane: name, interactive: false,
        style: { color: disputed ? data.colours.disputed : data.colours.border, weight: 1, dashArray: disputed ? "3 4" : null }
      }).addTo(group);
    });
  }

  /* The rest of the network, one layer a style, on one canvas. */
  function context(group, map, styles) {
    var name = still(map, "context", 400), renderer = L.canvas({ pane: name, padding: 0.5 });
    styles.forEach(function (style) {
      L.polyline(style.lines, {
        renderer: renderer, pane: name, interactive: false, color: style.colour, weight: 1.4, opacity: 0.8,
        dashArray: style.dash || null, smoothFactor: 1.5
      }).addTo(group);
    });
  }

  /* What belongs to routes alone (numbers, symbols, names, rows of popups) is shown while one of them is. */
  function isShown(map, routes) {
    var off = map.corridorsOff || {};
    return !routes || !routes.length || routes.some(function (number) { return !off[number]; });
  }

  function withRoutes(group, map, pairs) {
    map.on("corridors:routes", function () {
      pairs.forEach(function (pair) {
        if (isShown(map, pair.routes)) { group.addLayer(pair.mark); } else { group.removeLayer(pair.mark); }
      });
    });
  }

  /* Rows and names of hidden routes leave a popup while it is open. */
  function sift(map, popup) {
    var root = popup.getElement();
    if (!root) { return; }
    root.querySelectorAll("[data-routes]").forEach(function (part) {
      part.hidden = !isShown(map, part.dataset.routes.split(" ").map(Number));
    });
  }

  function switched(map, number, isOff) {
    map.corridorsOff = map.corridorsOff || {};
    map.corridorsOff[number] = isOff;
    var row = map.getContainer().querySelector(".corridors-legend tr.corridors-r" + number) ||
      document.querySelector(".corridors-legend tr.corridors-r" + number);
    if (row) {
      row.classList.toggle("corridors-off", isOff);
      if (isOff) { row.setAttribute("aria-description", "not shown on the map; Enter shows it"); } else { row.removeAttribute("aria-description"); }
    }
    map.fire("corridors:routes");
  }

  var reach = {}, groups = {};
  function route(group, map, data) {
    groups[data.number] = group;
    group.on("add", function () { switched(map, data.number, false); });
    group.on("remove", function () { switched(map, data.number, true); });
    var casings = pane(map, "casings", 410), lines = pane(map, "routes", 420);
    data.runs.forEach(function (run) {
      var marks = "corridors-item corridors-r" + data.number + " corridors-l" + data.number + "-" + run.leg;
      var base = { shift: run.shift, lineCap: run.dash ? "round" : "butt", lineJoin: "round", className: marks };
      function add(extra) { return new Shifted(run.line, Object.assign({}, base, extra)).addTo(group); }
      if (run.casing) {
        add({ pane: casings, color: data.casing, weight: run.weight + 2, interactive: false, opacity: 0.85 });
      }
      var line = add({ pane: lines, color: data.colour, weight: run.weight, dashArray: run.dash || null, className: marks + " corridors-body" });
      line.bindPopup(run.popup, { maxWidth: 360 });
      /* Chromium takes lines with a tooltip into the tab order, dozens of them; the legend's rows stand for them. */
      line.on("add", function () { line.getElement().setAttribute("tabindex", "-1"); });
      if (line.getElement()) { line.fire("add"); }
      reach[data.number] = (reach[data.number] || L.latLngBounds([])).extend(line.getBounds());
      line.bindTooltip(data.name, { sticky: true, className: "corridors-tip" });
      line.on("mouseover", function () { light(data.number, run.leg); });
      line.on("mouseout", function () { light(null); });
      if (run.hatch) {
        add({ pane: lines, lineCap: "butt", color: "#ffffff", weight: run.weight * 0.45, dashArray: run.hatch, interactive: false });
      }
      if (run.core) {
        add({ pane: lines, color: "#ffffff", weight: run.weight * 0.4, dashArray: run.dash, interactive: false });
      }
    });
  }

  /* Lights all that is drawn of a route, on the map, in the legend and in the charts, and most of all one leg of it. */
  function light(number, leg) {
    var one = number === null ? null : "corridors-r" + number;
    document.querySelectorAll(".corridors-item").forEach(function (item) {
      item.classList.toggle("corridors-dim", one !== null && !item.classList.contains(one));
      item.classList.toggle("corridors-lit", one !== null && item.classList.contains(one));
      item.classList.toggle("corridors-leg", one !== null && leg !== undefined && leg !== null && item.classList.contains("corridors-l" + number + "-" + leg));
    });
    document.querySelectorAll(".band").forEach(function (item) {
      item.classList.toggle("corridors-shown", one !== null && item.classList.contains("corridors-b" + number));
    });
  }

  var SYMBOLS = {
    border: "<svg viewBox='0 0 16 16'><rect x='2.5' y='2.5' width='11' height='11' rx='1.5' fill='#fff' stroke='#222' stroke-width='1.8'/><path d='M8 2.5v11' stroke='#222' stroke-width='1.8'/></svg>",
    closed: "<svg viewBox='0 0 16 16'><rect x='2' y='2' width='12' height='12' rx='1.5' fill='#fff' stroke='#B00020' stroke-width='2'/><path d='M4.5 4.5l7 7m0-7l-7 7' stroke='#B00020' stroke-width='2'/></svg>",
    gauge: "<svg viewBox='0 0 16 16'><path d='M8 1l7 7-7 7-7-7z' fill='#fff' stroke='#222' stroke-width='1.8'/><path d='M5 6.2h6M5 9.8h6' stroke='#222' stroke-width='1.5'/></svg>",
    port: "<svg viewBox='0 0 16 16'><circle cx='8' cy='8' r='7' fill='#fff' stroke='#222' stroke-width='1.6'/><path d='M8 4v8M5.6 6.2h4.8M4.4 9c.4 2 1.8 3 3.6 3s3.2-1 3.6-3' fill='none' stroke='#222' stroke-width='1.4'/></svg>",
    ferry: "<svg viewBox='0 0 16 16'><circle cx='8' cy='8' r='7' fill='#fff' stroke='#222' stroke-width='1.6'/><path d='M4 9h8l-1.2 2.6H5.2zM6 9V6h4v3M8 6V4' fill='none' stroke='#222' stroke-width='1.4'/></svg>",
    airport: "<svg viewBox='0 0 16 16'><circle cx='8' cy='8' r='7' fill='#fff' stroke='#222' stroke-width='1.6'/><path d='M8 3.2v9.6M3.6 9l4.4-2.2L12.4 9M6 12.4l2-1 2 1' fill='none' stroke='#222' stroke-width='1.4'/></svg>",
    end: "<svg viewBox='0 0 16 16'><circle cx='8' cy='8' r='6.6' fill='#fff' stroke='#222' stroke-width='2.4'/><circle cx='8' cy='8' r='2.6' fill='#222'/></svg>"
  };

  var KINDS = {
    border: "border crossing", closed: "border crossing, closed", gauge: "break of gauge", port: "port", ferry: "ferry terminal",
    airport: "airport", end: "origin or destination"
  };
  var decoder = document.createElement("textarea");  /* from character references to text, which it never runs */

  function symbols(group, map, items) {
    pane(map, "symbols", 610);
    var pairs = [];
    items.forEach(function (item) {
      var size = item.size || (item.symbol === "end" ? 20 : 15), half = size / 2, beside = item.beside || [0, 0];
      var icon = L.divIcon({ className: "corridors-symbol", html: SYMBOLS[item.symbol], iconSize: [size, size], iconAnchor: [half - beside[0], half - beside[1]] });
      var mark = L.marker(item.at, { icon: icon, pane: "symbols", keyboard: true }).addTo(group)
        .bindPopup(item.popup, { maxWidth: 360 }).bindTooltip(item.name, { className: "corridors-tip" });
      function named() {
        decoder.innerHTML = item.name;
        mark.getElement().setAttribute("aria-label", decoder.value + ", " + KINDS[item.symbol]);
      }
      mark.on("add", named);
      if (mark.getElement()) { named(); }
      mark.on("popupopen", function (event) { sift(map, event.popup); });
      pairs.push({ mark: mark, routes: item.routes });
    });
    map.on("corridors:routes", function () {
      pairs.forEach(function (pair) { if (pair.mark.isPopupOpen()) { sift(map, pair.mark.getPopup()); } });
    });
    withRoutes(group, map, pairs);
  }

  /* The number of each route on its line, as in the legend. */
  function numbers(group, map, items) {
    pane(map, "numbers", 615);
    var pairs = [];
    items.forEach(function (item) {
      var icon = L.divIcon({
        className: "corridors-number corridors-item corridors-r" + item.number, iconSize: [17, 17], iconAnchor: [8.5, 8.5],
        html: "<b class='corridors-line' data-route='" + item.number + "' style='border-color:" + item.colour + "'>" + (item.number + 1) + "</b>"
      });
      var mark = L.marker(item.at, { icon: icon, pane: "numbers", keyboard: false, alt: "" }).addTo(group)
        .bindTooltip(item.name, { className: "corridors-tip" });
      pairs.push({ mark: mark, routes: item.routes });
    });
    withRoutes(group, map, pairs);
  }

  /* Labels in order of rank: to the right of their place, else to the left, else above. One that would touch an earlier
     one, or a symbol, loses its second line, and then is hidden until a closer zoom has room for it. */
  function labels(group, map, items) {
    var name = still(map, "labels", 620);
    var markers = items.map(function (item) {
      var detail = item.detail ? "<small>" + item.detail + "</small>" : "";
      var icon = L.divIcon({ className: "corridors-label corridors-" + item.kind, html: "<span style='margin-left:" + (item.clear || 0) + "px'>" + item.name + detail + "</span>", iconSize: null });
      return L.marker(item.at, { icon: icon, pane: name, interactive: false, keyboard: false }).addTo(group);
    });
    function touches(box, taken) {
      return taken.some(function (other) {
        return box.left < other.right + 3 && box.right + 3 > other.left && box.top < other.bottom + 1 && box.bottom + 1 > other.top;
      });
    }
    function place() {
      if (!map.hasLayer(group)) { return; }
      var taken = [], numbered = [], frame = map.getContainer().getBoundingClientRect();
      map.getContainer().querySelectorAll(".corridors-symbol svg, .corridors-number b").forEach(function (mark) {
        var box = mark.getBoundingClientRect(), isNumber = mark.tagName === "B";
        if (isNumber) {
          var covered = numbered.some(function (other) { return Math.hypot(other.left - box.left, other.top - box.top) < 13; });
          mark.style.visibility = covered ? "hidden" : "";
          if (covered) { return; }
          numbered.push(box);
        }
        taken.push({ left: box.left + 4, right: box.right - 4, top: box.top + 3, bottom: box.bottom - 3 });
      });
      markers.forEach(function (marker, number) {
        var element = marker.getElement(), span = element.firstChild, kind = items[number].kind;
        if (!isShown(map, items[number].routes)) { element.style.visibility = "hidden"; return; }
        var sides = kind === "country" || kind === "water" ? [""] : ["", "corridors-west", "corridors-north"];
        var looks = span.querySelector("small") ? ["", "corridors-brief"] : [""];
        var tries = [].concat.apply([], looks.map(function (look) { return sides.map(function (side) { return [look, side]; }); }));
        function box(attempt) {
          element.classList.remove("corridors-brief", "corridors-west", "corridors-north");
          attempt.forEach(function (name) { if (name) { element.classList.add(name); } });
          return span.getBoundingClientRect();
        }
        function cut(one) {
          var seen = one.right > frame.left && one.left < frame.right;
          return seen && (one.right > frame.right - 2 || one.left < frame.left + 2) && sides.length > 1;
        }
        var fitting = tries.find(function (attempt) { var one = box(attempt); return !cut(one) && !touches(one, taken); });
        if (!fitting && number < 2) { fitting = tries.find(function (attempt) { return !cut(box(attempt)); }); }
        element.style.visibility = fitting ? "" : "hidden";
        if (fitting) { taken.push(box(fitting)); }
      });
    }
    map.on("zoomend moveend resize corridors:routes", place);
    group.on("add", function () { setTimeout(place, 0); });
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
    follow(map.getContainer());
    control.getContainer().addEventListener("keydown", function (event) {
      var row = event.target.closest("tr.corridors-line");
      if (row && event.key === "Enter") { whole(map, row.dataset.route); }
    });
    control.getContainer().addEventListener("dblclick", function (event) {
      var row = event.target.closest("tr.corridors-line");
      if (row) { whole(map, row.dataset.route); }
    });
    map.attributionControl.setPrefix("Leaflet").addAttribution(attribution);
    L.control.scale({ imperial: false, position: "bottomright" }).addTo(map);
  }

  /* To the whole of a route, which is shown again if it was hidden. */
  function whole(map, number) {
    if (groups[number] && !map.hasLayer(groups[number])) { map.addLayer(groups[number]); }
    fit(map, reach[number], true);
  }

  /* Rows, chart lines and names that belong to a route light it while they are pointed at or have the focus. */
  function follow(root) {
    function of(event) { return event.target.closest && event.target.closest(".corridors-line"); }
    function on(event) {
      var item = of(event);
      if (item) { light(item.dataset.route, item.dataset.leg); }
    }
    function off(event) { if (of(event)) { light(null); } }
    root.addEventListener("mouseover", on);
    root.addEventListener("mouseout", off);
    root.addEventListener("focusin", on);
    root.addEventListener("focusout", off);
  }

  /* The view of all routes, beside the legend where there is room for both. */
  function fit(map, bounds, passing) {
    var box = map.getContainer().querySelector(".corridors-legend");
    var beside = box && box.querySelector("details").open ? box.offsetWidth + 16 : 0;
    if (!passing) { map.corridorsBounds = bounds; }
    map.fitBounds(bounds, { animate: false, paddingTopLeft: [beside + 24, 24], paddingBottomRight: [56, 28] });
  }

  window.corridors = {
    fit: fit, ground: ground, borders: borders, context: context, route: route, symbols: symbols, labels: labels, numbers: numbers,
    legend: legend, light: light, follow: follow
  };
})();
