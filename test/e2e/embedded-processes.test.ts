import { execa } from "execa";
import { expect, test } from "vitest";
import { HindsightEmbedded } from "../../dist/index.mjs";
import { readDaemon, useOwnHome } from "../embedded/daemon/home.ts";
import { isAlive, survivors } from "../support/processes.ts";
import { ROOT } from "../support/project.ts";

const TIMEOUT = { timeout: 120_000 };
const store = await useOwnHome("crowd", "abandoned");

/** A process of CommonJS that makes a call and ends without closing anything. */
function callOnce(profile: string, number: number) {
  const program = `
    const { HindsightEmbedded } = require(${JSON.stringify(`${ROOT}/dist/index.cjs`)});
    const embedded = new HindsightEmbedded({ profile: ${JSON.stringify(profile)} });
    embedded.retain("people", "Person number ${number} works at Google")
      .then(() => embedded.url)
      .then((url) => console.log(url));`;
  return execa(process.execPath, ["-e", program], { reject: false });
}

test(
  "of twenty processes that make their first call at once, one starts the daemon, which outlives them",
  TIMEOUT,
  async () => {
    const results = await Promise.all(Array.from({ length: 20 }, (_, number) => callOnce("crowd", number)));
    expect(results.map(({ stderr, exitCode }) => stderr || exitCode)).toEqual(results.map(() => 0));
    const { pid, url } = await readDaemon(store, "crowd");
    expect(new Set(results.map(({ stdout }) => stdout))).toEqual(new Set([url]));
    expect(isAlive(pid)).toBe(true);
    // A daemon that came second would have taken none of these.
    const embedded = new HindsightEmbedded({ profile: "crowd" });
    expect((await embedded.documents.list("people")).total).toBe(20);
    // It is the only one that has noted a start.
    const postgres = await execa("ps", ["-A", "-o", "command="]);
    const { directory } = await store.get("crowd");
    expect(postgres.stdout.split("\n").filter((line) => line.includes(`-D ${directory}/data`))).toHaveLength(
      1,
    );

    // All at once after a crash, too.
    process.kill(pid, "SIGKILL");
    expect(await survivors([{ pid, command: "daemon" }])).toEqual([]);
    const healed = await Promise.all(
      Array.from({ length: 6 }, (_, number) => callOnce("crowd", 20 + number)),
    );
    expect(healed.map(({ stderr, exitCode }) => stderr || exitCode)).toEqual(healed.map(() => 0));
    expect((await embedded.documents.list("people")).total).toBe(26);
    await embedded.close({ stopDaemon: true });
  },
);

test(
  "a starter that is killed in the middle leaves nothing that keeps the next one from starting",
  TIMEOUT,
  async () => {
    const starter = callOnce("abandoned", 1);
    const embedded = new HindsightEmbedded({ profile: "abandoned" });
    // It has begun when the daemon has noted itself.
    await expect
      .poll(
        () =>
          readDaemon(store, "abandoned").then(
            ({ pid }) => pid,
            () => 0,
          ),
        { timeout: 30_000, interval: 5 },
      )
      .toBeGreaterThan(0);
    const first = await readDaemon(store, "abandoned");
    starter.kill("SIGKILL");
    await starter;
    await embedded.banks.create("people");
    const second = await readDaemon(store, "abandoned");
    if (second.pid !== first.pid)
      expect(await survivors([{ pid: first.pid, command: "daemon" }])).toEqual([]);
    expect(await embedded.isRunning()).toBe(true);
    await embedded.close({ stopDaemon: true });
  },
);
