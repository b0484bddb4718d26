import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { expect, test } from "vitest";
import { buildProgram } from "../../support/program.ts";
import { openStore } from "./store-fixture.ts";

const KILLS = 12;

function startWriter(program: string, home: string, args: string[]) {
  const child = spawn(process.execPath, [program, ...args], {
    env: { ...process.env, HINDSIGHT_TESTKIT_HOME: home },
    stdio: ["ignore", "pipe", "inherit"],
  });
  return { child, exited: once(child, "exit"), lines: createInterface(child.stdout) };
}

test("several processes that write at once lose nothing of each other's", async () => {
  const { store, home, profiles } = await openStore();
  const program = await buildProgram("test/embedded/profiles/programs/writer.ts");
  const names = ["a", "b", "c"];
  const writers = names.map((name) => startWriter(program, home, [name, "4"]));
  const exits = await Promise.all(writers.map(({ exited }) => exited));
  expect(exits).toEqual(names.map(() => [0, null]));
  const found = await store.list();
  // Every second round's profile was deleted again.
  expect(found.map(({ name }) => name)).toEqual(names.flatMap((name) => [name, `${name}-0`, `${name}-2`]));
  expect(new Set(found.map(({ port }) => port)).size).toBe(found.length);
  for (const { name } of found) {
    const round = name.split("-")[1] ?? "3";
    expect((await store.get(name)).environment).toEqual({ FIRST: round, SECOND: round });
  }
  expect((await readdir(profiles)).sort()).toEqual([...found.map(({ name }) => name), "metadata.json"]);
});

test("a process that is killed in the middle of a write leaves all as it was, or as it was to be", async () => {
  const { store, home, profiles } = await openStore();
  const program = await buildProgram("test/embedded/profiles/programs/writer.ts");
  for (let kill = 0; kill < KILLS; kill++) {
    const { child, exited, lines } = startWriter(program, home, [`w${kill}`]);
    for (let line = 0; line <= kill % 5; line++) await once(lines, "line");
    // At another point of a change each time.
    for (let turn = 0; turn < kill * 12; turn++) await new Promise(setImmediate);
    child.kill("SIGKILL");
    expect(await exited).toEqual([null, "SIGKILL"]);
    await store.resolve();
    for (const { name } of await store.list()) {
      const { FIRST, SECOND, ...rest } = (await store.get(name)).environment;
      expect([FIRST, rest]).toEqual([SECOND, {}]);
    }
  }
  // What the killed ones left is cleared up by those that come after.
  for (const { name } of await store.list()) await store.setEnv(name, "LAST", "1");
  await store.create("last");
  await store.delete("last");
  const names = (await store.list()).map(({ name }) => name);
  expect(names).toEqual(expect.arrayContaining(Array.from({ length: KILLS }, (_, kill) => `w${kill}`)));
  const isEmpty = async (name: string) => (await stat(join(profiles, name))).size === 0;
  const left: string[] = [];
  for (const name of await readdir(profiles, { recursive: true })) {
    // A claim of the lock that says nothing yet may be about to: it is cleared up after five minutes.
    if (!(name.endsWith(".claim") && (await isEmpty(name)))) left.push(name);
  }
  const wanted = [...names, ...names.map((name) => `${name}/profile.env`), "metadata.json"];
  expect(left.sort()).toEqual(wanted.sort());
});
