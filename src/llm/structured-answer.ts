/** Reading the JSON out of a model's answer, which may stand in a code fence or in the middle of prose. */

import { jsonrepair } from "jsonrepair";
import { isJsonObject } from "../json-object.ts";
import { parseJson, parseModelJson } from "../parse-json.ts";
import { stripReasoning } from "./reasoning.ts";

/**
 * The JSON value that the answer holds: what stands in a code fence, the outermost `{…}` or `[…]`, or all of it.
 * @returns `undefined` when none parses.
 */
export function readStructuredAnswer(text: string): unknown {
  const plain = stripReasoning(text);
  for (const candidate of [unfence(plain), outermostSpan(plain), plain]) {
    const value = parseModelJson(candidate);
    if (value !== undefined) return value;
  }
  return undefined;
}

/**
 * As `readStructuredAnswer`, but broken JSON is mended first: for answers that were not cut off.
 * @returns `undefined` when nothing can be mended, or what comes of it is empty.
 */
export function repairStructuredAnswer(text: string): unknown {
  const plain = stripReasoning(text).replace(/^```.*(?:\n|$)/, "");
  const start = plain.search(/[{[]/);
  if (start < 0) return undefined;
  const json = withSoundEscapes(plain.slice(start));
  const span = json.slice(0, Math.max(json.lastIndexOf("}"), json.lastIndexOf("]")) + 1);
  for (const candidate of [json, span, parted(json)]) {
    const value = lastOfAlike(parseJson(repaired(candidate)), json);
    if (value === undefined || value === null || typeof value !== "object") continue;
    // Prose behind an object makes a list of the two.
    if (Array.isArray(value) && json.startsWith("{")) continue;
    if (Object.keys(value).length > 0) return value;
  }
  return undefined;
}

/** A fence ends with a line of its own: three backticks in a string do not end it. */
function unfence(text: string): string {
  const lines = text.split("\n");
  const start = lines.findIndex((line) => line.startsWith("```"));
  const end = lines.findIndex((line, index) => index > start && line.trim() === "```");
  return start < 0 || end < 0 ? text : lines.slice(start + 1, end).join("\n");
}

function outermostSpan(text: string): string {
  const start = text.search(/[{[]/);
  return start < 0 ? "" : text.slice(start, Math.max(text.lastIndexOf("}"), text.lastIndexOf("]")) + 1);
}

/** A backslash that escapes nothing stands for itself. */
function withSoundEscapes(json: string): string {
  return json.replace(/\\(?:u[\da-fA-F]{4}|["'\\/bfnrt\n])|\\/g, (found) =>
    found === "\\" ? "\\\\" : found,
  );
}

function repaired(json: string): string {
  try {
    return jsonrepair(json);
  } catch {
    return "";
  }
}

/** Objects that follow each other on one line, each on a line of its own. */
function parted(json: string): string {
  return json.replace(/"(?:[^"\\]|\\.)*"|\}[ \t]*\{/g, (found) => (found.startsWith('"') ? found : "}\n{"));
}

/** Objects one behind the other, each of the same shape, are drafts of one: the last counts. */
function lastOfAlike(value: unknown, json: string): unknown {
  if (!Array.isArray(value) || !json.startsWith("{")) return value;
  const shapes = new Set(value.map(shapeOf));
  return shapes.size === 1 && isJsonObject(value[0]) ? value.at(-1) : value;
}

/** The names and kinds of what a value holds. */
function shapeOf(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(shapeOf).join()}]`;
  if (!isJsonObject(value)) return value === null ? "null" : typeof value;
  const fields = Object.entries(value).map(([key, field]) => `${JSON.stringify(key)}:${shapeOf(field)}`);
  return `{${fields.sort().join()}}`;
}
