import { chmod, mkdir } from "node:fs/promises";
import { dirname } from "node:path";

/**
 * Makes a directory that only we may look into, whatever the umask is, and whatever a process that was killed has left of it.
 * Where we are root, Postgres's user can pass through to what is its own, and no more.
 */
export async function makeDirectory(path: string): Promise<void> {
  const first = await mkdir(path, { recursive: true, mode: 0o700 });
  if (process.getuid?.() !== 0) return await chmod(path, 0o700);
  await chmod(path, 0o711);
  if (first === undefined) return;
  for (let made = dirname(path); made.length >= first.length; made = dirname(made)) await chmod(made, 0o711);
}
