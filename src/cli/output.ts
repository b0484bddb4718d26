/** What commands say: one document of JSON on stdout for scripts, lines for people, progress on stderr. */
import { relative } from "node:path";
import type { Command } from "commander";

/** What every command takes. */
export interface OutputFlags {
  json?: boolean;
}

/** Every command has it: with it stdout holds one document of JSON, also when the command fails. */
export function addJsonOption(command: Command): Command {
  return command.option("--json", "one document of JSON on stdout, errors too");
}

/** One document of JSON, or lines for people. */
export function print(flags: OutputFlags, document: unknown, lines: readonly string[]): void {
  const text = flags.json ? JSON.stringify(document, null, 2) : lines.join("\n");
  process.stdout.write(`${text}\n`);
}

/** A line for people who wait for long work. On stderr, so that stdout is what was asked for. */
export function progress(text: string): void {
  process.stderr.write(`[hindsight-testkit] ${text}\n`);
}

/**
 * Rows as lines, their columns one below another, two spaces apart.
 * @param headings above the columns; left out when there are no rows, as then there is nothing to head.
 */
export function table(rows: readonly (readonly string[])[], headings?: readonly string[]): string[] {
  const all = headings && rows.length > 0 ? [headings, ...rows] : rows;
  const widths: number[] = [];
  for (const row of all) {
    for (const [column, cell] of row.entries()) widths[column] = Math.max(widths[column] ?? 0, cell.length);
  }
  return all.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd(),
  );
}

/** A path as it is shown, from the working directory. */
export function shown(path: string): string {
  return relative(process.cwd(), path) || ".";
}

export function size(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  if (bytes < 1024 ** 2) return `${(bytes / 1024).toFixed(1)} KB`;
  return bytes < 1024 ** 3 ? `${(bytes / 1024 ** 2).toFixed(1)} MB` : `${(bytes / 1024 ** 3).toFixed(1)} GB`;
}

/** A length of time for people: `0.3 s`, `2 min`, `4 h`, `12 days`. */
export function duration(ms: number): string {
  if (ms < 100_000) return `${(ms / 1_000).toFixed(1)} s`;
  const minutes = Math.round(ms / 60_000);
  if (minutes < 100) return `${minutes} min`;
  const hours = Math.round(minutes / 60);
  return hours < 48 ? `${hours} h` : `${Math.round(hours / 24)} days`;
}
