import { join } from "node:path";
import { execa } from "execa";
import { expect, test } from "vitest";
import { packageRoot } from "../../src/package-root.ts";
import { temporaryHome } from "../support/postgres.ts";

/** Starts a server on a cluster that has to be made first, and says what Postgres did in /dev/shm meanwhile. */
const PROGRAM = `
  import { statSync, watch } from "node:fs";
  import { HindsightServer } from ${JSON.stringify(join(packageRoot(), "dist/index.mjs"))};
  const names = new Set();
  // The trial starts by which initdb finds its settings hold a small file there for some milliseconds.
  const isMemory = (name) => (statSync("/dev/shm/" + name, { throwIfNoEntry: false })?.size ?? 0) > 100_000;
  const watcher = watch("/dev/shm", (_, name) => isMemory(name) && names.add(name));
  const server = await HindsightServer.start();
  await server.stop();
  watcher.close();
  console.log(JSON.stringify([...names].filter((name) => !name.startsWith("hindsight-testkit-"))));
`;

// A /dev/shm that nobody else uses can be mounted by root alone, as in CI.
test.skipIf(process.platform !== "linux" || process.getuid?.() !== 0)(
  "neither initdb nor Postgres keeps its memory in /dev/shm, where a kill would leave it (Linux, root only)",
  { timeout: 60_000 },
  async () => {
    await temporaryHome();
    const mount = 'mount -t tmpfs -o mode=1777 tmpfs /dev/shm && exec "$@"';
    const program = [process.execPath, "--input-type=module", "-e", PROGRAM];
    const { stdout } = await execa("unshare", ["--mount", "sh", "-c", mount, "sh", ...program]);
    expect(JSON.parse(stdout)).toEqual([]);
  },
);
