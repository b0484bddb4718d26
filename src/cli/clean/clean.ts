import { plural } from "../../gateway/plural.ts";
import { testkitHome } from "../../home/home.ts";
import { runUser } from "../../home/run-user.ts";
import { listCaches, removeCache } from "../../postgres/caches.ts";
import { type OutputFlags, print, size, table } from "../output.ts";
import { cleanContainers } from "./containers.ts";
import { cleanRuns } from "./runs.ts";

interface CleanFlags extends OutputFlags {
  cache: boolean;
  dryRun: boolean;
}

/** Something of ours on this machine, and what was done with it. */
export interface Item {
  /** `process`, `container`, `run`: a killed run's. `remains`: of a cache that was being made, or removed. */
  kind: "process" | "container" | "run" | "remains" | "binaries" | "cluster";
  /** Of all but a process, which has a `pid`, and a container, which has a `name`. */
  path?: string;
  pid?: number;
  name?: string;
  bytes: number;
  /** Why it was kept; left out: it was removed, or with `--dry-run` would be. */
  kept?: string;
}

/**
 * `clean`: removes what is abandoned, and with `--cache` what can be made again. Never what is in use: that is told, with the
 * process that uses it.
 */
export async function clean({ cache, dryRun, ...flags }: CleanFlags): Promise<void> {
  const home = testkitHome(runUser());
  const items = [...(await cleanContainers({ dryRun })), ...(await cleanRuns(home, { dryRun }))];
  for (const entry of await listCaches(home)) {
    const { kind, path, bytes } = entry;
    if (kind !== "remains" && !cache) continue;
    const kept = await removeCache(entry, { dryRun });
    items.push({ kind, path, bytes, ...(kept !== undefined && { kept }) });
  }
  const removed = items.filter(({ kept }) => kept === undefined);
  const bytes = removed.reduce((sum, item) => sum + item.bytes, 0);
  const document = { dryRun, home, bytes, removed, kept: items.filter(({ kept }) => kept !== undefined) };
  const rows = items.map(({ kind, path, pid, name, bytes: own, kept }) => [
    kind,
    path ?? name ?? String(pid),
    path === undefined ? "" : size(own),
    kept === undefined ? done(kind, dryRun) : `kept: ${kept}`,
  ]);
  print(flags, document, [...table(rows), summary(removed, bytes, dryRun)]);
}

function done(kind: Item["kind"], dryRun: boolean): string {
  const what = kind === "process" ? "ended" : "removed";
  return dryRun ? `would be ${what}` : what;
}

function summary(removed: readonly Item[], bytes: number, dryRun: boolean): string {
  if (removed.length === 0) return "Nothing to remove.";
  const what = `${plural(removed.length, "item")}, ${size(bytes)}`;
  return dryRun ? `${what} would be removed.` : `${what} removed.`;
}
