/* The panel's part for lines of one's own: what is drawn or typed is checked at once by the server, tried in the question
   above, measured, and saved. The address always holds the line, so that a reload or a link brings it back.
   Texts go into the page as text. No double braces: the page is a template. */
(function () {
  "use strict";
  var WAIT_MS = 350, OPEN = "corridors-editor", MAX_ADDRESS = 30000;  /* the server takes addresses of 32,768 bytes */

  function editor(map) {
    var root = document.getElementById("web-editor"), form = document.getElementById("web-form");
    var findings = root.querySelector(".web-line-findings"), change = root.querySelector(".web-line-change");
    var status = root.querySelector(".web-line-status"), join = document.getElementById("web-line-join");
    var course = document.getElementById("web-line-course"), hidden = document.getElementById("web-draft");
    var own = JSON.parse(root.dataset.own), spots = L.layerGroup().addTo(map);
    var points = [], others = [], editing = null, timer = null, turn = 0, tooLong = false;
    var pen = window.corridors.drawing(map, drawn, function () { say("Drawn. Drag a point to move it."); press("draw", false); });

    function field(name) { return document.getElementById("web-line-" + name); }
    function say(text) { status.textContent = text; }
    function press(name, isOn) { root.querySelector("[data-do=" + name + "]").setAttribute("aria-pressed", String(isOn)); }
    function make(tag, className, text, parent) {
      var made = document.createElement(tag);
      if (className) { made.className = className; }
      made.textContent = text || "";
      if (parent) { parent.appendChild(made); }
      return made;
    }

    /* --- the line */
    function number(text) { return text.trim() === "" ? null : Number(text); }
    function details() { return [].slice.call(root.querySelectorAll("[data-detail]")); }
    function names() { return details().map(function (input) { return input.dataset.line; }); }
    function detail(input) {
      var text = input.value.trim(), form = input.dataset.detail;
      if (form === "list") { return text.split(/[,;]/).map(function (part) { return part.trim(); }).filter(Boolean); }
      return form === "text" ? text || null : number(text);
    }
    function feature() {
      var gauged = field("mode").dataset.gauged.split(" ").indexOf(field("mode").value) >= 0;
      var values = {
        mode: field("mode").value, status: field("status").value, gauge_mm: gauged ? Number(field("gauge_mm").value) : null,
        opens_year: number(field("opens_year").value), length_km: number(field("length_km").value),
        countries: field("countries").value.toUpperCase().split(/[^A-Z]+/).filter(Boolean), name: field("name").value.trim() || null, from: field("from").value.trim() || null, to: field("to").value.trim() || null
      };
      details().forEach(function (input) { values[input.dataset.line] = detail(input); });
      var kept = Object.assign({}, editing ? editing.rest : {});
      Object.keys(values).forEach(function (key) { if (values[key] !== null && values[key].length !== 0) { kept[key] = values[key]; } });
      if (!editing || kept.length_km !== editing.length_km) { delete kept.length_basis; delete kept.length_detail; }
      var line = points.map(function (point) { return [round(point[1]), round(point[0])]; });
      var made = { type: "Feature", properties: kept, geometry: line.length ? { type: "LineString", coordinates: line } : null };
      if (editing) { made.id = editing.id; }
      return made;
    }
    function round(value) { return Math.round(value * 1e5) / 1e5; }
    function isStated() { return points.length > 1 || (!points.length && field("from").value.trim() !== "" && field("to").value.trim() !== ""); }
    function body() {
      var made = { features: [feature()].concat(others) };
      if (join.checked) { made.join = true; }
      if (!points.length) { made.straight = true; }
      return made;
    }
    function drawn(given) {
      points = given;
      course.value = points.map(function (point) { return round(point[1]) + ", " + round(point[0]); }).join("\n");
      changed();
    }
    function typed() {
      var read = [], bad = 0;
      course.value.split("\n").forEach(function (text) {
        var parts = text.split(/[,;\s]+/).filter(Boolean).map(Number);
        if (!parts.length) { return; }
        if (parts.length === 2 && parts.every(isFinite) && Math.abs(parts[0]) <= 180 && Math.abs(parts[1]) <= 90) { read.push([parts[1], parts[0]]); } else { bad += 1; }
      });
      points = read;
      pen.set(points);
      changed();
      if (bad) { say(bad + " line(s) of the course are no longitude and latitude in degrees."); }
    }

    /* --- the address */
    function asked() {
      var items = Array.from(new URLSearchParams(new FormData(form))).filter(function (item) { return item[1].trim() !== "" && item[0] !== "draft"; });
      return new URLSearchParams(items);
    }
    function keep() {
      hidden.value = isStated() ? JSON.stringify(body()) : "";
      var here = new URLSearchParams(window.location.search);
      if (hidden.value) { here.set("draft", hidden.value); } else { here.delete("draft"); }
      if (here.toString().length > MAX_ADDRESS) {
        here.delete("draft");
        hidden.value = "";
        tooLong = true;
      } else { tooLong = false; }
      var text = here.toString();
      window.history.replaceState(null, "", text ? "/?" + text : "/");
    }
    function leave(told) {
      window.sessionStorage.setItem(OPEN, told || "Done.");
      var here = new URLSearchParams(window.location.search);
      here.delete("draft");
      window.location.assign("/?" + here.toString());
    }

    /* --- the server */
    function send(method, path, content) {
      var heads = { "Content-Type": "application/json" };
      if (root.dataset.version && (method !== "POST" || path === "/undo")) { heads["If-Match"] = root.dataset.version; }
      return fetch("/api/segments" + path, {
        method: method, headers: heads, body: content ? JSON.stringify(content) : undefined
      }).then(function (answer) {
        return answer.json().then(function (data) { return { ok: answer.ok, data: data }; });
      }, function () { return { ok: false, data: { error: "the server does not answer; is it still running?" } }; });
    }
    function fail(data) {
      say(data.error || "not done");
      if (data.problems) { tell(data.problems); }
    }
    function changed() {
      keep();
      turn += 1;  /* answers about the line of before come too late */
      clearTimeout(timer);
      spots.clearLayers();
      findings.textContent = "";
      change.textContent = "";
      if (!isStated()) { say(points.length === 1 ? "One point; add another." : ""); return; }
      timer = setTimeout(check, WAIT_MS);
    }
    function check() {
      var mine = turn += 1;
      say("Checking ...");
      return send("POST", "/check", body()).then(function (got) {
        if (mine !== turn) { return false; }
        if (!got.ok) { fail(got.data); return false; }
        tell(got.data.problems);
        say(summary(got.data) + (tooLong ? "The line is too long for the address: save it to keep it, and to see the routes with it." : ""));
        if (got.data.errors) { return false; }
        return tryRoutes(mine);
      });
    }
    function summary(data) {
      var text = data.errors ? data.errors + " error(s): it cannot be saved so. " : "It can be saved. ";
      data.added.forEach(function (item) {
        text += item.id + (item.length_km ? ", " + Math.round(item.length_km) + " km" : "") + ": " + item.ends.map(function (end) {
          var off = end.off_m >= 1 ? ", " + Math.round(end.off_m).toLocaleString("en") + " m off" : "";
          return end.how === "split" ? "splits " + end.splits.join(" and ") + off : end.how === "new" ? "new place " + end.node : "at " + end.node + off;
        }).join("; ") + ". ";
      });
      return text;
    }
    function tell(problems) {
      findings.textContent = "";
      spots.clearLayers();
      if (!problems.length) { return; }
      var list = make("ul", "", "", findings);
      problems.forEach(function (problem) {
        var item = make("li", "web-" + problem.severity, "", list);
        make("b", "", problem.severity + " " + problem.code + ": ", item);
        item.appendChild(document.createTextNode(problem.message + (problem.value ? " (" + problem.value + ")" : "") + (problem.hint ? "; " + problem.hint : "") +
          (problem.code === "far-from-node" ? "; nearest: " + problem.allowed : "")));
        if (!problem.position) { return; }
        var at = [problem.position[1], problem.position[0]], isError = problem.severity === "error";
        var mark = L.circleMarker(at, { radius: 9, weight: 3, color: isError ? "#B00020" : "#8a5a00", fillColor: "#ffffff", fillOpacity: 0.75, pane: "drawing", className: "web-spot" });
        mark.bindTooltip(make("span", "", problem.code + ": " + problem.message));
        mark.addTo(spots);
        var show = make("button", "web-small", "Show", item);
        show.type = "button";
        show.addEventListener("click", function () { map.setView(at, Math.max(map.getZoom(), 8), { animate: false }); mark.openTooltip(); });
      });
    }

    /* --- what it does */
    function tryRoutes(mine) {
      var question = asked();
      if (!question.get("origin") || !question.get("destination")) { return measure(mine); }
      return send("POST", "/routes", Object.assign(body(), { question: question.toString() })).then(function (got) {
        if (mine !== turn) { return false; }
        if (!got.ok) { change.textContent = got.data.error; return false; }
        compared(got.data);
        return measure(mine);
      });
    }
    function figures(route) { return route ? [whole(route.distance_km), (route.time_h / 24).toFixed(1), whole(route.cost_usd)] : ["no route", "", ""]; }
    function whole(value) { return Math.round(value).toLocaleString("en"); }
    function table(heads, rows) {
      var made = make("table", "", ""), head = make("tr", "", "", make("thead", "", "", made)), content = make("tbody", "", "", made);
      heads.forEach(function (text) { make("th", "", text, head).scope = "col"; });
      rows.forEach(function (row) {
        var line = make("tr", "", "", content);
        row.forEach(function (text, at) { make(at ? "td" : "th", "", text, line); });
      });
      return made;
    }
    function compared(data) {
      change.textContent = "";
      var uses = data.after.filter(function (route) { return route.uses_the_lines; }).length;
      make("h2", "", "The first route", change);
      change.appendChild(table(["", "km", "days", "USD"], [["without"].concat(figures(data.before[0])), ["with"].concat(figures(data.after[0]))]));
      make("p", "web-line-note", uses ? uses + " of " + data.after.length + " route(s) pass the line." : "No route of this question passes the line.", change);
    }
    /* What of the question above holds for an effect, too. */
    function conditions() {
      var question = asked(), made = {}, kinds = JSON.parse(root.dataset.conditions);
      Object.keys(kinds).forEach(function (name) {
        var given = question.getAll(name), kind = kinds[name];
        if (!given[0] || (name === "include" && given[0] === "operational")) { return; }  /* by default the year in which it opens */
        made[name] = kind === "list" ? given : kind === "number" ? Number(given[0]) : kind === "flag" ? given[0] === "true" : given[0];
      });
      return made;
    }
    function measure(mine) {
      var turnOf = typeof mine === "number" ? mine : turn;
      if (typeof mine !== "number") { say("Comparing ..."); }
      return send("POST", "/effect", Object.assign(body(), conditions())).then(function (got) {
        if (turnOf !== turn) { return false; }  /* the line has changed meanwhile */
        if (!got.ok) { fail(got.data); return false; }
        effectOf(got.data);
        if (typeof mine !== "number") { say("Compared."); }
        return true;
      });
    }
    function effectOf(data) {
      var all = data.summary, words = { distance_km: "distance, km", time_h: "time, h", cost_usd: "cost, USD", co2e_kg: "CO2e, kg" };
      var old = change.querySelector(".web-line-effect");
      if (old) { old.remove(); }
      var box = make("div", "web-line-effect", "", change);
      make("h2", "", "What it changes between " + data.request.places.length + " places", box);
      var rows = Object.keys(all).map(function (key) {
        var row = all[key], mean = Object.keys(row).filter(function (name) { return /^mean_saving_(?!percent)/.test(name); })[0];
        return [words[key] || key, String(row.newly_connected), row.improved + " of " + row.pairs, row[mean] === null ? "" : row[mean].toFixed(1)];
      });
      box.appendChild(table(["by", "new pairs", "better", "mean saving"], rows));
      make("p", "web-line-note", "Modes: " + data.request.modes.join(", ") + ".", box);
      data.notes.forEach(function (text) { make("p", "web-line-note", text, box); });
    }
    function save() {
      var whom = editing ? send("PUT", "/" + encodeURIComponent(editing.id), body()) : send("POST", "", body());
      whom.then(function (got) { if (got.ok) { leave("Saved."); } else { fail(got.data); } });
    }
    function load(given, rest) {
      var values = given.properties || {}, known = ["mode", "status", "gauge_mm", "opens_year", "length_km", "countries", "name", "from", "to"].concat(names());
      known.forEach(function (name) {
        if (values[name] !== undefined && values[name] !== null) { field(name).value = [].concat(values[name]).join(", "); } else if (/INPUT/.test(field(name).tagName)) { field(name).value = ""; }
      });
      points = ((given.geometry || {}).coordinates || []).map(function (position) { return [position[1], position[0]]; });
      course.value = points.map(function (point) { return round(point[1]) + ", " + round(point[0]); }).join("\n");
      pen.set(points);
      others = rest;
      fit();
    }
    function edit(id) {
      var given = own.filter(function (row) { return row.id === id; })[0], rest = {};
      var shown = JSON.parse(JSON.stringify(given));
      if (["estimated_detour", "measured_geometry"].indexOf(shown.properties.length_basis) >= 0) {
        ["length_km", "length_basis", "length_detail"].forEach(function (key) { delete shown.properties[key]; });  /* they follow from the course */
      }
      if (given.properties.length_basis === "estimated_detour") { shown.geometry = null; }  /* nobody has drawn a course */
      delete shown.properties.country_km;
      Object.keys(shown.properties).forEach(function (key) {
        if (["mode", "status", "gauge_mm", "opens_year", "length_km", "countries", "from", "to"].concat(names()).indexOf(key) < 0) { rest[key] = shown.properties[key]; }
      });
      editing = { id: id, rest: rest, length_km: shown.properties.length_km };
      load(shown, []);
      if (points.length) { map.fitBounds(L.latLngBounds(points).pad(0.5), { animate: false }); }
      changed();
      say("Editing " + id + ".");
    }
    function clear() {
      pen.stop();
      editing = null;
      others = [];
      ["opens_year", "length_km", "countries", "name", "from", "to"].concat(names()).forEach(function (name) { field(name).value = ""; });
      pen.set([]);
      drawn([]);
      say("");
    }
    function fit() {
      var gauged = field("mode").dataset.gauged.split(" ").indexOf(field("mode").value) >= 0;
      field("gauge_mm").disabled = !gauged;
    }

    var DO = {
      draw: function () { press("draw", true); pen.start(); map.getContainer().scrollIntoView({ block: "nearest" }); say("Click on the map to add points; a double click or Finish ends."); },
      finish: function () { pen.stop(); },
      "undo-point": function () { pen.back(); },
      clear: clear,
      check: check,
      routes: function () { keep(); if (tooLong) { say("The line is too long for an address: save it first."); } else if (form.reportValidity()) { form.requestSubmit(); } },
      effect: function () { measure(); },
      save: save,
      undo: function () { send("POST", "/undo", {}).then(function (got) { if (got.ok) { leave("Undone: " + got.data.undone + "."); } else { fail(got.data); } }); },
      edit: function (event) { edit(event.target.closest("li").dataset.id); },
      "delete": function (event) {
        send("DELETE", "/" + encodeURIComponent(event.target.closest("li").dataset.id)).then(function (got) { if (got.ok) { leave(["Removed " + got.data.removed + "."].concat(got.data.warnings).join(" ")); } else { fail(got.data); } });
      }
    };
    root.addEventListener("click", function (event) {
      var name = event.target.dataset && event.target.dataset["do"];
      if (name) { DO[name](event); }
    });
    root.querySelectorAll("[data-line]").forEach(function (each) {
      each.addEventListener("change", function () { fit(); if (each === course) { typed(); } else { changed(); } });
    });
    join.addEventListener("change", changed);
    if (root.dataset.draft) {
      try {
        var given = JSON.parse(root.dataset.draft), first = given.features[0];
        join.checked = Boolean(given.join);
        if (first.id && own.some(function (row) { return row.id === first.id; })) { edit(first.id); }
        load(first, given.features.slice(1));
        changed();
      } catch (error) { say("The line of this address cannot be read."); }
    }
    if (window.sessionStorage.getItem(OPEN)) { root.open = true; say(window.sessionStorage.getItem(OPEN)); window.sessionStorage.removeItem(OPEN); }
    fit();
  }

  window.corridors.editor = editor;
})();
