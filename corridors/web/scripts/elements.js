/* Elements of the panel; texts go into the page as text. */

export function make(tag, className, text, parent) {
  const made = document.createElement(tag);
  if (className) {
    made.className = className;
  }
  made.textContent = text || "";
  if (parent) {
    parent.appendChild(made);
  }
  return made;
}

/* A table: the first cell of a row is its head. */
export function table(heads, rows, parent) {
  const made = make("table", "", "", parent);
  const head = make("tr", "", "", make("thead", "", "", made));
  const content = make("tbody", "", "", made);
  for (const text of heads) {
    make("th", "", text, head).scope = "col";
  }
  for (const row of rows) {
    const line = make("tr", "", "", content);
    row.forEach((text, at) => {
      make(at ? "td" : "th", "", text, line);
    });
  }
  return made;
}
