/* The panel beside the map: short addresses, fields that grow, what is said while work is done.
   Without this script the form works as well. No double braces: the page is a template. */
(function () {
  "use strict";
  var NARROW = 900;

  /* What says nothing is not sent: blanks, and what stands at its default. */
  function mute(form) {
    var muted = [];
    function off(field) { if (!field.disabled) { field.disabled = true; muted.push(field); } }
    form.querySelectorAll("input[data-default], select[data-default]").forEach(function (field) {
      if (field.value.trim() === "" || field.value.trim() === field.dataset.default) { off(field); }
    });
    form.querySelectorAll(".web-boxes").forEach(function (set) {
      var boxes = [].slice.call(set.querySelectorAll("input"));
      var chosen = boxes.filter(function (box) { return box.checked; }).map(function (box) { return box.value; });
      if (chosen.join(" ") === set.dataset.default) { boxes.forEach(off); }
    });
    return function () { muted.forEach(function (field) { field.disabled = false; }); };
  }

  /* A comparison has no criterion and no number of routes; a Pareto set neither. */
  function fit(form) {
    var compares = form.querySelector("input[name=question][value=compare]").checked;
    var pareto = !compares && Boolean(form.querySelector("input[name=pareto]:checked"));
    form.querySelectorAll(".web-plan").forEach(function (set) { set.disabled = compares; });
    ["by", "count", "different"].forEach(function (name) { form.elements[name].disabled = pareto; });
    form.elements.epsilon.disabled = !pareto;
    form.querySelector("button").textContent = compares ? "Compare" : "Find routes";
  }

  /* The last of several fields is always an empty one. */
  function grow(set) {
    var fields = set.querySelectorAll("input"), last = fields[fields.length - 1];
    if (!last.value.trim() || fields.length > 20) { return; }
    var next = last.cloneNode(false);
    next.value = "";
    next.removeAttribute("value");
    next.setAttribute("aria-label", set.dataset.title + ", " + (fields.length + 1));
    last.after(next);
  }

  function say(text) { document.querySelector(".web-status").textContent = text; }

  function panel() {
    var form = document.getElementById("web-form"), button = form.querySelector("button"), restore = null;
    fit(form);
    form.addEventListener("input", function (event) {
      var set = event.target.closest(".web-several");
      if (set) { grow(set); }
      fit(form);
    });
    form.addEventListener("submit", function () {
      restore = mute(form);
      button.disabled = true;
      button.textContent = "Working ...";
      say("Working; a question is stopped after some seconds.");
    });
    window.addEventListener("pageshow", function (event) {
      if (!event.persisted) { return; }
      if (restore) { restore(); }
      button.disabled = false;
      fit(form);
    });
    var details = document.querySelector(".web-question"), status = document.querySelector(".web-status");
    if (window.innerWidth < NARROW && !details.hasAttribute("data-keep")) { details.open = false; }
    var alert = document.querySelector(".web-alert"), text = status.textContent;
    if (alert) { alert.focus({ preventScroll: false }); }
    status.textContent = "";
    setTimeout(function () { status.textContent = text; }, 150);  /* what comes later is read out */
  }

  Object.assign(window.corridors, { panel: panel });
})();
