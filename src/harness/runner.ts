import { relative } from "node:path";
import type { TestBegin } from "./protocol.ts";

/** The test runner, as far as messages need it. */
export interface Runner {
  /** The project's root, which paths are shown relative to. */
  root: string;
  /** The command that runs tests, such as `npx vitest run`. */
  command: string;
}

/** The command that records one test alone. */
export function recordCommand({ root, command }: Runner, test: TestBegin): string {
  const pattern = test.name.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
  return `HINDSIGHT_LLM=record ${command} ${quoted(relative(root, test.file))} -t ${quoted(pattern)}`;
}

/** The command that records all tests of these files. */
export function recordFilesCommand({ root, command }: Runner, files: readonly string[]): string {
  return ["HINDSIGHT_LLM=record", command, ...files.map((file) => quoted(relative(root, file)))].join(" ");
}

/** As a shell takes it for one argument, and for nothing else: in double quotes it would still run what is in backticks. */
function quoted(argument: string): string {
  if (/^[\w./@:+-]+$/.test(argument)) return argument;
  if (process.platform === "win32" || !/["$`\\!]/.test(argument)) return JSON.stringify(argument);
  return `'${argument.replaceAll("'", "'\\''")}'`;
}
