import { mkdirSync, mkdtempSync, symlinkSync } from "node:fs";
import { chmod, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import getPort from "get-port";
import { afterAll } from "vitest";
import type { DaemonRecord } from "../../../src/daemon-protocol.ts";
import { readRecord } from "../../../src/embedded/daemon/record.ts";
import { stopDaemon } from "../../../src/embedded/daemon/stop-daemon.ts";
import { ProfileStore } from "../../../src/embedded/profiles/profile-store.ts";
import { testkitHome } from "../../../src/home/home.ts";
import { runUser } from "../../../src/home/run-user.ts";

/**
 * A home of its own for a file's profiles, with the machine's caches in it, so that no cluster has to be made anew. All daemons that
 * are left in it are stopped at the end.
 * @param profiles those that it has, each with a port that is free: their own would be those of the same test in another checkout.
 */
export async function useOwnHome(...profiles: string[]): Promise<ProfileStore> {
  const cache = testkitHome(runUser());
  const home = mkdtempSync(join(tmpdir(), "hindsight-profiles-"));
  await chmod(home, 0o755);
  for (const name of ["postgres", "clusters"]) {
    mkdirSync(join(cache, name), { recursive: true });
    symlinkSync(join(cache, name), join(home, name));
  }
  process.env.HINDSIGHT_TESTKIT_HOME = home;
  const store = ProfileStore.open();
  for (const name of profiles) await store.create(name, { port: await getPort() });
  afterAll(async () => {
    for (const { name } of await store.list()) await stopDaemon(await store.get(name));
    await rm(home, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  });
  return store;
}

/** What the daemon of a profile noted of itself. */
export async function readDaemon(store: ProfileStore, name: string): Promise<DaemonRecord> {
  const record = await readRecord(await store.get(name));
  if (record === undefined) throw new Error(`The profile ${name} has no daemon`);
  return record;
}
