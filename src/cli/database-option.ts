import { parseDatabase } from "../server/database-choice.ts";

/**
 * Reads `--database`. The error is not the parser's, which would repeat a value that may hold a password.
 * @throws TestkitError `INVALID_OPTION`
 */
export function checkDatabase(text: string): string {
  parseDatabase(text);
  return text;
}
