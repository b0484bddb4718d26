import { stemmer } from "stemmer";
import { isUnspaced, tokensOf } from "../../embedding/tokens.ts";
import { baseForm, wordWeight } from "../../embedding/words.ts";

/** Words come back: the same few thousand make up most texts. */
const CACHE_LIMIT = 50_000;
const cache = new Map<string, readonly string[]>();

/**
 * What a text says, in its order: the stems of its words without stop words. Of scripts that do not separate words, the pairs of
 * neighbouring characters.
 */
export function termsOf(text: string): string[] {
  const terms: string[] = [];
  for (const token of tokensOf(text)) terms.push(...termsOfToken(token));
  return terms;
}

function termsOfToken(token: string): readonly string[] {
  const known = cache.get(token);
  if (known) return known;
  const terms = isUnspaced(token) ? characterPairs(token) : wordTerms(token);
  if (cache.size >= CACHE_LIMIT) cache.clear();
  cache.set(token, terms);
  return terms;
}

function wordTerms(token: string): string[] {
  const word = token.replace("’", "'");
  const bare = word.replace(/'s$/, "");
  return wordWeight(word) > 0 && wordWeight(bare) > 0 ? [stemmer(baseForm(bare))] : [];
}

function characterPairs(run: string): string[] {
  const characters = Array.from(run);
  if (characters.length < 2) return characters;
  return characters.slice(1).map((character, index) => `${characters[index]}${character}`);
}
