import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** Names the schema that the migrations in a directory make; other things that matter can be mixed in. */
export function schemaHash(migrations: string, ...others: string[]): string {
  const hash = createHash("sha256");
  for (const name of readdirSync(migrations).sort()) {
    hash
      .update(`${name}\0`)
      .update(readFileSync(join(migrations, name)))
      .update("\0");
  }
  return hash.update(others.join("\0")).digest("hex").slice(0, 16);
}
