/* Lines by how many pairs of places use them, in layers of which one is seen at a time.
   All strings arrive escaped; nothing here builds HTML from anything else. No double braces: the page is a template. */
(function () {
  "use strict";

  /* ``looks`` of a line: how it looks in each group, null where it is not in it. Of the groups one is seen at a time. */
  function usage(map, groups, lines) {
    map.createPane("usage").style.zIndex = 420;
    groups.forEach(function (group, at) {
      var mine = lines.filter(function (item) { return item.looks[at]; });
      mine.sort(function (one, other) { return one.looks[at].rank - other.looks[at].rank || one.looks[at].weight - other.looks[at].weight; });
      mine.forEach(function (item) { add(group, item, item.looks[at]); });
    });
    map.on("layeradd", function (event) {
      if (groups.indexOf(event.layer) < 0) { return; }
      groups.forEach(function (each) { if (each !== event.layer) { map.removeLayer(each); } });
    });
  }

  function add(group, item, look) {
    function draw(extra) {
      return L.polyline(item.line, Object.assign({ pane: "usage", lineJoin: "round", lineCap: "butt", smoothFactor: 1.2 }, extra)).addTo(group);
    }
    if (look.casing) { draw({ color: look.casing, weight: look.weight + 2.4, interactive: false }); }
    draw({ color: look.colour, weight: look.weight, dashArray: look.dash || null, interactive: false, className: "corridors-used" });
    if (look.core) { draw({ color: "#ffffff", weight: look.core, interactive: false }); }
    /* A broad line that is not seen takes the pointer, so that thin ones can be hit. */
    var grip = draw({ color: "#000000", opacity: 0, weight: Math.max(12, look.weight) });
    grip.bindPopup(item.popup, { maxWidth: 360 });
    grip.bindTooltip(item.name, { sticky: true, className: "corridors-tip" });
    grip.on("add", function () { grip.getElement().setAttribute("tabindex", "-1"); });
    if (grip.getElement()) { grip.fire("add"); }
  }

  window.corridors.usage = usage;
})();
