/** How values are read that may come as another JSON type: numbers and truths as text, as pydantic's lax mode takes them. */

const TRUE_WORDS = new Set(["1", "on", "t", "true", "y", "yes"]);
const FALSE_WORDS = new Set(["0", "off", "f", "false", "n", "no"]);
const INTEGER_TEXT = /^[+-]?\d+(_\d+)*(\.0+)?$/;

/** `12`, `+12`, `1_2`, `12.0`, with blanks around; undefined when it is none of these. */
export function integerOfText(text: string): number | undefined {
  const trimmed = text.trim();
  return INTEGER_TEXT.test(trimmed) ? Number(trimmed.replaceAll("_", "")) : undefined;
}

/** An integer, its text, or a truth. */
export function integerOf(value: unknown): number | undefined {
  if (typeof value === "boolean") return Number(value);
  if (typeof value === "string") return integerOfText(value);
  return typeof value === "number" && Number.isInteger(value) ? value : undefined;
}

/** A truth, its words in any case, 1 or 0. */
export function booleanOf(value: unknown): boolean | undefined {
  if (typeof value === "boolean") return value;
  if (value === 0 || value === 1) return value === 1;
  if (typeof value !== "string") return undefined;
  const word = value.toLowerCase();
  if (TRUE_WORDS.has(word)) return true;
  return FALSE_WORDS.has(word) ? false : undefined;
}
