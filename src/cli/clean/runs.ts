import { existsSync } from "node:fs";
import { tmpdir } from "node:os";
import { bytesIn } from "../../home/bytes.ts";
import { abandonedManifests, reapAbandonedManifests } from "../../home/manifest.ts";
import { abandonedDirectories, reapAbandonedDirectories } from "../../home/owned-directory.ts";
import { abandonedRuns, reapAbandonedRuns } from "../../postgres/run-directory.ts";
import { isRunning } from "../../reaper/process-identity.ts";
import { processesIn } from "../../reaper/processes-in.ts";
import type { Item } from "./clean.ts";

/** Ends and removes what killed runs left, as the next start would. @param options.dryRun only tells. */
export async function cleanRuns(home: string, { dryRun }: { dryRun: boolean }): Promise<Item[]> {
  const manifests = await abandonedManifests(home);
  const noted = manifests.flatMap(({ directories }) => directories).filter((path) => existsSync(path));
  const directories = [
    ...new Set([...noted, ...(await abandonedRuns(home)), ...(await abandonedDirectories(tmpdir()))]),
  ].sort();
  const inside = await Promise.all(directories.map(processesIn));
  const processes = [...manifests.flatMap((manifest) => manifest.processes), ...inside.flat()];
  const running = await Promise.all(processes.map(isRunning));
  const pids = new Set(processes.filter((_, place) => running[place]).map(({ pid }) => pid));
  const items: Item[] = [...pids].map((pid) => ({ kind: "process", pid, bytes: 0 }));
  for (const path of directories) items.push({ kind: "run", path, bytes: await bytesIn(path) });
  if (dryRun) return items;
  await reapAbandonedManifests(home);
  await reapAbandonedRuns(home);
  await reapAbandonedDirectories(tmpdir());
  return items.map((item) =>
    item.path !== undefined && existsSync(item.path) ? { ...item, kept: "it could not be removed" } : item,
  );
}
