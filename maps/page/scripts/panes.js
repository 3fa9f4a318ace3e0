/* The storeys of the map, by their height: those of marks over those of lines over those of the ground. */

/* The name of a pane, which is made where it is missing; a still one lets the pointer through. */
export function pane(map, name, height, isStill = false) {
  const made = map.getPane(name) || map.createPane(name);
  made.style.zIndex = height;
  if (isStill) {
    made.style.pointerEvents = "none";
  }
  return name;
}

/* Chromium takes lines with a tooltip into the tab order, dozens of them; the legend's rows stand for them. */
export function outOfTabOrder(line) {
  line.on("add", () => line.getElement().setAttribute("tabindex", "-1"));
  if (line.getElement()) {
    line.fire("add");
  }
}
