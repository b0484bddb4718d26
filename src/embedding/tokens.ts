/** One kind of text after the other: words of alphabets, and runs of scripts that do not separate words. */
const TOKENS =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]+|(?:(?![\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}])[\p{L}\p{M}\p{N}])+(?:['’]\p{L}+)?/gu;
const UNSPACED =
  /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;

/** A text's words in lower case, and its runs of characters of scripts without spaces. */
export function tokensOf(text: string): string[] {
  return text.normalize("NFKC").toLowerCase().match(TOKENS) ?? [];
}

export function isUnspaced(token: string): boolean {
  return UNSPACED.test(token);
}
