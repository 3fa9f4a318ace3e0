/* The pure parts of the map's scripts, against values worked out by hand. */
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  attempts,
  isCovered,
  isCut,
  isFixed,
  normal,
  room,
  sideways,
  touches,
} from "../../maps/page/scripts/geometry.js";
import { best, key, rank } from "../../maps/page/scripts/names.js";
import { isShown, switched } from "../../maps/page/scripts/shown.js";
import { KINDS, SYMBOLS } from "../../maps/page/scripts/symbols.js";
import { drawnIn } from "../../maps/page/scripts/usage.js";

const at = (x, y) => ({ x, y });
const box = (left, top, right, bottom) => ({ left, top, right, bottom });

function near(found, wanted) {
  assert.equal(found.length, wanted.length);
  found.forEach((point, number) => {
    assert.ok(Math.hypot(point.x - wanted[number].x, point.y - wanted[number].y) < 1e-9, JSON.stringify(found));
  });
}

test("the normal of a way to the right points down the screen", () => {
  assert.deepEqual(normal(at(0, 0), at(10, 0)), [-0, 1]);
  assert.deepEqual(normal(at(0, 0), at(0, 10)), [-1, 0]);
  assert.deepEqual(normal(at(0, 0), at(3, 4)), [-0.8, 0.6]);
  assert.equal(normal(at(5, 5), at(5, 5)), null);
});

test("a straight line is moved to its right, and to its left by a negative shift", () => {
  near(sideways([at(0, 0), at(10, 0)], 3), [at(0, 3), at(10, 3)]);
  near(sideways([at(0, 0), at(10, 0)], -3), [at(0, -3), at(10, -3)]);
});

test("at a right angle the moved line has its corner on the diagonal", () => {
  near(sideways([at(0, 0), at(10, 0), at(10, 10)], 2), [at(0, 2), at(8, 2), at(8, 10)]);
});

test("a line that turns round does not shoot away", () => {
  const moved = sideways([at(0, 0), at(10, 0), at(0, 0.1)], 2);
  assert.ok(moved.every((point) => Math.hypot(point.x, point.y) < 13));
});

test("points nearer than half a pixel are one point, and one point stays where it is", () => {
  near(sideways([at(0, 0), at(0.3, 0), at(10, 0)], 1), [at(0, 1), at(10, 1)]);
  const single = [at(1, 1), at(1.2, 1)];
  assert.equal(sideways(single, 5), single);
});

test("labels keep three pixels beside and one above and below from each other", () => {
  const taken = [box(100, 100, 150, 110)];
  assert.equal(touches(box(152, 100, 180, 110), taken), true);
  assert.equal(touches(box(153, 100, 180, 110), taken), false);
  assert.equal(touches(box(60, 100, 98, 110), taken), true);
  assert.equal(touches(box(60, 100, 97, 110), taken), false);
  assert.equal(touches(box(100, 110.5, 150, 120), taken), true);
  assert.equal(touches(box(100, 111, 150, 120), taken), false);
  assert.equal(touches(box(100, 100, 150, 110), []), false);
});

test("a label is cut by the rims of the frame, and not when it is out of sight", () => {
  const frame = box(0, 0, 800, 600);
  assert.equal(isCut(box(760, 0, 799, 10), frame), true);
  assert.equal(isCut(box(700, 0, 798, 10), frame), false);
  assert.equal(isCut(box(1, 0, 30, 10), frame), true);
  assert.equal(isCut(box(2, 0, 30, 10), frame), false);
  assert.equal(isCut(box(820, 0, 900, 10), frame), false);
});

test("a number covers another one that is nearer than 13 px", () => {
  assert.equal(isCovered({ left: 12, top: 4 }, [{ left: 0, top: 0 }]), true);
  assert.equal(isCovered({ left: 12, top: 5 }, [{ left: 0, top: 0 }]), false);
});

test("a mark leaves its rim to labels", () => {
  assert.deepEqual(room(box(10, 10, 25, 25)), box(14, 13, 21, 22));
});

test("a label tries its sides with its detail first, then without", () => {
  assert.deepEqual(attempts("busy", false), [[], ["corridors-west"], ["corridors-north"]]);
  assert.deepEqual(attempts("busy", true).slice(2, 5), [
    ["corridors-north"],
    ["corridors-brief"],
    ["corridors-brief", "corridors-west"],
  ]);
  assert.deepEqual(attempts("country", false), [[]]);
  assert.deepEqual(["country", "water", "city"].map(isFixed), [true, true, false]);
});

test("names are compared without case and accents, in any script", () => {
  assert.equal(key("Bandar-e ʿAbbās"), "bandar-e ʿabbas");
  assert.equal(key("Türkmenbaşy"), "turkmenbasy");
  assert.equal(key("АЛМАТЫ"), "алматы");
  assert.equal(key("ﬁ"), "fi");
});

test("a whole name comes before its beginning, and this before its middle", () => {
  assert.deepEqual(
    ["poti", "pot", "oti", "x"].map((text) => rank(["poti", "port of poti"], text)),
    [0, 1, 2, 9],
  );
  assert.deepEqual(best([["karachi"], ["port of kara"], ["kara"], ["baku"]], "kara"), [2, 0, 1]);
  assert.deepEqual(best([["karachi"]], ""), []);
  assert.equal(best(Array(20).fill(["a"]), "a").length, 8);
});

test("a mark is shown while one of its routes is, and always when it has none", () => {
  assert.equal(isShown({ 1: true }, [0, 1]), true);
  assert.equal(isShown({ 0: true, 1: true }, [0, 1]), false);
  assert.equal(isShown({ 0: false }, [0]), true);
  assert.equal(isShown({ 0: true }, []), true);
  assert.equal(isShown({ 0: true }, undefined), true);
});

test("a hidden route is struck out in the legend, and said to be so", () => {
  const classes = new Set();
  const said = new Map();
  const row = {
    classList: { toggle: (name, isOn) => (isOn ? classes.add(name) : classes.delete(name)) },
    setAttribute: (name, text) => said.set(name, text),
    removeAttribute: (name) => said.delete(name),
  };
  const fired = [];
  const map = { getContainer: () => ({ querySelector: () => row }), fire: (name) => fired.push(name) };
  switched(map, 3, true);
  assert.deepEqual([...classes], ["corridors-off"]);
  assert.equal(said.get("aria-description"), "not shown on the map; Enter shows it");
  assert.deepEqual(map.corridorsOff, { 3: true });
  switched(map, 3, false);
  assert.deepEqual([classes.size, said.size, fired.length], [0, 0, 2]);
});

test("each symbol is drawn and has a name", () => {
  assert.deepEqual(Object.keys(SYMBOLS), Object.keys(KINDS));
  assert.ok(Object.values(SYMBOLS).every((text) => /^<svg viewBox='0 0 16 16'>.+<\/svg>$/.test(text)));
});

test("lines in use are drawn by rank, then the thin below the wide", () => {
  const line = (name, ...looks) => ({ name, looks });
  const lines = [
    line("wide", { rank: 1, weight: 8 }, null),
    line("added", { rank: 4, weight: 5 }, { rank: 4, weight: 5 }),
    line("thin", { rank: 1, weight: 2 }, { rank: 1, weight: 2 }),
  ];
  const names = (found) => found.map(({ item }) => item.name);
  assert.deepEqual(names(drawnIn(lines, 0)), ["thin", "wide", "added"]);
  assert.deepEqual(names(drawnIn(lines, 1)), ["thin", "added"]);
});
