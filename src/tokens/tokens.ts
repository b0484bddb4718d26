/**
 * Token counts as OpenAI's models count. The vocabularies are large (o200k_base: 0.18 s to load, 69 MB), so they are
 * loaded at the first text that needs one. A token is at least one byte: a text of no more bytes than the limit fits
 * uncounted.
 */
export type Encoding = "o200k_base" | "cl100k_base";

// Text that reads like a special token ("<|endoftext|>") is text here.
const AS_TEXT = { disallowedSpecial: new Set<string>() };

function load(encoding: Encoding) {
  return encoding === "o200k_base"
    ? import("gpt-tokenizer/encoding/o200k_base")
    : import("gpt-tokenizer/encoding/cl100k_base");
}

export async function countTokens(text: string, encoding: Encoding = "o200k_base"): Promise<number> {
  if (text === "") return 0;
  return (await load(encoding)).countTokens(text, AS_TEXT);
}

/** Whether `text` has at most `limit` tokens. */
export async function fitsInTokens(
  text: string,
  limit: number,
  encoding: Encoding = "o200k_base",
): Promise<boolean> {
  return Buffer.byteLength(text) <= limit || (await countTokens(text, encoding)) <= limit;
}

/** The first `limit` tokens of `text`; all of it when it has no more. */
export async function cutToTokens(text: string, limit: number): Promise<string> {
  if (limit <= 0) return "";
  if (Buffer.byteLength(text) <= limit) return text;
  const { encode, decode } = await load("o200k_base");
  const tokens = encode(text, AS_TEXT);
  return tokens.length <= limit ? text : decode(tokens.slice(0, limit));
}
