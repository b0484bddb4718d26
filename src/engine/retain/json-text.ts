import { readJson } from "./json-reader.ts";

export function isJsonObjectText(text: string): boolean {
  return readJson(text)?.kind === "object";
}

/** The re-serialised elements of a JSON array; undefined when the text is anything else, or the array is empty. */
export function arrayElements(text: string): string[] | undefined {
  const value = readJson(text);
  if (value?.kind !== "array" || value.elements.length === 0) return undefined;
  return value.elements.map((element) => element.text);
}

/** The re-serialised elements of a JSON array of objects, which may be empty; undefined when the text is anything else. */
export function objectArrayElements(text: string): string[] | undefined {
  const value = readJson(text);
  if (value?.kind !== "array" || value.elements.some(({ kind }) => kind !== "object")) return undefined;
  return value.elements.map((element) => element.text);
}

export function toArrayText(elements: readonly string[]): string {
  return `[${elements.join(", ")}]`;
}
