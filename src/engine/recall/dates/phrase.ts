/** What stands in a word, in any alphabet. JavaScript's `\b` and `\w` know ASCII only. */
const WORD = "[\\p{L}\\p{N}_]";

/** Matches any of the alternatives as whole words, in a text of lower case. A blank stands for any white space. */
export function phrase(alternatives: string): RegExp {
  return new RegExp(`(?<!${WORD})(?:${alternatives.replaceAll(" ", "\\s+")})(?!${WORD})`, "u");
}
