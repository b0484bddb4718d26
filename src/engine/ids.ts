import { createHash, randomUUID } from "node:crypto";

/** A UUID (version 8) that is a function of its parts: the same parts give the same id in every run. */
export function derivedUuid(seed: string, ...parts: (string | number)[]): string {
  const hash = createHash("sha256")
    .update(JSON.stringify([seed, ...parts]))
    .digest();
  hash[6] = ((hash[6] ?? 0) & 0x0f) | 0x80;
  hash[8] = ((hash[8] ?? 0) & 0x3f) | 0x80;
  const hex = hash.toString("hex", 0, 16);
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

/** The seed that a new bank's ids are derived from. In test mode it is the bank's id, so that ids do not change between runs. */
export function newIdSeed(bankId: string, testMode: boolean): string {
  return testMode ? bankId : randomUUID();
}
