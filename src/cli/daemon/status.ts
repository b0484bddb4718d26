import { daemonStatus } from "../../embedded/daemon/status.ts";
import { EXIT } from "../exit-codes.ts";
import { duration, print } from "../output.ts";
import { toDocument } from "./document.ts";
import { chooseProfile, type DaemonFlags } from "./flags.ts";

const WORDS = {
  ready: "runs",
  starting: "is starting",
  stopping: "is stopping",
  silent: "does not answer",
  none: "does not run",
};

/** `hindsight-testkit daemon status`: exit code 0 when it is ready, else 1. */
export async function status(flags: DaemonFlags): Promise<void> {
  const profile = await chooseProfile(flags);
  const found = await daemonStatus(profile);
  const { state } = found;
  const running = state === "ready";
  if (!running) process.exitCode = EXIT.failed;
  const line = `The daemon of the profile ${profile.name} ${WORDS[state]}`;
  if (found.state === "none") {
    print(flags, { profile: profile.name, running, state }, [`${line}.`]);
    return;
  }
  const document = toDocument(profile, found.record);
  const { url, pid, version, startedAt, idleTimeoutMs, log } = document;
  print(flags, { running, state, ...document }, [
    `${line}: ${url} (process ${pid}, version ${version}, since ${startedAt})`,
    idleTimeoutMs > 0
      ? `It stops when it has been idle for ${duration(idleTimeoutMs)}.`
      : "It runs until it is stopped.",
    `Its log: ${log}`,
  ]);
}
