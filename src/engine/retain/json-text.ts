/** What can be read off JSON text without losing how its numbers and keys are written. */

/** Index just past the string that begins at `start`. */
function endOfString(text: string, start: number): number {
  let index = start + 1;
  while (text[index] !== '"') index += text[index] === "\\" ? 2 : 1;
  return index + 1;
}

/**
 * Splits valid JSON text into the re-serialised elements of its array. Separators are `, ` and `: `, and only what must be
 * escaped is; numbers stay as they are written and keys stay in their order, which parsing would change.
 */
function splitArray(text: string): string[] {
  const elements: string[] = [];
  let element = "";
  let depth = 0;
  let index = 0;
  while (index < text.length) {
    const char = text[index] ?? "";
    if (char === '"') {
      const end = endOfString(text, index);
      element += JSON.stringify(JSON.parse(text.slice(index, end)));
      index = end;
      continue;
    }
    index += 1;
    if (/\s/.test(char)) continue;
    if (char === "[" || char === "{") depth += 1;
    if (char === "]" || char === "}") depth -= 1;
    const outermost = (char === "[" && depth === 1) || depth === 0;
    if (char === "," && depth === 1) {
      elements.push(element);
      element = "";
    } else if (!outermost) {
      element += char === "," ? ", " : char === ":" ? ": " : char;
    }
  }
  elements.push(element);
  return elements;
}

/** The text's JSON value; undefined when it is no JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export function isJsonObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function isJsonObjectText(text: string): boolean {
  return isJsonObject(parseJson(text));
}

/** The re-serialised elements of a JSON array; undefined when the text is anything else, or the array is empty. */
export function arrayElements(text: string): string[] | undefined {
  const value = parseJson(text);
  return Array.isArray(value) && value.length > 0 ? splitArray(text) : undefined;
}

/** The re-serialised elements of a JSON array of objects; undefined when the text is anything else, or the array is empty. */
export function objectArrayElements(text: string): string[] | undefined {
  const value = parseJson(text);
  if (!Array.isArray(value) || value.length === 0 || !value.every(isJsonObject)) return undefined;
  return splitArray(text);
}

export function toArrayText(elements: readonly string[]): string {
  return `[${elements.join(", ")}]`;
}
