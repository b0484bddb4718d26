import { askedNames, type Environment, PREFIX } from "./environment.ts";

/** Read by whoever starts the server. */
const READ_BEFORE = ["HOST", "PORT", "DATABASE_URL", "LOG_LEVEL"].map((name) => PREFIX + name);
/** How many letters a name may be wrong by to be taken for another. */
const MAX_DISTANCE = 2;

/** A variable that was given and that nothing reads, and one that is read and spelt nearly the same. */
interface Misspelt {
  name: string;
  nearest: string;
}

/** The variables that seem to be misspelt. Call it once everything that reads variables has read them. */
export function misspeltVariables(environment: Environment): Misspelt[] {
  const known = [...askedNames(), ...READ_BEFORE].sort();
  return Object.keys(environment).flatMap((name) => {
    if (known.includes(name)) return [];
    const distances = known.map((other) => distance(name, other));
    const least = Math.min(...distances);
    return least > MAX_DISTANCE ? [] : [{ name, nearest: known[distances.indexOf(least)] ?? "" }];
  });
}

/** How many letters are to be added, taken away or replaced to make one text of the other. */
function distance(a: string, b: string): number {
  if (Math.abs(a.length - b.length) > MAX_DISTANCE) return Number.POSITIVE_INFINITY;
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (const [index, letter] of [...a].entries()) {
    const next = [index + 1];
    for (const [at, other] of [...b].entries()) {
      const replaced = (row[at] ?? 0) + (letter === other ? 0 : 1);
      next.push(Math.min(replaced, (row[at + 1] ?? 0) + 1, (next[at] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
