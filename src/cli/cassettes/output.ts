import { relative } from "node:path";

/** What all commands on cassettes take. */
export interface OutputFlags {
  json?: boolean;
}

/** One document of JSON, or lines for people. */
export function print(flags: OutputFlags, document: unknown, lines: readonly string[]): void {
  const text = flags.json ? JSON.stringify(document, null, 2) : lines.join("\n");
  process.stdout.write(`${text}\n`);
}

/** A path as it is shown, from the working directory. */
export function shown(path: string): string {
  return relative(process.cwd(), path) || ".";
}

export function size(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  return bytes < 1024 * 1024 ? `${(bytes / 1024).toFixed(1)} KB` : `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}
