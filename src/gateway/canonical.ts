/** What makes two requests the same request: one spelling for equal JSON, and nothing that differs between runs by itself. */
import { isJsonObject, type Json, type JsonObject, parseJson } from "./json.ts";

/** The declared volatiles. What is not named here is meaning, dates included, and a change of it is a miss. */
export const VOLATILES = {
  /** Fields of a request that tell the provider who asks and what to cache, and do not shape the answer. */
  requestFields: new Set(["prompt_cache_key", "prompt_cache_retention", "safety_identifier", "user"]),
  /** What the provider's id of a tool call is replaced by: this, and its number by first appearance in the request. */
  toolCallAlias: "call-",
  /** Lists in embedded JSON that are sets for the server, which names their members in any order. */
  unorderedLists: new Set(["entities", "tags"]),
  /** As well, of another item of its answers. */
  itemAlias: "item-",
} as const;

/** JSON with sorted keys and no white space. Equal values have equal texts. */
export function canonicalJson(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  if (!isJsonObject(value)) return JSON.stringify(value);
  const members = Object.keys(value)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${canonicalJson(value[key] ?? null)}`);
  return `{${members.join(",")}}`;
}

/**
 * Text that may itself be JSON, such as a tool's result or arguments: as `{json: …}` where it is an object or a list, so
 * that the order of its keys, its white space and the order of a set do not matter; else the text as it is.
 */
export function embeddedJson(text: string): Json {
  if (!/^\s*[[{]/.test(text)) return text;
  const value = parseJson(text);
  return value === undefined || losesDigits(value) ? text : { json: sortUnordered(value) };
}

function sortUnordered(value: Json): Json {
  if (Array.isArray(value)) return value.map(sortUnordered);
  if (!isJsonObject(value)) return value;
  return mapMembers(value, (name, member) =>
    VOLATILES.unorderedLists.has(name) && isTextList(member) ? [...member].sort() : sortUnordered(member),
  );
}

function isTextList(value: Json): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === "string");
}

/** Whole numbers that JavaScript rounds: two different texts would become one value. */
function losesDigits(value: Json): boolean {
  if (typeof value === "number") return Number.isInteger(value) && !Number.isSafeInteger(value);
  if (Array.isArray(value)) return value.some(losesDigits);
  return isJsonObject(value) && Object.values(value).some(losesDigits);
}

/** Short names for ids that a run made up, numbered by first appearance. */
export class Aliases {
  readonly #prefix: string;
  readonly #aliases = new Map<string, string>();

  constructor(prefix: string) {
    this.#prefix = prefix;
  }

  aliasOf(id: string): string {
    const known = this.#aliases.get(id);
    if (known !== undefined) return known;
    const alias = `${this.#prefix}${this.#aliases.size + 1}`;
    this.#aliases.set(id, alias);
    return alias;
  }
}

/** A copy with some members replaced or, where `replace` gives `undefined`, left out. Safe for any key, `__proto__` too. */
export function mapMembers(
  object: JsonObject,
  replace: (key: string, value: Json) => Json | undefined,
): JsonObject {
  const members: [string, Json][] = [];
  for (const [key, value] of Object.entries(object)) {
    const replaced = replace(key, value);
    if (replaced !== undefined) members.push([key, replaced]);
  }
  return Object.fromEntries(members);
}
