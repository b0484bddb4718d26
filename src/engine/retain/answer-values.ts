/** How the values in a model's answer are read: upstream reads them as Python does, and so do its users' expectations. */
import { isJsonObject } from "../../json-object.ts";

/** An answer with a value where nothing can be made of it: its chunk fails. */
export class UnreadableAnswerError extends Error {
  override readonly name = "UnreadableAnswerError";
}

/** Models write "nothing" in many ways. */
export function isAbsent(value: unknown): boolean {
  if (value === undefined || value === null || value === false || value === 0 || value === "") return true;
  if (typeof value === "string") return value.toUpperCase() === "N/A";
  return typeof value === "object" && Object.keys(value).length === 0;
}

/** A text that stands by itself; undefined when there is none. @throws UnreadableAnswerError for any other value. */
export function textIn(value: unknown, key: string): string | undefined {
  if (isAbsent(value)) return undefined;
  if (typeof value === "string") return value;
  throw new UnreadableAnswerError(`The model's '${key}' is no text`);
}

/** A value as a part of a sentence; undefined when there is none. */
export function wordsIn(value: unknown): string | undefined {
  if (isAbsent(value)) return undefined;
  return typeof value === "string" ? value : inPython(value);
}

/** The elements of a list; a text or an object has none that count. @throws UnreadableAnswerError for any other value. */
export function listIn(value: unknown, key: string): unknown[] {
  if (isAbsent(value)) return [];
  if (Array.isArray(value)) return value;
  if (typeof value === "string" || isJsonObject(value)) return [];
  throw new UnreadableAnswerError(`The model's '${key}' is no list`);
}

/** A value as Python prints it. */
function inPython(value: unknown): string {
  if (value === null) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  if (typeof value === "string") return quoted(value);
  if (Array.isArray(value)) return `[${value.map(inPython).join(", ")}]`;
  if (!isJsonObject(value)) return String(value);
  const entries = Object.entries(value).map(([key, field]) => `${quoted(key)}: ${inPython(field)}`);
  return `{${entries.join(", ")}}`;
}

const ESCAPES: Record<string, string> = { "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t" };

/** In single quotes, unless the text has such ones alone. */
function quoted(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  const escaped = text.replace(/[\\\n\r\t]/g, (character) => ESCAPES[character] ?? character);
  return quote + escaped.replaceAll(quote, `\\${quote}`) + quote;
}
