import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { execa } from "execa";
import { expect, onTestFinished, test } from "vitest";
import { programPath } from "../../src/package-root.ts";
import { createTestDatabase } from "../support/database.ts";
import { temporaryDirectory } from "../support/postgres.ts";
import { CONFIG } from "./daemon-fixture.ts";

test("a daemon whose loop is held up ends with the process that started it, without a reaper", {
  timeout: 60_000,
}, async () => {
  const block = join(await temporaryDirectory(), "block.cjs");
  writeFileSync(block, `process.on("SIGUSR2", () => { process._rawDebug("held up"); for (;;); });`);
  const { url } = await createTestDatabase();
  const daemon = execa(process.execPath, ["--require", block, programPath("daemon")], { reject: false });
  onTestFinished(() => void daemon.kill("SIGKILL"));
  daemon.stdin.write(`${JSON.stringify({ ...CONFIG, database: { kind: "url", url } })}\n`);
  await once(createInterface({ input: daemon.stdout }), "line");
  const heldUp = new Promise<void>((resolve) => {
    createInterface({ input: daemon.stderr }).on("line", (line) => {
      if (line === "held up") resolve();
    });
  });
  daemon.kill("SIGUSR2");
  await heldUp;
  daemon.stdin.end();
  expect((await daemon).signal).toBe("SIGKILL");
});
