import type { Json } from "../json.ts";

/** One text, or one list of token numbers, is a single item; anything else a list of them. */
export function itemsOf(input: Json): Json[] {
  const isTokens =
    Array.isArray(input) && input.length > 0 && input.every((item) => typeof item === "number");
  return Array.isArray(input) && !isTokens ? input : [input];
}
