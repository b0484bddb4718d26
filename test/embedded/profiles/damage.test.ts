import { mkdir, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { openStore } from "./store-fixture.ts";

/** The warnings of this process, from now until the test ends. */
function listenToWarnings(): unknown[] {
  const warnings: unknown[] = [];
  const spy = vi.spyOn(process, "emitWarning").mockImplementation((warning) => void warnings.push(warning));
  onTestFinished(() => spy.mockRestore());
  return warnings;
}

describe("metadata", () => {
  test.each([
    ["not JSON", "{"],
    ["empty", ""],
    ["zeros", "\0".repeat(100)],
    ["another document", "[]"],
    ["without profiles", '{"version":1}'],
    ["with a profile that is none", '{"version":1,"profiles":{"app":null}}'],
    [
      "with a date that is none",
      '{"version":1,"profiles":{"app":{"created_at":"x","last_used":"x","port":28000}}}',
    ],
  ])("that is %s is set aside, and made again from the profiles", async (_, text) => {
    const { store, profiles } = await openStore();
    const app = await store.create("app", { env: { A: "1" } });
    const other = await store.create("other", { port: 28_400 });
    await writeFile(join(profiles, "metadata.json"), text);
    const warnings = listenToWarnings();
    expect(await store.list()).toMatchObject([
      { name: "app", port: app.port },
      { name: "other", port: 28_400 },
    ]);
    expect(await store.get("app")).toEqual(app);
    expect(await store.get("other")).toEqual(other);
    const kept = (await readdir(profiles)).filter((name) => name.endsWith(".bak"));
    expect(kept).toHaveLength(1);
    expect(await readFile(join(profiles, kept[0] ?? ""), "utf8")).toBe(text);
    expect(warnings).toEqual([expect.stringContaining(kept[0] ?? "none")]);
  });

  test("that is damaged twice is kept twice", async () => {
    const { store, profiles } = await openStore();
    await store.create("app");
    const warnings = listenToWarnings();
    for (const text of ["first", "second"]) {
      await writeFile(join(profiles, "metadata.json"), text);
      await store.touch("app");
    }
    const kept = (await readdir(profiles)).filter((name) => name.endsWith(".bak"));
    const texts = await Promise.all(kept.map((name) => readFile(join(profiles, name), "utf8")));
    expect(texts.sort()).toEqual(["first", "second"]);
    expect(warnings).toHaveLength(2);
  });

  test("that is missing is made again", async () => {
    const { store, profiles } = await openStore();
    const app = await store.create("app");
    await rm(join(profiles, "metadata.json"));
    expect(await store.ensure("app")).toEqual(app);
    expect(await readdir(profiles)).toContain("metadata.json");
  });

  test("of a newer version is refused, and stays as it is", async () => {
    const { store, profiles } = await openStore();
    await store.create("app");
    const path = join(profiles, "metadata.json");
    await writeFile(path, '{"version":2,"profiles":{}}');
    for (const attempt of [() => store.list(), () => store.touch("app"), () => store.create("other")]) {
      await expect(attempt()).rejects.toThrow(/format 2 of a newer/);
    }
    expect(await readFile(path, "utf8")).toBe('{"version":2,"profiles":{}}');
  });

  test("that cannot be read is no reason to make it again", async () => {
    const { store, profiles } = await openStore();
    await store.create("app");
    const path = join(profiles, "metadata.json");
    await rm(path);
    await mkdir(path);
    await expect(store.list()).rejects.toMatchObject({
      code: "PROFILE_STORE_UNUSABLE",
      message: expect.stringContaining("EISDIR"),
    });
  });
});

test("strange things among the profiles are passed over, and left alone", async () => {
  const { store, profiles } = await openStore();
  await store.create("app");
  for (const name of ["a b", "ünï", "x".repeat(100), ".hidden", "nul", "no-environment", "line\nbreak"]) {
    await mkdir(join(profiles, name));
    const file = name === "no-environment" ? "notes.txt" : "profile.env";
    await writeFile(join(profiles, name, file), "A=1\n");
  }
  for (const name of ["file", "metadata.json.x.tmp", "metadata.json.bak"])
    await writeFile(join(profiles, name), "");
  await symlink("nowhere", join(profiles, "dangling"));
  const before = (await readdir(profiles)).sort();
  await store.touch("app");
  expect((await store.list()).map(({ name }) => name)).toEqual(["app"]);
  expect((await readdir(profiles)).sort()).toEqual(before);
  await expect(store.get("file")).rejects.toMatchObject({ code: "PROFILE_NOT_FOUND" });
  await expect(store.create("file")).rejects.toMatchObject({ code: "PROFILE_STORE_UNUSABLE" });
});

test("a profile whose environment cannot be read is listed with its fault, and can be deleted", async () => {
  const { store, profiles } = await openStore();
  await mkdir(join(profiles, "broken", "profile.env"), { recursive: true });
  await store.create("app");
  expect(await store.list()).toMatchObject([
    { name: "app", fault: undefined },
    { name: "broken", fault: expect.stringContaining("EISDIR") },
  ]);
  await expect(store.get("broken")).rejects.toMatchObject({ code: "PROFILE_STORE_UNUSABLE" });
  await expect(store.ensure("broken")).rejects.toMatchObject({ code: "PROFILE_STORE_UNUSABLE" });
  await store.delete("broken");
  expect((await store.list()).map(({ name }) => name)).toEqual(["app"]);
});

test("a profile that was put there by hand is one", async () => {
  const { store, profiles } = await openStore();
  const app = await store.create("app");
  await mkdir(join(profiles, "copied"));
  await writeFile(join(profiles, "copied", "profile.env"), "A=1\n");
  const copied = await store.get("copied");
  expect(copied.environment).toEqual({ A: "1" });
  expect(copied.port).not.toBe(app.port);
  await store.touch("app");
  expect(await store.get("copied")).toEqual(copied);
});
