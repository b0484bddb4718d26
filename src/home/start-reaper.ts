import type { Manifest } from "../reaper/manifest.ts";
import { Reaper, type ReaperOptions } from "../reaper/reaper.ts";
import { testkitHome } from "./home.ts";
import { openManifest } from "./manifest.ts";
import { runUser } from "./run-user.ts";

/** Starts a reaper, with a manifest where there is a cache directory: a run on a given Postgres needs none. */
export async function startReaper(options: Pick<ReaperOptions, "stderr"> = {}): Promise<Reaper> {
  return Reaper.start({ ...options, manifest: await ownManifest() });
}

async function ownManifest(): Promise<Manifest | undefined> {
  let home: string;
  try {
    home = testkitHome(runUser());
  } catch {
    return undefined; // whoever needs it says what is wrong
  }
  return await openManifest(home);
}
