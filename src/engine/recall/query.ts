import { cutToTokens } from "../../tokens/tokens.ts";
import { codePointLength } from "../retain/code-points.ts";

/** ASCII's control characters but tab and line ends, and halves of surrogate pairs: no search knows what to do with them. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const UNSEARCHABLE = /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]|\p{Surrogate}/gu;

/**
 * The query as it is embedded and searched. A long one is cut, not refused.
 * @param maxTokens 0: any number. A query of no more characters is never cut, though some characters are several tokens.
 */
export async function cleanQuery(query: string, maxTokens: number): Promise<string> {
  const clean = query.replace(UNSEARCHABLE, "");
  return maxTokens === 0 || codePointLength(clean) <= maxTokens ? clean : cutToTokens(clean, maxTokens);
}

/** The query's words, lower-case: runs of letters, digits and `_`. */
export function queryTokens(query: string): string[] {
  return query
    .toLowerCase()
    .replace(/[^\p{L}\p{N}_\s]/gu, " ")
    .split(/\s+/u)
    .filter((token) => token !== "");
}
