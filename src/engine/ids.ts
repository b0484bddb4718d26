import { createHash, randomUUID } from "node:crypto";

/**
 * A UUID (version 8) that is a function of its parts: the same parts give the same id in every run. What it begins with does not
 * depend on the seed, so that ids sort the same whatever the seed is; its end does, so that two banks have no id in common.
 */
export function derivedUuid(seed: string, ...parts: (string | number)[]): string {
  const content = JSON.stringify(parts);
  const bytes = Buffer.concat([
    sha256(seedless(content)).subarray(0, 8),
    sha256(JSON.stringify([seed, content])).subarray(0, 8),
  ]);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x80;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = bytes.toString("hex");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

/** The ids of `derivedUuid`, with hyphens and without; the first three groups are what does not depend on the seed. */
const DERIVED = /([0-9a-f]{8}-?[0-9a-f]{4}-?8[0-9a-f]{3})-?[89ab][0-9a-f]{3}-?[0-9a-f]{12}/g;

/** A text with what it holds of derived ids cut to what does not depend on the seed. */
export function seedless(text: string): string {
  return text.replace(DERIVED, "$1");
}

function sha256(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}

/**
 * The seed that a new bank's ids are derived from. In test mode it is the bank's id, so that ids do not change between runs, and
 * the server's own seed where it was given one.
 */
export function newIdSeed(
  { testMode, idSeed }: { testMode: boolean; idSeed: string | null },
  bankId: string,
): string {
  if (!testMode) return randomUUID();
  return idSeed === null ? bankId : JSON.stringify([idSeed, bankId]);
}
