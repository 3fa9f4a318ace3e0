/* A line of one's own as a GeoJSON feature: made from what is filled in, and shown again for editing. */
import { positions } from "./course.js";

export const FIELDS = ["mode", "status", "gauge_mm", "opens_year", "length_km", "countries", "name", "from", "to"];
export const CLEARED = ["opens_year", "length_km", "countries", "name", "from", "to"];

const REMADE = ["estimated_detour", "measured_geometry"];

function number(text) {
  return text.trim() === "" ? null : Number(text);
}

/* What stands in the field of a detail of the line, by the form of its values. */
function detail(text, form) {
  if (form === "list") {
    return text
      .split(/[,;]/)
      .map((part) => part.trim())
      .filter(Boolean);
  }
  return form === "text" ? text.trim() || null : number(text);
}

function codes(text) {
  return text
    .toUpperCase()
    .split(/[^A-Z]+/)
    .filter(Boolean);
}

/* The properties that the texts of the fields state; what is blank is not stated. ``details`` are more fields of lines
   by name, each with the form of its values: whole, number, list or text. */
export function stated(texts, isGauged, details = {}) {
  const values = {
    mode: texts.mode,
    status: texts.status,
    gauge_mm: isGauged ? Number(texts.gauge_mm) : null,
    opens_year: number(texts.opens_year),
    length_km: number(texts.length_km),
    countries: codes(texts.countries),
    name: texts.name.trim() || null,
    from: texts.from.trim() || null,
    to: texts.to.trim() || null,
    ...Object.fromEntries(Object.entries(details).map(([name, form]) => [name, detail(texts[name], form)])),
  };
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null && value.length !== 0));
}

/* The feature; of one that is edited all stays that no field shows, but for what its length was measured by. */
export function feature(values, points, editing) {
  const properties = { ...editing?.rest, ...values };
  if (!editing || properties.length_km !== editing.length_km) {
    delete properties.length_basis;
    delete properties.length_detail;
  }
  const geometry = points.length ? { type: "LineString", coordinates: positions(points) } : null;
  const made = { type: "Feature", properties, geometry };
  return editing ? { ...made, id: editing.id } : made;
}

/* What is shown of a saved feature, and what is kept beside the fields until it is saved again. */
export function opened(given, details = {}) {
  const properties = { ...given.properties };
  const isGuess = properties.length_basis === "estimated_detour"; /* nobody has drawn a course */
  if (REMADE.includes(properties.length_basis)) {
    for (const key of ["length_km", "length_basis", "length_detail"]) {
      delete properties[key]; /* they follow from the course */
    }
  }
  delete properties.country_km;
  const rest = Object.fromEntries(
    Object.entries(properties).filter(([key]) => key === "name" || !(FIELDS.includes(key) || key in details)),
  );
  return {
    shown: { properties, geometry: isGuess ? null : given.geometry },
    editing: { id: given.id, rest, length_km: properties.length_km },
  };
}
