import type { TagFilter } from "../../store/tag-filter.ts";
import { EngineError } from "../errors.ts";
import { trigramSimilarity, trigramsOf } from "../trigrams.ts";
import type { TagGroup, TagWords } from "../types.ts";

/** From here on a tag is taken for a spelling of a word. */
const MIN_SIMILARITY = 0.45;
/** Sets of tags that an `exact` list of words may stand for. */
const MAX_COMBINATIONS = 32;

export function isFuzzy(group: TagGroup): boolean {
  if ("and" in group) return group.and.some(isFuzzy);
  if ("or" in group) return group.or.some(isFuzzy);
  if ("not" in group) return isFuzzy(group.not);
  return group.resolve === "fuzzy";
}

/**
 * The group with every fuzzy list of words replaced by the bank's tags that they may mean.
 * @throws EngineError `unprocessable`
 */
export function resolveGroup(group: TagGroup, bankTags: readonly string[]): TagFilter {
  if ("and" in group) return { and: group.and.map((part) => resolveGroup(part, bankTags)) };
  if ("or" in group) return { or: group.or.map((part) => resolveGroup(part, bankTags)) };
  if ("not" in group) return { not: resolveGroup(group.not, bankTags) };
  const { tags, match, resolve } = group;
  return resolve === "fuzzy" && tags.length > 0 ? resolveWords(group, bankTags) : { tags, match };
}

function resolveWords({ tags: words, match }: TagWords, bankTags: readonly string[]): TagFilter {
  const spellings = words.map((word) => spellingsOf(word, bankTags));
  switch (match) {
    case "any":
    case "any_strict":
      return { tags: [...new Set(spellings.flat())], match };
    case "all":
    case "all_strict":
      return { and: spellings.map((tags) => ({ tags, match: match === "all" ? "any" : "any_strict" })) };
    case "exact": {
      const sets = combinations(spellings);
      // Where all words mean the same tag, no set of tags has as many tags as there are words.
      if (sets.length === 0) return { tags: words, match };
      return { or: sets.map((tags) => ({ tags, match })) };
    }
  }
}

/** The tags that a word may mean; the word itself, which then matches nothing, where there is none. */
function spellingsOf(word: string, bankTags: readonly string[]): string[] {
  const wanted = fold(word);
  const same = bankTags.filter((tag) => fold(tag) === wanted);
  if (same.length > 0) return same;
  const { namespace, value } = split(wanted);
  const asked = trigramsOf(value);
  const similar = bankTags.filter((tag) => {
    const other = split(fold(tag));
    return (
      other.namespace === namespace && trigramSimilarity(asked, trigramsOf(other.value)) >= MIN_SIMILARITY
    );
  });
  return similar.length > 0 ? similar : [word];
}

/** `ß` and `SS` are the same when case does not count. */
function fold(tag: string): string {
  return tag.trim().toUpperCase().toLowerCase();
}

function split(tag: string): { namespace: string; value: string } {
  const colon = tag.indexOf(":");
  return { namespace: colon < 0 ? "" : tag.slice(0, colon), value: tag.slice(colon + 1) };
}

/** One spelling of each word, in every way that repeats no tag. */
function combinations(spellings: readonly string[][]): string[][] {
  const count = spellings.reduce((product, { length }) => product * length, 1);
  if (count > MAX_COMBINATIONS) {
    throw new EngineError(
      "unprocessable",
      `The words of an exact tag filter can mean ${count} sets of tags, more than ${MAX_COMBINATIONS}`,
    );
  }
  return spellings.reduce<string[][]>(
    (sets, tags) =>
      sets.flatMap((set) => tags.filter((tag) => !set.includes(tag)).map((tag) => [...set, tag])),
    [[]],
  );
}
