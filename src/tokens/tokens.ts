import { setImmediate } from "node:timers/promises";
import { isShort, stretches, TURN } from "./stretches.ts";

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

function loadVocabulary(encoding: Encoding) {
  return encoding === "o200k_base"
    ? import("gpt-tokenizer/bpeRanks/o200k_base")
    : import("gpt-tokenizer/bpeRanks/cl100k_base");
}

export async function countTokens(text: string, encoding: Encoding = "o200k_base"): Promise<number> {
  if (text === "") return 0;
  const { countTokens: count } = await load(encoding);
  if (isShort(text)) return count(text, AS_TEXT);
  let tokens = 0;
  for await (const stretch of inTurns(text)) tokens += count(stretch, AS_TEXT);
  return tokens;
}

/** The stretches of a text; others have a turn of the process between those of a long one. */
async function* inTurns(text: string): AsyncGenerator<string> {
  let characters = 0;
  for (const stretch of stretches(text)) {
    yield stretch;
    characters += stretch.length;
    if (characters < TURN) continue;
    characters = 0;
    await setImmediate();
  }
}

/** Whether `text` has at most `limit` tokens. */
export async function fitsInTokens(
  text: string,
  limit: number,
  encoding: Encoding = "o200k_base",
): Promise<boolean> {
  return Buffer.byteLength(text) <= limit || (await countTokens(text, encoding)) <= limit;
}

/** What the first `limit` tokens of `text` hold of whole characters; all of it when it has no more. */
export async function cutToTokens(
  text: string,
  limit: number,
  encoding: Encoding = "o200k_base",
): Promise<string> {
  if (limit <= 0) return "";
  if (Buffer.byteLength(text) <= limit) return text;
  const { encode } = await load(encoding);
  const tokens: number[] = [];
  for await (const stretch of inTurns(text)) {
    for (const token of encode(stretch, AS_TEXT)) tokens.push(token);
    if (tokens.length > limit) break;
  }
  if (tokens.length <= limit) return text;
  const { default: vocabulary } = await loadVocabulary(encoding);
  const length = tokens.slice(0, limit).reduce((sum, token) => sum + byteLength(vocabulary[token] ?? ""), 0);
  return wholeCharacters(Buffer.from(text), length);
}

/** A token that is no text by itself, such as a half of a character, is listed as bytes. */
function byteLength(token: string | number[]): number {
  return typeof token === "string" ? Buffer.byteLength(token) : token.length;
}

/** The characters that lie wholly in the first `length` bytes of UTF-8. */
function wholeCharacters(bytes: Buffer, length: number): string {
  let end = length;
  while (isContinuation(bytes[end])) end -= 1;
  return bytes.toString("utf8", 0, end);
}

function isContinuation(byte = 0): boolean {
  return (byte & 0b1100_0000) === 0b1000_0000;
}
