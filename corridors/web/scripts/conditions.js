/* What of the question in the form holds for an effect, too. */

const TEXTS = ["by", "closures", "date", "cargo"];
const NUMBERS = ["tonnes", "as_of"];
const LISTS = ["avoid", "mode"];

export function conditions(question) {
  const made = {};
  for (const name of [...TEXTS, ...NUMBERS, "include"]) {
    const value = question.get(name);
    const isUsual = name === "include" && value === "operational"; /* by default the year in which it opens */
    if (value && !isUsual) {
      made[name] = NUMBERS.includes(name) ? Number(value) : value;
    }
  }
  if (question.get("central") === "true") {
    made.central = true;
  }
  for (const name of LISTS) {
    if (question.has(name)) {
      made[name] = question.getAll(name);
    }
  }
  return made;
}
