import { splitLines } from "../../mental-models/document/lines.ts";

const ROW = /^\s*\|/;
const SEPARATOR = /^\s*\|?[\s:]*-{2,}[\s:|-]*\|?\s*$/;

/** Whether a text is bare rows of a table, which mean something only behind the table that `before` is. */
export function continuesTable(before: string, text: string): boolean {
  const table = splitLines(before);
  const rows = splitLines(text);
  return areRows(table) && table.length >= 2 && hasSeparator(table) && areRows(rows) && !hasSeparator(rows);
}

function areRows(lines: readonly string[]): boolean {
  return lines.length > 0 && lines.every((line) => ROW.test(line));
}

function hasSeparator(lines: readonly string[]): boolean {
  return lines.some((line) => SEPARATOR.test(line));
}
