import { basename } from "node:path";
import { testkitHome } from "../../home/home.ts";
import { runUser } from "../../home/run-user.ts";
import { type CacheEntry, listCaches } from "../../postgres/caches.ts";
import { duration, type OutputFlags, print, progress, size, table } from "../output.ts";
import { startOnce } from "../start-once.ts";

/** For all of it: the layers of images are made on slow disks. */
const TIMEOUT_MS = 10 * 60_000;

/** What a phase of the start means to whoever waits for it. */
const PHASES: Readonly<Record<string, string>> = {
  "install postgres": "copied Postgres's binaries",
  initdb: "initialised a cluster",
  migrate: "migrated it",
  "copy cluster": "copied the cluster, as every run does",
  "start postgres": "started Postgres on the copy",
};

/** `prefetch`: fills the caches by what fills them anyway, a start. */
export async function prefetch(flags: OutputFlags): Promise<void> {
  const began = performance.now();
  const home = testkitHome(runUser());
  progress(`Filling the caches in ${home}`);
  const before = new Map((await listCaches(home)).map(({ path, inode }) => [path, inode]));
  const phases: Record<string, number> = {};
  await startOnce(TIMEOUT_MS, (name, ms) => {
    phases[name] = Math.round(ms);
    progress(`  ${PHASES[name] ?? name} in ${duration(ms)}`);
  });
  const caches = (await listCaches(home)).map((entry) => ({
    ...entry,
    made: before.get(entry.path) !== entry.inode,
  }));
  const ms = Math.round(performance.now() - began);
  const document = {
    home,
    ms,
    phases,
    bytes: total(caches),
    caches: caches.map(({ kind, path, bytes, made }) => ({ kind, path, bytes, made })),
  };
  const rows = caches.map(({ kind, path, bytes, made }) => [
    kind,
    basename(path),
    size(bytes),
    made ? "made" : "was there",
  ]);
  print(flags, document, [
    ...table(rows),
    `${size(document.bytes)} in ${home}. A start finds all that it needs there. Took ${duration(ms)}.`,
  ]);
}

function total(caches: readonly CacheEntry[]): number {
  return caches.reduce((sum, { bytes }) => sum + bytes, 0);
}
