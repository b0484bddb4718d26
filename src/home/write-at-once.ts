import { renameSync, writeFileSync } from "node:fs";

/**
 * Writes a small file before anything else happens; whoever reads it finds what was there before, or all of it.
 * @throws what the file system says: no room, no rights.
 */
export function writeAtOnce(path: string, text: string): void {
  const temporary = `${path}.new`;
  writeFileSync(temporary, text, { mode: 0o600 });
  renameSync(temporary, path);
}
