import { existsSync } from "node:fs";
import { mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { execa } from "execa";
import { beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { withLock } from "../../../src/home/lock.ts";
import { OwnedDirectory } from "../../../src/home/owned-directory.ts";
import { ourselves } from "../../../src/home/owner.ts";
import { identifyProcess } from "../../../src/reaper/process-identity.ts";
import { DIRECTORY_MARKER } from "../../../src/reaper/reap.ts";
import { temporaryDirectory } from "../../support/postgres.ts";
import { descendants, isAlive, survivors } from "../../support/processes.ts";
import { CLI } from "../../support/project.ts";

interface Item {
  kind: string;
  path?: string;
  pid?: number;
  bytes: number;
  kept?: string;
}

let home: string;

beforeEach(async () => {
  home = await temporaryDirectory();
});

const cli = (...args: string[]) =>
  execa(process.execPath, [CLI, ...args], { env: { HINDSIGHT_TESTKIT_HOME: home }, reject: false });

interface Cleaned {
  removed: Item[];
  kept: Item[];
}

async function clean(...args: string[]): Promise<Cleaned> {
  const { stdout, exitCode, stderr } = await cli("clean", "--json", ...args);
  expect(exitCode, stdout + stderr).toBe(0);
  return JSON.parse(stdout);
}

/** A server of the command, with a Postgres of its own. */
async function serve() {
  const server = cli("serve");
  onTestFinished(async () => {
    server.kill();
    await server;
  });
  for await (const line of createInterface({ input: server.stdout })) {
    const { url, pid }: { url: string; pid: number } = JSON.parse(line);
    const all = descendants(server.pid ?? 0);
    const postgres = all.find(({ command }) => command.includes("bin/postgres -D"));
    if (postgres === undefined) throw new Error("No Postgres was started.");
    return { server, url, pid, all, postgres };
  }
  throw new Error((await server).stderr);
}

const kinds = (items: readonly Item[]) => items.map(({ kind }) => kind).sort();

describe("clean", () => {
  test("ends and removes what a run left whose reaper was killed with it", async () => {
    const { server, all, postgres } = await serve();
    const [, directory = ""] = / -D (\S+)\/data /.exec(postgres.command) ?? [];
    const others = all.filter(
      ({ command }) => !command.startsWith("postgres") && !command.includes("bin/postgres"),
    );
    // The reaper first, which would see to it, and then the daemon, before it notices that its starter is gone.
    const isReaper = ({ command }: { command: string }) => command.includes("reaper");
    for (const { pid } of [...others].sort((a, b) => Number(isReaper(b)) - Number(isReaper(a)))) {
      process.kill(pid, "SIGKILL");
    }
    server.kill("SIGKILL");
    await survivors(others);
    // Its cluster is where the clusters of all tests are: their starts may be quicker than we.
    await clean();
    expect(await survivors([postgres])).toEqual([]);
    expect(existsSync(directory)).toBe(false);
  });

  test("lists what is abandoned, then ends and removes just that", async () => {
    const left = execa("sleep", ["60"], { reject: false });
    onTestFinished(() => void left.kill("SIGKILL"));
    const identity = await identifyProcess(left.pid ?? 0);
    await mkdir(join(home, "runs"));
    const { path: directory } = await OwnedDirectory.create(join(home, "runs"));
    const { path: live } = await OwnedDirectory.create(join(home, "runs"));
    const owner = { ...(await ourselves()), startTime: "1" };
    await writeFile(join(directory, DIRECTORY_MARKER), JSON.stringify({ owner }));
    await mkdir(join(home, "manifests"));
    const processes = [{ ...identity, stopSignal: "SIGTERM" }];
    const manifest = { owner, processes, directories: [directory] };
    await writeFile(join(home, "manifests/1-00000000.json"), JSON.stringify(manifest));
    // Other tests may have left something as well.
    const own = ({ removed }: Cleaned) =>
      removed.filter(({ path, pid }) => path?.startsWith(home) || pid === left.pid);
    const listed = own(await clean("--dry-run"));
    expect(listed).toMatchObject([
      { kind: "process", pid: left.pid },
      { kind: "run", path: directory },
    ]);
    expect(isAlive(left.pid ?? 0)).toBe(true);
    expect(own(await clean())).toEqual(listed);
    expect((await left).signal).toBe("SIGTERM");
    expect([existsSync(directory), existsSync(live)]).toEqual([false, true]);
    expect(own(await clean())).toEqual([]);
  });

  test("with --cache keeps the binaries that a server runs on, and says which process that is; without it all", async () => {
    const { server, url, postgres } = await serve();
    const caches = ({ removed, kept }: Cleaned) => {
      const inHome = ({ path }: Item) => path?.startsWith(home);
      return { removed: kinds(removed.filter(inHome)), kept: kept.filter(inHome) };
    };
    expect(caches(await clean())).toEqual({ removed: [], kept: [] });
    expect(caches(await clean("--cache"))).toMatchObject({
      removed: ["cluster"],
      kept: [{ kind: "binaries", kept: expect.stringContaining(String(postgres.pid)) }],
    });
    expect((await fetch(`${url}/health`)).status).toBe(200);
    server.kill();
    await server;

    // The cluster is made again by whoever needs it next.
    expect((await cli("prefetch")).exitCode).toBe(0);
    expect(caches(await clean("--cache", "--dry-run")).removed).toEqual(["binaries", "cluster"]);
    const { stdout } = await cli("clean", "--cache");
    expect(stdout).toMatch(
      /^binaries +\S+ +[\d.]+ MB +removed\ncluster .* removed\n\d+ items, [\d.]+ MB removed\.$/m,
    );
    expect(await readdir(join(home, "postgres"))).toEqual([]);
    expect(await readdir(join(home, "clusters"))).toEqual([]);
  }, 60_000);

  test("removes what was being made when its maker was killed, and keeps what is being made", async () => {
    const postgres = join(home, "postgres/17.10.0-linux-x64");
    const remains = [`${postgres}.building-x1`, join(home, "clusters/17.10.0-0f.removed-1")];
    for (const path of remains) {
      await mkdir(path, { recursive: true });
      await writeFile(join(path, "file"), "1234567");
    }
    const never = () => new Error("The lock is ours alone.");
    await withLock(`${postgres}.lock`, performance.now() + 5_000, never, async () => {
      const { removed, kept } = await clean();
      expect(removed).toContainEqual({ kind: "remains", path: remains[1], bytes: 7 });
      expect(kept).toEqual([
        { kind: "remains", path: remains[0], bytes: 7, kept: `process ${process.pid} is at work on it` },
      ]);
    });
    expect((await clean()).removed).toContainEqual({ kind: "remains", path: remains[0], bytes: 7 });
  });
});
