import { createHash } from "node:crypto";
import { basename, dirname, join, resolve } from "node:path";

// Of four bytes each at the most: with the hash it stays below the 255 bytes that file systems allow.
const MAX_SLUG = 50;
const EXTENSION = ".jsonl";

/**
 * Where a test's cassette is: beside its file, in a folder of the file's name. The hash keeps tests apart whose names
 * differ only in characters that a file name cannot hold.
 * @param own what the test wants it to be called instead.
 */
export function cassettePath(testFile: string, testName: string, own?: string): string {
  const folder = join(dirname(testFile), "__cassettes__", basename(testFile));
  if (own !== undefined) return resolve(folder, own.endsWith(EXTENSION) ? own : `${own}${EXTENSION}`);
  const slug = testName
    .normalize("NFC")
    .replaceAll(/[^\p{L}\p{N}]+/gu, "-")
    .replaceAll(/^-+|-+$/g, "")
    .toLowerCase();
  const hash = createHash("sha256").update(testName).digest("hex").slice(0, 8);
  return join(folder, `${[...slug].slice(0, MAX_SLUG).join("")}--${hash}${EXTENSION}`);
}
