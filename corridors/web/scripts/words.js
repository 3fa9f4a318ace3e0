/* What the server answered, in words and figures. */

export function whole(value) {
  return Math.round(value).toLocaleString("en");
}

/* What a check found: whether the lines can be saved, how long they are and how they join the network. */
export function summary(data) {
  const first = data.errors ? `${data.errors} error(s): it cannot be saved so. ` : "It can be saved. ";
  return first + data.added.map((item) => `${line(item)}. `).join("");
}

function line(item) {
  const length = item.length_km ? `, ${Math.round(item.length_km)} km` : "";
  return `${item.id}${length}: ${item.ends.map(end).join("; ")}`;
}

function end(found) {
  const off = found.off_m >= 1 ? `, ${whole(found.off_m)} m off` : "";
  if (found.how === "split") {
    return `splits ${found.splits.join(" and ")}${off}`;
  }
  return found.how === "new" ? `new place ${found.node}` : `at ${found.node}${off}`;
}

/* A finding behind its code: what is wrong where, and what to do. */
export function finding(problem) {
  const value = problem.value ? ` (${problem.value})` : "";
  const hint = problem.hint ? `; ${problem.hint}` : "";
  const nearest = problem.code === "far-from-node" ? `; nearest: ${problem.allowed}` : "";
  return problem.message + value + hint + nearest;
}

/* Km, days and USD of a route, for a row of a table. */
export function figures(route) {
  return route
    ? [whole(route.distance_km), (route.time_h / 24).toFixed(1), whole(route.cost_usd)]
    : ["no route", "", ""];
}

/* The rows of an effect: by each measure the pairs that are new, those that are better, and by how much. */
export function effectRows(summaries, titles) {
  return Object.entries(summaries).map(([key, row]) => {
    const mean = Object.keys(row).find((name) => /^mean_saving_(?!percent)/.test(name));
    const saving = row[mean] === null ? "" : row[mean].toFixed(1);
    return [titles[key] || key, String(row.newly_connected), `${row.improved} of ${row.pairs}`, saving];
  });
}
