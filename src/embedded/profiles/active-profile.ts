import { rm } from "node:fs/promises";
import { join } from "node:path";
import { writeFileAtomically } from "../../write-file-atomically.ts";
import { readTextIfThere } from "./file-errors.ts";

/** The file that names the profile that is meant where none is named. */
export class ActiveProfile {
  readonly path: string;

  constructor(home: string) {
    this.path = join(home, "active_profile");
  }

  /** Undefined: none is active. What else is in the file may be no name. */
  async read(): Promise<string | undefined> {
    const text = await readTextIfThere(this.path);
    return text?.trim() || undefined;
  }

  async write(name: string): Promise<void> {
    await writeFileAtomically(this.path, `${name}\n`, 0o600);
  }

  async clear(): Promise<void> {
    await rm(this.path, { force: true });
  }
}
