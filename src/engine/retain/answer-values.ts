/** How the values in a model's answer are read: upstream reads them as Python does, and so do its users' expectations. */
import { isJsonObject } from "../../json-object.ts";
import { inPython, isEmptyInPython } from "../python-values.ts";

/** An answer with a value where nothing can be made of it: its chunk fails. */
export class UnreadableAnswerError extends Error {
  override readonly name = "UnreadableAnswerError";
}

/** Models write "nothing" in many ways. */
export function isAbsent(value: unknown): boolean {
  return isEmptyInPython(value) || (typeof value === "string" && value.toUpperCase() === "N/A");
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
