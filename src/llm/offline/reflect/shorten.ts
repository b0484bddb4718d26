/** English prose has about three words to four tokens; half a word a token leaves room for names and numbers. */
const WORDS_PER_TOKEN = 0.5;

/** The first sentences of a text that fit a number of tokens; the first words of the first one where none does. */
export function shortenText(text: string, maxTokens: number | undefined): string {
  const sentences = text.split(/(?<=[.!?…])\s+/);
  const maxWords =
    maxTokens === undefined ? countWords(sentences[0] ?? "") : Math.max(1, wordsFor(maxTokens));
  const kept: string[] = [];
  let words = 0;
  for (const sentence of sentences) {
    words += countWords(sentence);
    if (words > maxWords) break;
    kept.push(sentence);
  }
  return kept.length > 0 ? kept.join(" ") : (sentences[0] ?? "").split(/\s+/).slice(0, maxWords).join(" ");
}

/** How many words fit a number of tokens. */
export function wordsFor(tokens: number | undefined): number {
  return tokens === undefined ? Infinity : Math.floor(tokens * WORDS_PER_TOKEN);
}

export function countWords(text: string): number {
  return text.split(/\s+/).filter((word) => word !== "").length;
}
