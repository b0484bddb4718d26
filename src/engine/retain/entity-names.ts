import { mentionsOf } from "../entities/mention.ts";

/** The names of a fact: white space normalised, blank and overlong ones dropped, each once in any case. */
export function normalizeNames(names: readonly string[]): string[] {
  return mentionsOf(names).map(({ name }) => name);
}
