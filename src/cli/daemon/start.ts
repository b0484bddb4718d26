import { ensureDaemon, findDaemon } from "../../embedded/daemon/ensure-daemon.ts";
import { ProfileStore } from "../../embedded/profiles/profile-store.ts";
import { print, progress } from "../output.ts";
import { toDocument } from "./document.ts";
import { chooseProfile, type DaemonFlags } from "./flags.ts";

interface StartFlags extends DaemonFlags {
  /** Seconds. */
  idleTimeout?: number;
}

/** `hindsight-testkit daemon start`: exit code 0 when it runs, also when it did before. */
export async function start(flags: StartFlags): Promise<void> {
  const store = ProfileStore.open();
  const profile = await store.ensure((await chooseProfile(flags)).name);
  await store.touch(profile.name);
  const wishes = { ...(flags.idleTimeout !== undefined && { idleTimeout: flags.idleTimeout * 1_000 }) };
  const found = await findDaemon(profile, wishes);
  if (!found) progress(`Starting the daemon of the profile ${profile.name} …`);
  const { record, started, differs } = found ?? (await ensureDaemon(profile, wishes));
  print(flags, { ...toDocument(profile, record), started, differs }, [
    `The daemon of the profile ${profile.name} ${started ? "has started" : "runs already"}: ${record.url} (process ${record.pid})`,
    ...(differs.length > 0
      ? [`It was started with other values of ${differs.join(", ")}: stop it, then start it, to change them.`]
      : []),
  ]);
}
