/* The panel's part for lines of one's own: what is drawn or typed is checked at once by the server, tried in the
   question above, measured, and saved. */

import { asked, page, withDraft } from "./address.js";
import { api } from "./api.js";
import { conditions } from "./conditions.js";
import { drawing } from "./drawing.js";
import { fields } from "./fields.js";
import { findings } from "./findings.js";
import { showEffect, showRoutes } from "./result.js";
import { summary } from "./words.js";

const WAIT_MS = 350;
const OPEN = "corridors-editor";
const TOO_LONG = "The line is too long for the address: save it to keep it, and to see the routes with it.";

export function editor(map) {
  const root = document.getElementById("web-editor");
  const form = document.getElementById("web-form");
  const hidden = document.getElementById("web-draft");
  const kinds = JSON.parse(root.dataset.conditions);
  const titles = JSON.parse(root.dataset.measures);
  const change = root.querySelector(".web-line-change");
  const send = api(root.dataset.version);
  const tell = findings(map, root.querySelector(".web-line-findings"));
  const pen = drawing(map, (points) => line.draw(points), ended);
  const line = fields(root, pen, { changed, say });
  let timer = null;
  let turn = 0;
  let isTooLong = false;

  function say(text) {
    root.querySelector(".web-line-status").textContent = text;
  }
  function press(isOn) {
    root.querySelector("[data-do=draw]").setAttribute("aria-pressed", String(isOn));
  }
  function ended() {
    say("Drawn. Drag a point to move it.");
    press(false);
  }
  function question() {
    return asked(new FormData(form));
  }

  function keep() {
    const draft = line.isStated() ? JSON.stringify(line.body()) : "";
    const found = withDraft(window.location.search, draft);
    isTooLong = found.isTooLong;
    hidden.value = isTooLong ? "" : draft;
    window.history.replaceState(null, "", page(found.query));
  }
  function leave(text) {
    window.sessionStorage.setItem(OPEN, text);
    window.location.assign(`/?${withDraft(window.location.search, "").query}`);
  }
  function fail(data) {
    say(data.error || "not done");
    if (data.problems) {
      tell(data.problems);
    }
  }

  function changed() {
    keep();
    turn += 1; /* answers about the line of before come too late */
    clearTimeout(timer);
    tell([]);
    change.textContent = "";
    if (line.isStated()) {
      timer = setTimeout(check, WAIT_MS);
    } else {
      say(line.isBegun() ? "One point; add another." : "");
    }
  }
  async function check() {
    turn += 1;
    const mine = turn;
    say("Checking ...");
    const { ok, data } = await send("POST", "/check", line.body());
    if (mine !== turn) {
      return;
    }
    if (!ok) {
      fail(data);
      return;
    }
    tell(data.problems);
    say(summary(data) + (isTooLong ? TOO_LONG : ""));
    if (!data.errors && (await tryRoutes(mine))) {
      await measure(mine);
    }
  }
  /* Whether the effect is to be measured, too. */
  async function tryRoutes(mine) {
    const text = question();
    if (!text.get("origin") || !text.get("destination")) {
      return true;
    }
    const { ok, data } = await send("POST", "/routes", { ...line.body(), question: text.toString() });
    if (mine !== turn) {
      return false;
    }
    if (ok) {
      showRoutes(change, data);
    } else {
      change.textContent = data.error;
    }
    return ok;
  }
  async function measure(mine) {
    const { ok, data } = await send("POST", "/effect", { ...line.body(), ...conditions(question(), kinds) });
    if (mine !== turn) {
      return false; /* the line has changed meanwhile */
    }
    if (ok) {
      showEffect(change, data, titles);
    } else {
      fail(data);
    }
    return ok;
  }
  async function measureAlone() {
    say("Comparing ...");
    if (await measure(turn)) {
      say("Compared.");
    }
  }

  /* A change of the saved lines: the page comes anew, or says why not. */
  async function store(method, path, content, words) {
    const { ok, data } = await send(method, path, content);
    if (ok) {
      leave(words(data));
    } else {
      fail(data);
    }
  }
  function save() {
    const id = line.editedId();
    const [method, path] = id ? ["PUT", `/${encodeURIComponent(id)}`] : ["POST", ""];
    return store(method, path, line.body(), () => "Saved.");
  }
  function edit(id) {
    line.open(id);
    const points = line.points();
    if (points.length) {
      map.fitBounds(L.latLngBounds(points).pad(0.5), { animate: false });
    }
    changed();
    say(`Editing ${id}.`);
  }
  function ask() {
    keep();
    if (isTooLong) {
      say("The line is too long for an address: save it first.");
    } else if (form.reportValidity()) {
      form.requestSubmit();
    }
  }
  function draw() {
    press(true);
    pen.start();
    map.getContainer().scrollIntoView({ block: "nearest" });
    say("Click on the map to add points; a double click or Finish ends.");
  }
  function remove(id) {
    const words = (data) => [`Removed ${data.removed}.`, ...data.warnings].join(" ");
    return store("DELETE", `/${encodeURIComponent(id)}`, undefined, words);
  }
  function clear() {
    pen.stop();
    line.clear();
    say("");
  }

  const DO = {
    draw,
    finish: () => pen.stop(),
    "undo-point": () => pen.back(),
    clear,
    check,
    routes: ask,
    effect: measureAlone,
    save,
    undo: () => store("POST", "/undo", {}, (data) => `Undone: ${data.undone}.`),
    edit,
    delete: remove,
  };
  root.addEventListener("click", ({ target }) => {
    const name = target.dataset?.do;
    if (name) {
      DO[name](target.closest("li")?.dataset.id);
    }
  });
  if (root.dataset.draft) {
    try {
      line.restore(root.dataset.draft, edit);
      changed();
    } catch {
      say("The line of this address cannot be read.");
    }
  }
  const left = window.sessionStorage.getItem(OPEN);
  if (left) {
    root.open = true;
    say(left);
    window.sessionStorage.removeItem(OPEN);
  }
}
