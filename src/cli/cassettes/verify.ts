import { relative } from "node:path";
import { type OutputFlags, plural, print } from "./output.ts";
import { cassettesIn } from "./paths.ts";
import { Snapshot } from "./snapshot.ts";
import { runTests } from "./test-command.ts";

/** Nothing that is recorded may depend on the clock or the ids, so the replays have others than the recording. */
const PASSES = [
  { name: "record", env: { HINDSIGHT_LLM: "record" } },
  {
    name: "first replay",
    env: {
      HINDSIGHT_LLM: "replay",
      HINDSIGHT_TEST_CLOCK: "2031-08-14T16:45:30Z",
      HINDSIGHT_TEST_ID_SEED: "verify-1",
    },
  },
  {
    name: "second replay",
    env: {
      HINDSIGHT_LLM: "replay",
      HINDSIGHT_TEST_CLOCK: "2024-02-29T03:05:07Z",
      HINDSIGHT_TEST_ID_SEED: "verify-2",
    },
  },
] as const;

const INTERRUPTED = 130;

interface Verdict {
  accepted: boolean;
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
    verdict = await judge(command, flags, signal);
  } catch (error) {
    await snapshot.restore();
    throw error;
  }
  if (verdict.accepted) await snapshot.discard();
  else await snapshot.restore();
  if (!verdict.accepted) process.exitCode = signal.aborted ? INTERRUPTED : 1;
  print(flags, verdict, lines(verdict, root));
}

async function judge(command: string[], flags: OutputFlags, signal: AbortSignal): Promise<Verdict> {
  const passes: Verdict["passes"] = [];
  const verdict = async (accepted: boolean, reason: string): Promise<Verdict> => {
    const { length: cassettes } = await cassettesIn([]);
    return { accepted, cassettes, reason, passes };
  };
  for (const { name, env } of PASSES) {
    if (signal.aborted) return verdict(false, "It was interrupted.");
    process.stderr.write(`[hindsight-testkit] verify: ${name}\n`);
    const stdout = flags.json ? "stderr" : "inherit";
    const { exitCode, failed } = await runTests(command, { env, stdout, signal });
    passes.push({ name, exitCode, failed: exitCode === 0 ? [] : failed });
    if (signal.aborted) return verdict(false, `It was interrupted in the ${name}.`);
    if (exitCode !== 0)
      return verdict(false, `The command failed in the ${name}, with exit code ${exitCode}.`);
    if ((await cassettesIn([])).length === 0) return verdict(false, "The command recorded no cassette.");
  }
  return verdict(true, "It passed recorded, and replayed under other clocks and ids.");
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
  const kept = await Snapshot.recover(process.cwd(), { isNeeded });
  if (kept === undefined) return;
  process.stderr.write(
    `[hindsight-testkit] An earlier verification did not come to its end. The cassettes are as they were before it; what it had recorded is in ${kept}\n`,
  );
}
