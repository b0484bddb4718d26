/** What is said at the end of a run, once, of all of its tests. */
import { relative } from "node:path";
import type { RepeatedMiss } from "../gateway/misses/run-misses.ts";
import { type Runner, recordFilesCommand } from "./runner.ts";

const MOST_FILES = 10;

/** One reason for which many tests have failed. */
export function describeRepeatedMiss({ what, tests, first, sharing }: RepeatedMiss, runner: Runner): string {
  const files = [...new Set(tests.flatMap(({ testFile }) => testFile ?? []))].sort();
  const extent = sharing === undefined ? "" : ` What was recorded is the same in ${sharing}.`;
  return [
    `[hindsight-testkit] ${tests.length} tests failed for one reason. ${what}${extent}`,
    `  What changed: see ${JSON.stringify(first.testName)} in ${relative(runner.root, first.testFile ?? first.cassette)}.`,
    `  If it is meant, record again: ${recordFilesCommand(runner, files.length > MOST_FILES ? [] : files)}`,
  ].join("\n");
}
