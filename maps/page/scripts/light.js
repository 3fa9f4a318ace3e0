/* Lights all that is drawn of a route, on the map, in the legend and in the charts, and most of all one leg of it. */

export function light(number, leg) {
  const isLit = number !== null;
  const hasLeg = isLit && leg !== undefined && leg !== null;
  for (const item of document.querySelectorAll(".corridors-item")) {
    const isMine = item.classList.contains(`corridors-r${number}`);
    item.classList.toggle("corridors-dim", isLit && !isMine);
    item.classList.toggle("corridors-lit", isLit && isMine);
    item.classList.toggle("corridors-leg", hasLeg && item.classList.contains(`corridors-l${number}-${leg}`));
  }
  for (const band of document.querySelectorAll(".band")) {
    band.classList.toggle("corridors-shown", isLit && band.classList.contains(`corridors-b${number}`));
  }
}

/* Rows, chart lines and names that belong to a route light it while they are pointed at or have the focus. */
export function follow(root) {
  function itemOf(event) {
    return event.target.closest?.(".corridors-line");
  }
  function on(event) {
    const item = itemOf(event);
    if (item) {
      light(item.dataset.route, item.dataset.leg);
    }
  }
  function off(event) {
    if (itemOf(event)) {
      light(null);
    }
  }
  root.addEventListener("mouseover", on);
  root.addEventListener("mouseout", off);
  root.addEventListener("focusin", on);
  root.addEventListener("focusout", off);
}
