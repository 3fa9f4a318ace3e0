/* The pure parts of the panel's scripts: courses, features, addresses, conditions, words. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { asked, page, withDraft } from "../../corridors/web/scripts/address.js";
import { api, headers } from "../../corridors/web/scripts/api.js";
import { conditions } from "../../corridors/web/scripts/conditions.js";
import { pointsOf, positions, read, written } from "../../corridors/web/scripts/course.js";
import { feature, opened, stated } from "../../corridors/web/scripts/feature.js";
import { saysNothing } from "../../corridors/web/scripts/panel.js";
import { effectRows, figures, finding, summary, whole } from "../../corridors/web/scripts/words.js";

test("a course is read as longitude and latitude, by commas, semicolons, tabs or blanks", () => {
  assert.deepEqual(read("62.2, 34.35\n61.6;33\n\n 61.7\t32 "), {
    points: [
      [34.35, 62.2],
      [33, 61.6],
      [32, 61.7],
    ],
    bad: 0,
  });
});

test("what is no position in degrees is counted, and read no other way", () => {
  assert.deepEqual(read("62.2\n62.2 34 5\nx, y\n181, 0\n0, 91\n-180, -90"), { points: [[-90, -180]], bad: 5 });
  assert.deepEqual(read("Infinity, 1"), { points: [], bad: 1 });
  assert.deepEqual(read(""), { points: [], bad: 0 });
});

test("a course is written in five digits, and read again as it was", () => {
  const points = [
    [34.123456, 62.2],
    [-33.000001, 61.6],
  ];
  assert.equal(written(points), "62.2, 34.12346\n61.6, -33");
  assert.deepEqual(read(written(points)).points, pointsOf({ coordinates: positions(points) }));
  assert.deepEqual(pointsOf(null), []);
});

const TEXTS = {
  mode: "rail",
  status: "proposed",
  gauge_mm: "1520",
  opens_year: "",
  length_km: " ",
  countries: "af, ir;tm",
  name: "  A line ",
  from: "",
  to: "Zaranj",
};

test("only what is filled in is stated, and a gauge only of a mode that has one", () => {
  const wanted = { mode: "rail", status: "proposed", countries: ["AF", "IR", "TM"], name: "A line", to: "Zaranj" };
  assert.deepEqual(stated(TEXTS, true), { ...wanted, gauge_mm: 1520 });
  assert.deepEqual(stated(TEXTS, false), wanted);
  const years = stated({ ...TEXTS, countries: "", opens_year: "2035", length_km: "0" }, false);
  assert.deepEqual([years.opens_year, years.length_km, "countries" in years], [2035, 0, false]);
});

test("a new line has no id, and a line without points no geometry", () => {
  const made = feature({ mode: "road" }, [[34.35, 62.2]], null);
  assert.deepEqual(made.geometry, { type: "LineString", coordinates: [[62.2, 34.35]] });
  assert.equal("id" in made, false);
  assert.equal(feature({ mode: "road" }, [], null).geometry, null);
});

test("an edited line keeps what no field shows, and the basis of a length that stays", () => {
  const editing = { id: "own-1", length_km: 12, rest: { note: "n", length_basis: "published", length_detail: "p. 3" } };
  const same = feature({ mode: "road", length_km: 12 }, [], editing);
  assert.deepEqual([same.id, same.properties.note, same.properties.length_basis], ["own-1", "n", "published"]);
  const other = feature({ mode: "road", length_km: 13 }, [], editing);
  assert.deepEqual(other.properties, { note: "n", mode: "road", length_km: 13 });
});

test("a measured length is measured again, and a guessed course is not shown as drawn", () => {
  const geometry = { type: "LineString", coordinates: [] };
  const given = (basis) => ({
    id: "own-1",
    geometry,
    properties: { mode: "road", name: "N", note: "n", length_km: 5, length_basis: basis, country_km: { AF: 5 } },
  });
  const measured = opened(given("measured_geometry"));
  assert.deepEqual(measured.shown, { properties: { mode: "road", name: "N", note: "n" }, geometry });
  assert.deepEqual(measured.editing, { id: "own-1", rest: { name: "N", note: "n" }, length_km: undefined });
  assert.equal(opened(given("estimated_detour")).shown.geometry, null);
  const published = opened(given("published"));
  assert.equal(published.shown.properties.length_km, 5);
  assert.deepEqual(published.editing.rest, { name: "N", note: "n", length_basis: "published" });
});

test("the address holds the draft in the place of the one before, unless it gets too long", () => {
  assert.deepEqual(withDraft("?origin=A&draft=old", '{"a":1}'), {
    query: "origin=A&draft=%7B%22a%22%3A1%7D",
    isTooLong: false,
  });
  assert.deepEqual(withDraft("?origin=A&draft=old", ""), { query: "origin=A", isTooLong: false });
  const longest = withDraft("?origin=A", "x".repeat(29_985));
  assert.deepEqual([longest.query.length, longest.isTooLong], [30_000, false]);
  assert.deepEqual(withDraft("?origin=A", "x".repeat(29_986)), { query: "origin=A", isTooLong: true });
  assert.deepEqual([page("a=1"), page("")], ["/?a=1", "/"]);
});

test("blanks and the draft are no part of what is asked", () => {
  const entries = [
    ["origin", "Almaty"],
    ["via", " "],
    ["via", "Baku"],
    ["draft", "{}"],
  ];
  assert.equal(asked(entries).toString(), "origin=Almaty&via=Baku");
});

test("the conditions of a question hold for an effect, but for lines in operation", () => {
  const text = "origin=A&by=cost&tonnes=40&as_of=2030&include=operational&avoid=AF&avoid=IR&mode=rail&central=true";
  const kinds = {
    by: "text",
    tonnes: "number",
    as_of: "number",
    include: "text",
    avoid: "list",
    mode: "list",
    central: "flag",
  };
  assert.deepEqual(conditions(new URLSearchParams(text), kinds), {
    by: "cost",
    tonnes: 40,
    as_of: 2030,
    avoid: ["AF", "IR"],
    mode: ["rail"],
    central: true,
  });
  assert.deepEqual(conditions(new URLSearchParams("include=planned&central=false"), kinds), {
    include: "planned",
    central: false,
  });
});

test("what is blank or as usual says nothing", () => {
  assert.deepEqual(
    [saysNothing(" ", ""), saysNothing(" 3 ", "3"), saysNothing("4", "3"), saysNothing("0", "")],
    [true, true, false, false],
  );
});

test("a check says how long lines are and how they join the network", () => {
  const added = [
    {
      id: "own-1",
      length_km: 450.4,
      ends: [
        { how: "node", node: "herat", off_m: 1234.5 },
        { how: "split", splits: ["a", "b"], off_m: 0.4 },
      ],
    },
    { id: "own-2", length_km: null, ends: [{ how: "new", node: "own-x", off_m: 0 }] },
  ];
  const text = "own-1, 450 km: at herat, 1,235 m off; splits a and b. own-2: new place own-x. ";
  assert.equal(summary({ errors: 0, added }), `It can be saved. ${text}`);
  assert.equal(summary({ errors: 2, added: [] }), "2 error(s): it cannot be saved so. ");
});

test("a finding says its value, what to do, and the nearest place", () => {
  assert.equal(finding({ code: "x", message: "bad gauge", value: 9, hint: "try 1520" }), "bad gauge (9); try 1520");
  assert.equal(finding({ code: "far-from-node", message: "far", allowed: "herat, 3 km" }), "far; nearest: herat, 3 km");
});

test("figures of a route are km, days and USD", () => {
  assert.deepEqual(figures({ distance_km: 4148.4, time_h: 252, cost_usd: 3999.5 }), ["4,148", "10.5", "4,000"]);
  assert.deepEqual(figures(undefined), ["no route", "", ""]);
  assert.equal(whole(1234567.4), "1,234,567");
});

test("the rows of an effect have the mean saving in its unit, and none where none is better", () => {
  const row = (mean) => ({ pairs: 600, improved: 3, newly_connected: 0, mean_saving_percent: 7, mean_saving_km: mean });
  assert.deepEqual(effectRows({ distance_km: row(69.24), loss_usd: row(null) }, { distance_km: "distance, km" }), [
    ["distance, km", "0", "3 of 600", "69.2"],
    ["loss_usd", "0", "3 of 600", ""],
  ]);
});

test("a detail of a line is read by the form of its values, and no part of what is kept beside the fields", () => {
  const forms = { axle_load_t: "number", tracks: "whole", owners: "list", remark: "text" };
  const blank = { mode: "rail", status: "proposed", gauge_mm: "1435", opens_year: "", length_km: "", countries: "" };
  const texts = {
    ...blank,
    name: "",
    from: "",
    to: "",
    axle_load_t: " 22.5",
    tracks: "2",
    owners: "a; b,,",
    remark: " ",
  };
  assert.deepEqual(stated(texts, true, forms), {
    mode: "rail",
    status: "proposed",
    gauge_mm: 1435,
    axle_load_t: 22.5,
    tracks: 2,
    owners: ["a", "b"],
  });
  const saved = { id: "own-1", properties: { mode: "rail", axle_load_t: 22.5, note: "n" }, geometry: null };
  assert.deepEqual(opened(saved, forms).editing.rest, { note: "n" });
});

test("what changes saved lines names the version of them that was seen", () => {
  assert.equal(headers("DELETE", "/own-1", "v7")["If-Match"], "v7");
  assert.equal(headers("POST", "/undo", "v7")["If-Match"], "v7");
  assert.equal("If-Match" in headers("POST", "", "v7"), false);
  assert.equal("If-Match" in headers("PUT", "/own-1", ""), false);
});

test("a server that is gone is an answer, too", async (context) => {
  const asked_ = [];
  context.mock.method(globalThis, "fetch", async (path, options) => {
    asked_.push([path, options.body]);
    if (asked_.length > 1) {
      throw new TypeError("failed to fetch");
    }
    return { ok: true, json: async () => ({ added: [] }) };
  });
  const send = api("v1");
  assert.deepEqual(await send("POST", "/check", { a: 1 }), { ok: true, data: { added: [] } });
  assert.deepEqual(asked_, [["/api/segments/check", '{"a":1}']]);
  const silent = await send("POST", "/check");
  assert.equal(silent.ok, false);
  assert.match(silent.data.error, /does not answer/);
});
