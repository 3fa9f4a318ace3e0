/* What of the question in the form holds for an effect, too: ``kinds`` are those conditions, and as what JSON has them. */

const READ = {
  list: (given) => given,
  number: ([text]) => Number(text),
  flag: ([text]) => text === "true",
  text: ([text]) => text,
};

export function conditions(question, kinds) {
  const made = {};
  for (const [name, kind] of Object.entries(kinds)) {
    const given = question.getAll(name);
    const isUsual = name === "include" && given[0] === "operational"; /* by default the year in which it opens */
    if (given[0] && !isUsual) {
      made[name] = READ[kind](given);
    }
  }
  return made;
}
