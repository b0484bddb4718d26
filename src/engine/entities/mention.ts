import { normalizeName } from "./names.ts";

/** A name that a fact mentions. */
export interface Mention {
  name: string;
  /** Taken as it is written: it stands for an entity of exactly this name, in any case, and for no similar one. */
  literal: boolean;
}

/** What one stored fact mentions. */
export interface FactMentions {
  unitId: string;
  /** When the fact happened, else when it was told; null: neither is known. */
  date: Date | null;
  mentions: readonly Mention[];
}

/**
 * The mentions of a fact: names that were found in it, then those that the caller gave, each once in any case. What one of
 * both wants literally is literal.
 */
export function mentionsOf(
  found: readonly string[],
  given: { names: readonly string[]; literal: boolean } = { names: [], literal: false },
): Mention[] {
  const mentions = new Map<string, Mention>();
  const add = (text: string, literal: boolean) => {
    const name = normalizeName(text);
    if (name === undefined) return;
    const key = name.toLowerCase();
    const known = mentions.get(key);
    mentions.set(key, known ? { ...known, literal: known.literal || literal } : { name, literal });
  };
  for (const name of found) add(name, false);
  for (const name of given.names) add(name, given.literal);
  return [...mentions.values()];
}
