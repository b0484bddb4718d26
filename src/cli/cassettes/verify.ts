import { relative } from "node:path";
import { TEST_EPOCH } from "../../daemon-protocol.ts";
import { plural } from "../../gateway/plural.ts";
import { parseClock } from "../../server/options.ts";
import { EXIT } from "../exit-codes.ts";
import { type OutputFlags, print, progress } from "../output.ts";
import { replayClocks } from "./replay-clocks.ts";
import { Snapshot } from "./snapshot.ts";
import { runTests } from "./test-command.ts";
import { cassetteStates, countWritten } from "./written.ts";

interface Verdict {
  accepted: boolean;
  /** How many were recorded. */
  cassettes: number;
  /** In one sentence. */
  reason: string;
  passes: { name: string; exitCode: number; failed: { file: string; name: string; why: string }[] }[];
}

/**
 * `cassettes verify -- <command…>`: records, replays twice under other clocks and ids, and keeps the new cassettes only when
 * all of it passes. Exit code 1 when it does not, 130 when it is interrupted: then the old ones are back.
 */
export async function verify(command: string[], flags: OutputFlags): Promise<void> {
  const root = process.cwd();
  const interruption = new AbortController();
  // The cassettes must be put back first, however often somebody asks.
  const interrupt = () => interruption.abort();
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(name, interrupt);
  const { signal } = interruption;
  const snapshot = await Snapshot.take(root);
  let verdict: Verdict;
  try {
    verdict = await judge(command, flags, snapshot, signal);
  } catch (error) {
    await snapshot.restore();
    throw error;
  }
  if (verdict.accepted) await snapshot.discard();
  else await snapshot.restore();
  if (!verdict.accepted) process.exitCode = signal.aborted ? EXIT.interrupted : EXIT.failed;
  print(flags, verdict, lines(verdict, root));
}

async function judge(
  command: string[],
  flags: OutputFlags,
  snapshot: Snapshot,
  signal: AbortSignal,
): Promise<Verdict> {
  const passes: Verdict["passes"] = [];
  const before = await cassetteStates();
  let cassettes = 0;
  let clock: string | undefined;
  /** @returns why it did not pass. */
  const pass = async (name: string, env: Record<string, string>): Promise<string | undefined> => {
    if (signal.aborted) return "It was interrupted.";
    progress(`verify: ${name}`);
    const stdout = flags.json ? "stderr" : "inherit";
    const onStart = (pid: number) => snapshot.noteGroup(pid);
    const { exitCode, failed, ...told } = await runTests(command, { env, stdout, onStart, signal });
    passes.push({ name, exitCode, failed: exitCode === 0 ? [] : failed });
    clock ??= told.clock;
    if (signal.aborted) return `It was interrupted in the ${name}.`;
    return exitCode === 0 ? undefined : `The command failed in the ${name}, with exit code ${exitCode}.`;
  };
  const refused = (reason: string): Verdict => ({ accepted: false, cassettes, reason, passes });

  const whyNotRecorded = await pass("record", { HINDSIGHT_LLM: "record" });
  cassettes = await countWritten(before);
  if (whyNotRecorded !== undefined) return refused(whyNotRecorded);
  if (cassettes === 0) return refused("The command recorded nothing: it wrote no cassette.");
  for (const [place, env] of replays(clock).entries()) {
    const reason = await pass(place === 0 ? "first replay" : "second replay", env);
    if (reason !== undefined) return refused(reason);
  }
  const reason = "It passed recorded, and replayed under other clocks and ids.";
  return { accepted: true, cassettes, reason, passes };
}

/**
 * Nothing that is recorded may depend on the clock or the ids, so the replays have others than the recording.
 * @param told where the recording's clocks began, if that is known.
 */
function replays(told: string | undefined): Record<string, string>[] {
  const base = told ?? process.env.HINDSIGHT_TEST_CLOCK;
  const recordedAt = (base && parseClock(base, "HINDSIGHT_TEST_CLOCK")) || TEST_EPOCH;
  return replayClocks(recordedAt).map((clock, place) => ({
    HINDSIGHT_LLM: "replay",
    HINDSIGHT_TEST_CLOCK: clock,
    HINDSIGHT_TEST_ID_SEED: `verify-${place + 1}`,
  }));
}

function lines({ accepted, cassettes, reason, passes }: Verdict, root: string): string[] {
  const failed = passes.flatMap((pass) =>
    pass.failed.map(({ file, name, why }) => `  ${pass.name}: ${relative(root, file)} > ${name}: ${why}`),
  );
  return accepted
    ? [`Accepted: ${plural(cassettes, "cassette")}. ${reason}`]
    : [`Not accepted: the cassettes are as they were. ${reason}`, ...failed];
}

/** What a verification left that was killed is put back before any command looks at cassettes. */
export async function recoverCassettes({ isNeeded }: { isNeeded: boolean }): Promise<void> {
  const recovered = await Snapshot.recover(process.cwd(), { isNeeded });
  if (!recovered) return;
  const { kept } = recovered;
  const where = kept === undefined ? "; it had recorded nothing" : `; what it had recorded is in ${kept}`;
  progress(
    `An earlier verification did not come to its end. The cassettes are as they were before it${where}`,
  );
}
