import { stopDaemon } from "../../embedded/daemon/stop-daemon.ts";
import { print } from "../output.ts";
import { chooseProfile, type DaemonFlags } from "./flags.ts";

/** `hindsight-testkit daemon stop`: exit code 0 when it does not run, also when it did not before. */
export async function stop(flags: DaemonFlags): Promise<void> {
  const profile = await chooseProfile(flags);
  const stopped = await stopDaemon(profile);
  print(flags, { profile: profile.name, stopped }, [
    `The daemon of the profile ${profile.name} ${stopped ? "has stopped" : "does not run"}.`,
  ]);
}
