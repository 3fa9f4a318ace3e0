/* Finds places by any of their names, with the pattern of a combobox with a list. */
import { box } from "./layers.js";
import { best, decoded, key } from "./names.js";

const LIST = "corridors-found";

export function search(map, items, known) {
  const root = box(map, "topleft", "corridors-search");
  const input = L.DomUtil.create("input", "", root);
  const list = L.DomUtil.create("ul", "", root);
  const keys = items.map((item) => [item.name, ...item.also].map((name) => key(decoded(name))));
  let at = -1;
  let found = [];
  combobox(input, list, items.length < known ? ` (the first ${items.length} of ${known})` : "");

  function show() {
    const text = key(input.value).trim();
    found = best(keys, text);
    list.textContent = "";
    found.forEach(addLine);
    if (text && !found.length) {
      L.DomUtil.create("li", "corridors-none", list).textContent = "no such place on this map";
    }
    input.setAttribute("aria-expanded", String(Boolean(text)));
    choose(found.length ? 0 : -1);
  }
  function addLine(item, number) {
    const line = L.DomUtil.create("li", "", list);
    line.id = `${LIST}-${number}`;
    line.setAttribute("role", "option");
    line.innerHTML = items[item].name;
    line.addEventListener("mousedown", (event) => {
      event.preventDefault();
      go(number);
    });
  }
  function choose(number) {
    at = number;
    [...list.children].forEach((line, row) => {
      line.setAttribute("aria-selected", String(row === at));
    });
    if (at >= 0) {
      input.setAttribute("aria-activedescendant", `${LIST}-${at}`);
    } else {
      input.removeAttribute("aria-activedescendant");
    }
  }
  function hide() {
    list.textContent = "";
    input.setAttribute("aria-expanded", "false");
  }
  function go(number) {
    const item = items[found[number]];
    hide();
    input.value = decoded(item.name);
    map.setView(item.at, Math.max(map.getZoom(), 7), { animate: false });
    L.popup({ maxWidth: 320 }).setLatLng(item.at).setContent(item.popup).openOn(map);
  }
  const keyboard = {
    ArrowDown: () => choose((at + 1) % found.length),
    ArrowUp: () => choose((at + found.length - 1) % found.length),
    Enter: () => go(at),
  };
  input.addEventListener("input", show);
  input.addEventListener("blur", hide);
  input.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      input.value = "";
      hide();
    } else if (at >= 0 && keyboard[event.key]) {
      keyboard[event.key]();
      event.preventDefault();
    }
  });
}

function combobox(input, list, more) {
  input.type = "search";
  input.placeholder = "Find a place";
  input.setAttribute("role", "combobox");
  input.setAttribute("aria-label", `Find a place${more}`);
  input.setAttribute("aria-expanded", "false");
  input.setAttribute("aria-controls", LIST);
  input.setAttribute("aria-autocomplete", "list");
  list.id = LIST;
  list.setAttribute("role", "listbox");
}
