import { once } from "node:events";
import { mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { execa } from "execa";
import { describe, expect, onTestFinished, test } from "vitest";
import { testkitHome } from "../../src/home/home.ts";
import { runUser } from "../../src/home/run-user.ts";
import { packageRoot, programPath } from "../../src/package-root.ts";
import { CONFIG } from "../daemon/daemon-fixture.ts";
import { createTestDatabase } from "../support/database.ts";
import { temporaryDirectory } from "../support/postgres.ts";

/** Starts a server, says how that went, and after each line on stdin how a retain goes. */
const PROGRAM = `
  import { createInterface } from "node:readline";
  import { HindsightServer } from ${JSON.stringify(join(packageRoot(), "dist/index.mjs"))};
  try {
    const server = await HindsightServer.start();
    console.log("started");
    let number = 0;
    for await (const line of createInterface({ input: process.stdin })) {
      const content = "Ada bought boat " + number++ + ". " + "It has sails and oars. ".repeat(Number(line));
      const response = await fetch(server.url + "/v1/default/banks/b/memories", {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ items: [{ content }] }),
      });
      console.log(response.status + " " + (await response.text()));
    }
    await server.stop();
  } catch (error) {
    console.log(error.code + " " + error.message.replaceAll("\\n", " "));
  }
`;

/** Runs shell commands, and the program by "$@", with file systems of their own, which end with them. */
function withMounts(script: string, env: Record<string, string>) {
  const subprocess = execa(
    "unshare",
    ["--mount", "sh", "-c", script, "sh", process.execPath, "--input-type=module", "-e", PROGRAM],
    { env, reject: false, timeout: 60_000 },
  );
  onTestFinished(() => void subprocess.kill());
  return subprocess;
}

// Small file systems can be mounted by root alone, as in CI.
describe.skipIf(process.platform !== "linux" || process.getuid?.() !== 0)(
  "a full disk (Linux, root only)",
  () => {
    test("under the cache: says so, leaves nothing half-made, and goes on when there is room", {
      timeout: 90_000,
    }, async () => {
      const home = await temporaryDirectory();
      const { stdout } = await withMounts(
        `mount -t tmpfs -o size=20m,mode=755 tmpfs "$HOME_DIRECTORY"
       "$@" < /dev/null; ls "$HOME_DIRECTORY/postgres"
       mount -o remount,size=75m "$HOME_DIRECTORY"
       "$@" < /dev/null; ls "$HOME_DIRECTORY/clusters"
       mount -o remount,size=1g "$HOME_DIRECTORY"
       "$@" < /dev/null`,
        { HOME_DIRECTORY: home, HINDSIGHT_TESTKIT_HOME: home },
      );
      const [installing, making, ...rest] = stdout.split("\n");
      expect(installing).toMatch(/^POSTGRES_INSTALL_FAILED .*ENOSPC.*HINDSIGHT_TESTKIT_HOME/);
      expect(making).toMatch(/^POSTGRES_(INIT|START|CONNECT)_FAILED .*(No space left|ENOSPC)/);
      expect(rest).toEqual(["started"]);
    });

    test("under a run's Postgres: requests fail and say why, and work again when there is room", {
      timeout: 90_000,
    }, async () => {
      const [home, cache] = [await temporaryDirectory(), testkitHome(runUser())];
      for (const name of ["postgres", "clusters"]) symlinkSync(join(cache, name), join(home, name));
      mkdirSync(join(home, "runs"));
      const subprocess = withMounts(
        `mount -t tmpfs -o size=1m tmpfs /dev/shm
       mount -t tmpfs -o size=120m,mode=755 tmpfs "$HOME_DIRECTORY/runs"
       exec "$@"`,
        { HOME_DIRECTORY: home, HINDSIGHT_TESTKIT_HOME: home },
      );
      const lines = createInterface({ input: subprocess.stdout })[Symbol.asyncIterator]();
      const retain = async (length: number) => {
        subprocess.stdin.write(`${length}\n`);
        return (await lines.next()).value as string;
      };
      expect((await lines.next()).value).toBe("started");
      expect(await retain(1)).toMatch(/^200/);
      // The file systems that only the program sees.
      const filler = `/proc/${subprocess.pid}/root${home}/runs/filler`;
      const fill = () => writeFileSync(filler, Buffer.alloc(200 * 2 ** 20));
      expect(fill).toThrow("ENOSPC");
      for (let attempt = 0; attempt < 3; attempt++)
        expect(await retain(3_000)).toMatch(/^500 .*No space left/);
      rmSync(filler);
      expect(await retain(1)).toMatch(/^200/);
      subprocess.stdin.end();
      expect((await subprocess).exitCode).toBe(0);
      expect(readdirSync(join(home, "runs"))).toEqual([]);
    });

    test("under the daemon's log: it goes on", async () => {
      const { url } = await createTestDatabase();
      const daemon = execa(process.execPath, [programPath("daemon")], {
        // Every write there fails for want of room.
        stderr: { file: "/dev/full" },
        reject: false,
        timeout: 30_000,
      });
      onTestFinished(() => void daemon.kill("SIGKILL"));
      daemon.stdin.write(
        `${JSON.stringify({ ...CONFIG, database: { kind: "url", url }, logLevel: "debug" })}\n`,
      );
      const [line] = (await once(createInterface({ input: daemon.stdout }), "line")) as [string];
      const { ready } = JSON.parse(line) as { ready: { url: string } };
      expect((await fetch(`${ready.url}/health`)).status).toBe(200);
      daemon.stdin.end();
      expect((await daemon).exitCode).toBe(0);
    });
  },
);
