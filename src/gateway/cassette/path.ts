import { createHash } from "node:crypto";
import { basename, dirname, join, resolve } from "node:path";

/** What is recorded of a service. */
type Service = { provider: string; model?: string | undefined } | undefined;

// Of four bytes each at the most: with the hash it stays below the 255 bytes that file systems allow.
const MAX_SLUG = 50;
const EXTENSION = ".jsonl";
/** Beside the tests whose cassettes it holds. */
export const CASSETTE_FOLDER = "__cassettes__";

/**
 * Where a test's cassette is: beside its file, in a folder of the file's name. The hash keeps tests apart whose names
 * differ only in characters that a file name cannot hold.
 * @param own what the test wants it to be called instead.
 */
export function cassettePath(testFile: string, testName: string, own?: string): string {
  const folder = join(dirname(testFile), CASSETTE_FOLDER, basename(testFile));
  if (own !== undefined) return resolve(folder, own.endsWith(EXTENSION) ? own : `${own}${EXTENSION}`);
  const slug = testName
    .normalize("NFC")
    .replaceAll(/[^\p{L}\p{N}]+/gu, "-")
    .replaceAll(/^-+|-+$/g, "")
    .toLowerCase();
  return join(folder, `${[...slug].slice(0, MAX_SLUG).join("")}--${hash8(testName)}${EXTENSION}`);
}

/** Where the cassette of what servers ask at their start is: one for all that ask the same services. */
export function startCassettePath(
  root: string,
  { embeddings, reranker }: { embeddings: Service; reranker: Service },
): string {
  const services = [embeddings, reranker].map((service) => [service?.provider, service?.model]);
  return join(root, CASSETTE_FOLDER, `server-start--${hash8(JSON.stringify(services))}${EXTENSION}`);
}

function hash8(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 8);
}
