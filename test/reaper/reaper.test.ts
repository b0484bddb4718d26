import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { execa, execaSync } from "execa";
import { describe, expect, onTestFinished, test } from "vitest";
import { eventually } from "../support/eventually.ts";
import { query, temporaryDirectory, temporaryHome, testMigrations } from "../support/postgres.ts";
import { descendants, isAlive } from "../support/processes.ts";
import { buildProgram } from "../support/program.ts";

/** The JSON of the first line that the program prints. */
async function firstLine<T>({ stdout }: { stdout: Readable }): Promise<T> {
  for await (const line of createInterface({ input: stdout })) return JSON.parse(line) as T;
  throw new Error("The program ended without a word.");
}

/** A directory that is marked as the kit's own, with something in it. */
async function markedDirectory(): Promise<string> {
  const directory = join(await temporaryDirectory(), "marked");
  mkdirSync(join(directory, "data"), { recursive: true });
  writeFileSync(join(directory, ".hindsight-testkit"), "");
  return directory;
}

/** Runs `parent.ts`, which watches the directory and a stubborn process with a child. */
async function startParent(directory: string, ending: "wait" | "exit" | "forget" | "close") {
  const program = await buildProgram("test/reaper/programs/parent.ts");
  const parent = execa("node", [program, directory, ending], { reject: false, stdin: "ignore" });
  const { reaper, child } = await firstLine<{ reaper: number; child: number }>(parent);
  const tree = isAlive(child) ? [child, ...descendants(child).map(({ pid }) => pid)] : [child];
  onTestFinished(() => {
    for (const pid of tree) if (isAlive(pid)) process.kill(pid, "SIGKILL");
  });
  return { parent, reaper, tree };
}

const gone = (pids: number[]) => () => !pids.some(isAlive);

describe("Reaper", () => {
  test("ends processes with all their descendants, and removes directories, when its parent is killed", async () => {
    const directory = await markedDirectory();
    const { parent, reaper, tree } = await startParent(directory, "wait");
    expect(tree.length).toBeGreaterThan(1);
    parent.kill("SIGKILL");
    await parent;
    await eventually(gone([...tree, reaper]), "the processes have ended");
    expect(existsSync(directory)).toBe(false);
  });

  test("does so when its parent exits without a word", async () => {
    const directory = await markedDirectory();
    const { parent, reaper, tree } = await startParent(directory, "exit");
    await parent;
    await eventually(gone([...tree, reaper]), "the processes have ended");
    expect(existsSync(directory)).toBe(false);
  });

  test("survives the signals that end its parent", async () => {
    const directory = await markedDirectory();
    const { parent, reaper, tree } = await startParent(directory, "wait");
    // A bit for every signal that a process handles, SIGHUP's the lowest: Node has to come up first.
    const caught = () =>
      Number.parseInt(
        execaSync("ps", ["-o", "caught=", "-p", `${reaper}`])
          .stdout.trim()
          .slice(-1),
        16,
      );
    await eventually(() => (caught() & 1) === 1, "the reaper handles signals");
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.kill(reaper, signal);
    parent.kill("SIGKILL");
    await parent;
    await eventually(gone([...tree, reaper]), "the processes have ended");
    expect(existsSync(directory)).toBe(false);
  });

  test("touches nothing that was forgotten, and is gone after `close`", async () => {
    const directory = await markedDirectory();
    const { parent, reaper, tree } = await startParent(directory, "forget");
    await parent;
    expect(isAlive(reaper)).toBe(false);
    expect(tree.map(isAlive)).not.toContain(false);
    expect(existsSync(directory)).toBe(true);
  });

  test("reaps what is still watched at `close`", async () => {
    const directory = await markedDirectory();
    const { parent, reaper, tree } = await startParent(directory, "close");
    await parent;
    expect(gone([...tree, reaper])()).toBe(true);
    expect(existsSync(directory)).toBe(false);
  });

  test("does not keep its parent alive", async () => {
    const program = await buildProgram("test/reaper/programs/idle.ts");
    const { stdout } = await execa("node", [program], { timeout: 5_000 });
    await eventually(gone([Number(stdout)]), "the reaper has ended");
  });

  test("ends Postgres with all its processes, and removes its directory, when the run is killed", async () => {
    const program = await buildProgram("test/postgres/programs/start-host.ts");
    await temporaryHome();
    const { migrations } = await testMigrations();
    const run = execa("node", [program, migrations, "/dev/null"], { reject: false });
    const { url, postgres, reaper } = await firstLine<{ url: string; postgres: number; reaper: number }>(run);
    const [row] = await query<{ data_directory: string }>(url, "SHOW data_directory");
    const directory = dirname(row?.data_directory ?? "");
    expect(existsSync(directory)).toBe(true);
    const tree = [postgres, ...descendants(postgres).map(({ pid }) => pid)];
    const began = performance.now();
    run.kill("SIGKILL");
    await run;
    await eventually(gone([...tree, reaper]), "Postgres and the reaper have ended");
    expect(performance.now() - began).toBeLessThan(4_000);
    expect(existsSync(directory)).toBe(false);
  });

  test.each([200, 600, 1_500])("leaves nothing of a first start that is killed after %i ms", async (ms) => {
    const program = await buildProgram("test/postgres/programs/start-host.ts");
    const home = await temporaryHome();
    const { migrations } = await testMigrations();
    const run = execa("node", [program, migrations, "/dev/null"], {
      reject: false,
      timeout: ms,
      killSignal: "SIGKILL",
    });
    await run;
    const left = () => execaSync("ps", ["-A", "-o", "command="]).stdout.includes(home);
    await eventually(() => !left(), "its processes have ended");
    const clusters = join(home, "clusters");
    const unfinished = () => readdirSync(clusters).filter((name) => name.startsWith("hindsight-testkit-"));
    if (existsSync(clusters))
      await eventually(() => unfinished().length === 0, "the unfinished cluster is removed");
  });
});
