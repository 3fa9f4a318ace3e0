/* The controls of the map: layers in groups, search for a place, and how the page prints.
   All strings arrive escaped; nothing here builds HTML from anything else. No double braces: the page is a template. */
(function () {
  "use strict";

  function box(map, position, className) {
    var control = L.control({ position: position });
    control.onAdd = function () {
      var made = L.DomUtil.create("div", "corridors-control " + className);
      L.DomEvent.disableClickPropagation(made);
      L.DomEvent.disableScrollPropagation(made);
      return made;
    };
    control.addTo(map);
    return control.getContainer();
  }

  /* One switch a layer, under its heading; in a <details>, which the keyboard opens. */
  function layers(map, made, headings, names) {
    var root = box(map, "topright", "corridors-layers");
    var details = L.DomUtil.create("details", "", root);
    L.DomUtil.create("summary", "", details).textContent = "Layers";
    var fields = headings.map(function (heading) {
      var field = L.DomUtil.create("fieldset", "", details);
      L.DomUtil.create("legend", "", field).innerHTML = heading;
      return field;
    });
    names.forEach(function (entry, at) {
      var label = L.DomUtil.create("label", "", fields[entry[0]]), input = L.DomUtil.create("input", "", label);
      input.type = "checkbox";
      input.checked = map.hasLayer(made[at]);
      L.DomUtil.create("span", "", label).innerHTML = entry[1];
      input.addEventListener("change", function () {
        if (input.checked) { map.addLayer(made[at]); } else { map.removeLayer(made[at]); }
      });
      map.on("layeradd layerremove", function (event) {
        if (event.layer === made[at]) { input.checked = map.hasLayer(made[at]); }
      });
    });
    closeWithEscape(root, details);
  }

  function closeWithEscape(root, details) {
    root.addEventListener("keydown", function (event) {
      if (event.key === "Escape" && details.open) {
        details.open = false;
        details.querySelector("summary").focus();
      }
    });
  }

  /* Finds places by any of their names, with the pattern of a combobox with a list. */
  var SHOWN = 8;
  function search(map, items, known) {
    var root = box(map, "topleft", "corridors-search");
    var input = L.DomUtil.create("input", "", root), list = L.DomUtil.create("ul", "", root);
    var decoder = document.createElement("textarea"), at = -1, found = [];
    input.type = "search";
    input.placeholder = "Find a place";
    input.setAttribute("role", "combobox");
    input.setAttribute("aria-label", "Find a place" + (items.length < known ? " (the first " + items.length + " of " + known + ")" : ""));
    input.setAttribute("aria-expanded", "false");
    input.setAttribute("aria-controls", "corridors-found");
    input.setAttribute("aria-autocomplete", "list");
    list.id = "corridors-found";
    list.setAttribute("role", "listbox");
    function plain(escaped) {
      decoder.innerHTML = escaped;
      return decoder.value.toLowerCase().normalize("NFKD").replace(/[\u0300-\u036f]/g, "");
    }
    var keys = items.map(function (item) { return [item.name].concat(item.also).map(plain); });
    function rank(names, text) {
      return names.reduce(function (best, name) {
        var where = name.indexOf(text);
        return where < 0 ? best : Math.min(best, name === text ? 0 : where === 0 ? 1 : 2);
      }, 9);
    }
    function show() {
      var text = plain(input.value.replace(/&/g, "&amp;").replace(/</g, "&lt;")).trim();
      found = [];
      if (text) {
        items.forEach(function (item, number) {
          var how = rank(keys[number], text);
          if (how < 9) { found.push([how, number]); }
        });
        found.sort(function (one, other) { return one[0] - other[0] || one[1] - other[1]; });
        found = found.slice(0, SHOWN);
      }
      list.textContent = "";
      found.forEach(function (entry, number) {
        var line = L.DomUtil.create("li", "", list);
        line.id = "corridors-found-" + number;
        line.setAttribute("role", "option");
        line.innerHTML = items[entry[1]].name;
        line.addEventListener("mousedown", function (event) { event.preventDefault(); go(number); });
      });
      if (text && !found.length) { L.DomUtil.create("li", "corridors-none", list).textContent = "no such place on this map"; }
      input.setAttribute("aria-expanded", String(Boolean(text)));
      choose(found.length ? 0 : -1);
    }
    function choose(number) {
      at = number;
      [].forEach.call(list.children, function (line, k) { line.setAttribute("aria-selected", String(k === at)); });
      if (at >= 0) { input.setAttribute("aria-activedescendant", "corridors-found-" + at); } else { input.removeAttribute("aria-activedescendant"); }
    }
    function hide() {
      list.textContent = "";
      input.setAttribute("aria-expanded", "false");
    }
    function go(number) {
      var item = items[found[number][1]];
      hide();
      decoder.innerHTML = item.name;
      input.value = decoder.value;
      map.setView(item.at, Math.max(map.getZoom(), 7), { animate: false });
      L.popup({ maxWidth: 320 }).setLatLng(item.at).setContent(item.popup).openOn(map);
    }
    input.addEventListener("input", show);
    input.addEventListener("blur", hide);
    input.addEventListener("keydown", function (event) {
      if (event.key === "ArrowDown" && found.length) { choose((at + 1) % found.length); event.preventDefault(); }
      if (event.key === "ArrowUp" && found.length) { choose((at + found.length - 1) % found.length); event.preventDefault(); }
      if (event.key === "Enter" && at >= 0) { go(at); event.preventDefault(); }
      if (event.key === "Escape") { input.value = ""; hide(); }
    });
  }

  /* Ties the tables and charts under the map to it, and prints the map as wide as the paper, with the legend after it. */
  function facts(map, paper) {
    var section = document.getElementById("corridors-facts"), frame = map.getContainer();
    window.corridors.follow(section);
    var link = L.DomUtil.create("a", "", box(map, "topright", "corridors-more"));
    link.href = "#corridors-facts";
    link.textContent = paper.title || "Tables and charts";
    link.addEventListener("click", function (event) { event.preventDefault(); section.scrollIntoView(); section.focus(); });
    section.tabIndex = -1;
    var legend = frame.querySelector(".corridors-legend"), home = legend && legend.parentNode, opened = [];
    window.addEventListener("beforeprint", function () {
      opened = [].filter.call(document.querySelectorAll("details"), function (each) { return !each.open; });
      opened.forEach(function (each) { each.open = !each.closest(".corridors-layers"); });
      if (legend) { section.insertBefore(legend, section.firstChild); }
      frame.style.setProperty("width", paper.width, "important");
      frame.style.setProperty("height", paper.height, "important");
      map.invalidateSize({ animate: false, pan: false });
      window.corridors.fit(map, map.corridorsBounds);
    });
    window.addEventListener("afterprint", function () {
      opened.forEach(function (each) { each.open = false; });
      if (legend) { home.appendChild(legend); }
      frame.style.removeProperty("width");
      frame.style.removeProperty("height");
      map.invalidateSize({ animate: false, pan: false });
      window.corridors.fit(map, map.corridorsBounds);
    });
  }

  Object.assign(window.corridors, { layers: layers, search: search, facts: facts });
})();
