/** A test command as a child process, and what its run told. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { TestkitError } from "../../errors/testkit-error.ts";
import { OwnedDirectory, reapAbandonedDirectories } from "../../home/owned-directory.ts";
import { isJsonObject } from "../../json-object.ts";
import { parseJson } from "../../parse-json.ts";

const KILL_AFTER_MS = 10_000;
const IS_WINDOWS = process.platform === "win32";

interface FailedTest {
  file: string;
  name: string;
  why: string;
}

interface CommandResult {
  exitCode: number;
  /** Where its servers' clocks began, in ISO 8601, as far as it told. */
  clock: string | undefined;
  /** As far as the run was one of this toolkit, and the test one with a cassette. */
  failed: FailedTest[];
}

/**
 * Runs a command and waits for its end.
 * @param options.stdout where its output goes: ours, or stderr when stdout is for one document.
 * @param options.onStart gets the process that leads all that it starts.
 * @param options.signal ends the command and all that it started.
 * @throws TestkitError `INVALID_OPTION` when there is no such command.
 */
export async function runTests(
  [command = "", ...args]: readonly string[],
  options: {
    env: Record<string, string>;
    stdout: "inherit" | "stderr";
    onStart: (pid: number) => void;
    signal: AbortSignal;
  },
): Promise<CommandResult> {
  // What a killed one left.
  await reapAbandonedDirectories(tmpdir());
  const folder = await OwnedDirectory.create(tmpdir());
  const report = join(folder.path, "report.json");
  try {
    const child = spawn(command, args, {
      stdio: ["ignore", options.stdout === "stderr" ? 2 : "inherit", "inherit"],
      env: { ...process.env, ...options.env, HINDSIGHT_TESTKIT_REPORT: report },
      // A group of its own, so that it can be ended as a whole. Windows finds `npx` by a shell only.
      detached: !IS_WINDOWS,
      shell: IS_WINDOWS,
    });
    if (child.pid !== undefined) options.onStart(child.pid);
    const exitCode = await ended(child, command, options.signal);
    return { exitCode, ...readReport(await readFile(report, "utf8").catch(() => "")) };
  } finally {
    await folder.remove();
  }
}

async function ended(child: ChildProcess, command: string, signal: AbortSignal): Promise<number> {
  let timer: NodeJS.Timeout | undefined;
  const end = () => {
    kill(child, "SIGINT");
    timer = setTimeout(() => kill(child, "SIGKILL"), KILL_AFTER_MS);
  };
  try {
    if (signal.aborted) end();
    else signal.addEventListener("abort", end, { once: true });
    const [code]: (number | null)[] = await once(child, "exit");
    return code ?? 1;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new TestkitError("INVALID_OPTION", { what: `${command} cannot be started: ${reason}.`, cause });
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", end);
    // What outlives an interrupted command must not write any more.
    if (signal.aborted) kill(child, "SIGKILL");
  }
}

function kill({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(IS_WINDOWS ? pid : -pid, signal);
  } catch {
    // It has ended.
  }
}

function readReport(text: string): Omit<CommandResult, "exitCode"> {
  const report = parseJson(text);
  const { failed, clock } = isJsonObject(report) ? report : {};
  return {
    clock: typeof clock === "string" ? clock : undefined,
    failed: (Array.isArray(failed) ? failed : []).filter(isFailedTest),
  };
}

function isFailedTest(test: unknown): test is FailedTest {
  return isJsonObject(test) && [test.file, test.name, test.why].every((field) => typeof field === "string");
}
