import { cutToTokens } from "../../tokens/tokens.ts";

/** Longer queries are cut, not refused. */
const MAX_QUERY_TOKENS = 500;
// Control characters but white space, and surrogates without their other half.
const UNSEARCHABLE = /(?!\s)\p{Cc}|\p{Cs}/gu;

/** The query as it is embedded and searched. */
export function cleanQuery(query: string): Promise<string> {
  return cutToTokens(query.replace(UNSEARCHABLE, ""), MAX_QUERY_TOKENS);
}

/** The query's words, lower-case: runs of letters, digits and `_`. */
export function queryTokens(query: string): string[] {
  return query
    .toLowerCase()
    .replace(/[^\p{L}\p{N}_\s]/gu, " ")
    .split(/\s+/u)
    .filter((token) => token !== "");
}
