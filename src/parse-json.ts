/**
 * How deeply lists and objects may stand in each other. What is written, copied or searched afterwards goes down by a call for
 * each, and a few thousand exhaust the stack; nothing that is meant nests like that.
 */
const DEEPEST = 500;

/** The value of a JSON text; undefined when it is none, or nests too deeply to be worked with. */
export function parseJson(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return nestsTooDeeply(value) ? undefined : value;
  } catch {
    return undefined;
  }
}

/** Numbers that JSON has no words for, beside the strings in which the same letters are text. */
const NO_NUMBER = /"(?:[^"\\]|\\.)*"|-?\bInfinity\b|\bNaN\b/g;

/** The same for what a model wrote: `NaN` and `Infinity` are read as a number that is not finite, which is null when written. */
export function parseModelJson(text: string): unknown {
  const value = parseJson(text);
  if (value !== undefined || !/NaN|Infinity/.test(text)) return value;
  return parseJson(text.replace(NO_NUMBER, (found) => (found.startsWith('"') ? found : "1e999")));
}

/** Looks at one level after the other, and so needs no stack itself. */
function nestsTooDeeply(value: unknown): boolean {
  let level: unknown[] = [value];
  for (let depth = 0; depth <= DEEPEST; depth++) {
    const inside: unknown[] = [];
    for (const entry of level) {
      if (typeof entry !== "object" || entry === null) continue;
      for (const part of Object.values(entry))
        if (typeof part === "object" && part !== null) inside.push(part);
    }
    if (inside.length === 0) return false;
    level = inside;
  }
  return true;
}
