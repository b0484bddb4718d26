import { stat } from "node:fs/promises";
import { TestkitError } from "../../errors/testkit-error.ts";
import type { Cassette } from "../../gateway/cassette/cassette.ts";
import { loadCassette } from "../../gateway/cassette/store.ts";
import { vectorFiles } from "../../gateway/cassette/vector-file.ts";
import { scopeName } from "../../gateway/misses/miss-report.ts";
import { plural } from "../../gateway/plural.ts";
import { EXIT } from "../exit-codes.ts";
import { type OutputFlags, print, shown, size } from "../output.ts";
import { cassettesIn } from "./paths.ts";

/** What is told of a cassette; with `error` it is none, or a broken one. */
type Listed = { path: string; bytes: number; vectorBytes: number } & (
  | { error: string }
  | { test: string; entries: number; scopes: Record<string, number>; models: string[]; vectors: number }
);

/** `cassettes list`: what there is. Exit code 1 when one cannot be read. */
export async function list(paths: string[], flags: OutputFlags): Promise<void> {
  const listed: Listed[] = [];
  for (const path of await cassettesIn(paths)) listed.push(await describe(path));
  if (listed.some((cassette) => "error" in cassette)) process.exitCode = EXIT.failed;
  const bytes = listed.reduce((sum, cassette) => sum + cassette.bytes + cassette.vectorBytes, 0);
  const summary = `${plural(listed.length, "cassette")}, ${size(bytes)}`;
  print(flags, { cassettes: listed }, [...listed.flatMap(lines), summary]);
}

async function describe(path: string): Promise<Listed> {
  const files = await vectorFiles(path);
  const sizes = await Promise.all([path, ...files].map(async (file) => (await stat(file)).size));
  const [bytes = 0, ...vectorSizes] = sizes;
  const vectorBytes = vectorSizes.reduce((sum, more) => sum + more, 0);
  const about = { path: shown(path), bytes, vectorBytes };
  try {
    const cassette = await loadCassette(path);
    return cassette ? { ...about, ...contents(cassette) } : { ...about, error: "It is gone." };
  } catch (error) {
    if (!TestkitError.is(error, "CASSETTE_INVALID")) throw error;
    return { ...about, error: error.what };
  }
}

function contents({ test, entries }: Cassette) {
  const scopes: Record<string, number> = {};
  for (const { request } of entries) scopes[request.scope] = (scopes[request.scope] ?? 0) + 1;
  const models = [...new Set(entries.map(({ request }) => request.model))].sort();
  const vectors = entries.filter(({ response }) => "value" in response && typeof response.value !== "number");
  return { test, entries: entries.length, scopes, models, vectors: vectors.length };
}

function lines(cassette: Listed): string[] {
  if ("error" in cassette) return [cassette.path, `  ${cassette.error}`];
  const { path, test, entries, scopes, models, vectors, bytes, vectorBytes } = cassette;
  const byScope = Object.entries(scopes).map(([scope, n]) => `${scopeName(scope)} ${n}`);
  const vectorNote = vectors > 0 ? ` and ${size(vectorBytes)} of ${plural(vectors, "vector")}` : "";
  return [
    path,
    `  test     ${test}`,
    `  entries  ${entries}: ${byScope.join(", ")}`,
    `  models   ${models.join(", ")}`,
    `  size     ${size(bytes)}${vectorNote}`,
  ];
}
