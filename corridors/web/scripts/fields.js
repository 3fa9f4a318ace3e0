/* The line that is being stated: its fields in the panel and its points on the map, kept equal. */
import { pointsOf, read, written } from "./course.js";
import { CLEARED, FIELDS, feature, opened, stated } from "./feature.js";

/* ``pen`` draws the points; ``changed`` is called after every change by hand, ``say`` with what cannot be read. */
export function fields(root, pen, { changed, say }) {
  const own = JSON.parse(root.dataset.own);
  const details = Object.fromEntries(
    [...root.querySelectorAll("[data-detail]")].map(({ dataset }) => [dataset.line, dataset.detail]),
  );
  const names = [...FIELDS, ...Object.keys(details)];
  const course = field("course");
  const join = field("join");
  let points = [];
  let others = [];
  let editing = null;

  function field(name) {
    return document.getElementById(`web-line-${name}`);
  }
  function isGauged() {
    return field("mode").dataset.gauged.split(" ").includes(field("mode").value);
  }
  function fit() {
    field("gauge_mm").disabled = !isGauged();
  }
  function made() {
    const texts = Object.fromEntries(names.map((name) => [name, field(name).value]));
    return feature(stated(texts, isGauged(), details), points, editing);
  }
  function fill(name, value) {
    const isStated = value !== undefined && value !== null;
    if (isStated || field(name).tagName === "INPUT") {
      field(name).value = isStated ? [value].flat().join(", ") : "";
    }
  }
  function load(given, rest) {
    for (const name of names) {
      fill(name, given.properties?.[name]);
    }
    points = pointsOf(given.geometry);
    course.value = written(points);
    pen.set(points);
    others = rest;
    fit();
  }
  function type() {
    const found = read(course.value);
    points = found.points;
    pen.set(points);
    changed();
    if (found.bad) {
      say(`${found.bad} line(s) of the course are no longitude and latitude in degrees.`);
    }
  }
  function draw(given) {
    points = given;
    course.value = written(points);
    changed();
  }

  for (const each of root.querySelectorAll("[data-line]")) {
    each.addEventListener("change", () => {
      fit();
      if (each === course) {
        type();
      } else {
        changed();
      }
    });
  }
  join.addEventListener("change", changed);
  fit();

  return {
    draw,
    points: () => points,
    editedId: () => editing?.id,
    isBegun: () => points.length === 1,
    isStated: () => points.length > 1 || (!points.length && ["from", "to"].every((name) => field(name).value.trim())),
    /* The lines as the server takes them; without a course they run straight. */
    body: () => ({
      features: [made(), ...others],
      ...(join.checked ? { join: true } : {}),
      ...(points.length ? {} : { straight: true }),
    }),
    open(id) {
      const found = opened(
        own.find((row) => row.id === id),
        details,
      );
      editing = found.editing;
      load(found.shown, []);
    },
    /* The lines of a draft; one that is saved already is ``edit``ed, with what the draft says of it. */
    restore(text, edit) {
      const given = JSON.parse(text);
      const [first, ...rest] = given.features;
      join.checked = Boolean(given.join);
      if (own.some((row) => row.id === first.id)) {
        edit(first.id);
      }
      load(first, rest);
    },
    clear() {
      editing = null;
      others = [];
      for (const name of [...CLEARED, ...Object.keys(details)]) {
        field(name).value = "";
      }
      pen.set([]);
      draw([]);
    },
  };
}
