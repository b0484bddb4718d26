import { lstat, readdir } from "node:fs/promises";
import { join } from "node:path";

/** How many bytes the files below a path hold; what vanishes meanwhile, and what may not be read, counts as none. */
export async function bytesIn(path: string): Promise<number> {
  try {
    const entry = await lstat(path);
    if (!entry.isDirectory()) return entry.size;
    const names = await readdir(path);
    const sizes = await Promise.all(names.map((name) => bytesIn(join(path, name))));
    return sizes.reduce((sum, bytes) => sum + bytes, 0);
  } catch {
    return 0;
  }
}
