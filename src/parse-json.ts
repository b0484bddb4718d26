/** The value of a JSON text; undefined when it is none. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
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
