/* What a line does: the first route with and without it, and what it changes between many places. */
import { make, table } from "./elements.js";
import { effectRows, figures } from "./words.js";

/* The first route of the question, without the line and with it. */
export function showRoutes(root, { before, after }) {
  root.textContent = "";
  const uses = after.filter((route) => route.uses_the_lines).length;
  make("h2", "", "The first route", root);
  const rows = [
    ["without", ...figures(before[0])],
    ["with", ...figures(after[0])],
  ];
  table(["", "km", "days", "USD"], rows, root);
  const text = uses
    ? `${uses} of ${after.length} route(s) pass the line.`
    : "No route of this question passes the line.";
  make("p", "web-line-note", text, root);
}

/* The effect, in the place of the one before; ``titles`` are those of the measures. */
export function showEffect(root, data, titles) {
  root.querySelector(".web-line-effect")?.remove();
  const box = make("div", "web-line-effect", "", root);
  make("h2", "", `What it changes between ${data.request.places.length} places`, box);
  table(["by", "new pairs", "better", "mean saving"], effectRows(data.summary, titles), box);
  for (const text of [`Modes: ${data.request.modes.join(", ")}.`, ...data.notes]) {
    make("p", "web-line-note", text, box);
  }
}
