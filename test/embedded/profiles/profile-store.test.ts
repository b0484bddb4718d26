import { mkdir, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { openStore } from "./store-fixture.ts";

const code = (code: string) => expect.objectContaining({ code });

describe("ensure", () => {
  test("makes a profile once, adds what its environment lacks, and overwrites nothing", async () => {
    const { store, profiles } = await openStore();
    const made = await store.ensure("app", { HINDSIGHT_API_LLM_PROVIDER: "offline", OTHER: "no" });
    expect(made).toEqual({
      name: "app",
      directory: join(profiles, "app"),
      port: expect.any(Number),
      environment: { HINDSIGHT_API_LLM_PROVIDER: "offline" },
    });
    const additions = { HINDSIGHT_API_LLM_PROVIDER: "openai", HINDSIGHT_API_LLM_API_KEY: "" };
    const again = await store.ensure("app", additions);
    expect(again).toEqual({
      ...made,
      environment: { HINDSIGHT_API_LLM_PROVIDER: "offline", HINDSIGHT_API_LLM_API_KEY: "" },
    });
    expect(await store.get("app")).toEqual(again);
  });

  test("writes nothing when there is nothing to add", async () => {
    const { store, profiles } = await openStore();
    const { directory } = await store.ensure("app", { HINDSIGHT_API_LLM_PROVIDER: "offline" });
    const before = await Promise.all([profiles, directory].map((path) => stat(path)));
    await store.ensure("app", { HINDSIGHT_API_LLM_PROVIDER: "none" });
    const after = await Promise.all([profiles, directory].map((path) => stat(path)));
    expect(after.map(({ mtimeMs }) => mtimeMs)).toEqual(before.map(({ mtimeMs }) => mtimeMs));
  });
});

describe("create", () => {
  test("refuses a profile that exists, or merges into it", async () => {
    const { store } = await openStore();
    await store.create("app", { port: 28_500, env: { A: "1", B: "2" } });
    await expect(store.create("app", { env: { A: "3" } })).rejects.toEqual(code("PROFILE_EXISTS"));
    const merged = await store.create("app", { env: { A: "3" }, merge: true });
    expect(merged).toMatchObject({
      port: 28_500,
      environment: { A: "3", B: "2", HINDSIGHT_API_PORT: "28500" },
    });
  });

  test("refuses a name that differs from another in case only", async () => {
    const { store } = await openStore();
    await store.create("app");
    await expect(store.create("App")).rejects.toEqual(code("PROFILE_EXISTS"));
    await expect(store.get("App")).rejects.toEqual(code("PROFILE_NOT_FOUND"));
  });

  test.each(["", ".", "..", "a/b", "a\\b", "a b", "ä", "a.b", "x".repeat(65), "nul", "COM1", ".deleted-1"])(
    "refuses the name %j",
    async (name) => {
      const { store } = await openStore();
      await expect(store.create(name)).rejects.toEqual(code("INVALID_OPTION"));
      await expect(store.delete(name)).rejects.toEqual(code("INVALID_OPTION"));
    },
  );

  test.each(["a", "A-1_b", "-", "__proto__", "constructor", "active_profile", "x".repeat(64)])(
    "takes the name %j",
    async (name) => {
      const { store } = await openStore();
      const made = await store.create(name, { env: { A: "1" } });
      await store.setActive(name);
      await store.touch(name);
      expect(await store.get(name)).toEqual(made);
      expect(await store.list()).toEqual([expect.objectContaining({ name, isActive: true })]);
      await store.delete(name);
      expect(await store.list()).toEqual([]);
    },
  );

  test.each([0, 80, 1_023, 65_536, 1.5, Number.NaN, -1])("refuses the port %d", async (port) => {
    const { store } = await openStore();
    await expect(store.create("app", { port })).rejects.toEqual(code("INVALID_OPTION"));
    expect(await store.list()).toEqual([]);
  });
});

describe("ports", () => {
  test("are each profile's own, also where names stand for the same one", async () => {
    const { store } = await openStore();
    const first = await store.create("app");
    await store.delete("app");
    // Somebody else chose the port that the name stands for.
    await store.create("other", { port: first.port });
    const second = await store.create("app");
    expect(second.port).toBe(first.port + 1);
    await store.removeEnv("other", "HINDSIGHT_API_PORT");
    expect((await store.get("app")).port).toBe(second.port);
    await expect(store.create("third", { port: second.port })).rejects.toThrow("belongs to the profile app");
    await expect(store.setEnv("other", "HINDSIGHT_API_PORT", String(second.port))).rejects.toEqual(
      code("INVALID_OPTION"),
    );
  });

  test("that a file names wrongly are said to be wrong, and can be set right", async () => {
    const { store, profiles } = await openStore();
    await store.create("app");
    await store.create("other");
    await writeFile(join(profiles, "app", "profile.env"), "HINDSIGHT_API_PORT=high\n");
    await expect(store.get("app")).rejects.toThrow(/HINDSIGHT_API_PORT in .*profile\.env must be/);
    expect(await store.list()).toMatchObject([
      { name: "app", fault: expect.stringContaining("high") },
      { name: "other", fault: undefined },
    ]);
    await store.setEnv("app", "HINDSIGHT_API_PORT", "28123");
    expect((await store.get("app")).port).toBe(28_123);
  });
});

describe("an environment", () => {
  test("is changed a variable at a time", async () => {
    const { store } = await openStore();
    await store.create("app", { env: { A: "1" } });
    await store.setEnv("app", "HINDSIGHT_API_LLM_API_KEY", " key # with = signs ");
    await store.removeEnv("app", "A");
    expect((await store.get("app")).environment).toEqual({
      HINDSIGHT_API_LLM_API_KEY: " key # with = signs ",
    });
    await expect(store.removeEnv("app", "A")).rejects.toEqual(code("PROFILE_VARIABLE_NOT_FOUND"));
    await expect(store.setEnv("ghost", "A", "1")).rejects.toEqual(code("PROFILE_NOT_FOUND"));
    await expect(store.setEnv("app", "A B", "1")).rejects.toEqual(code("INVALID_OPTION"));
  });

  test("of `default` may be set before the profile exists", async () => {
    const { store } = await openStore();
    await store.setEnv("default", "A", "1");
    expect((await store.get("default")).environment).toEqual({ A: "1" });
  });
});

describe("delete", () => {
  test("removes everything of the profile, and that it is active", async () => {
    const { store, home, profiles } = await openStore();
    const { directory } = await store.create("app");
    await mkdir(join(directory, "data", "base"), { recursive: true });
    await writeFile(join(directory, "data", "base", "1"), "");
    await store.create("other");
    await store.setActive("app");
    await store.delete("app");
    expect((await readdir(profiles)).sort()).toEqual(["metadata.json", "other"]);
    expect(await readdir(home)).toEqual(["profiles"]);
    expect((await store.resolve()).source).toBe("default");
    await expect(store.delete("app")).rejects.toEqual(code("PROFILE_NOT_FOUND"));
  });

  test("removes what a deletion left that was killed", async () => {
    const { store, profiles } = await openStore();
    await store.create("app");
    await mkdir(join(profiles, ".deleted-1", "data"), { recursive: true });
    await expect(store.delete("ghost")).rejects.toEqual(code("PROFILE_NOT_FOUND"));
    expect((await readdir(profiles)).sort()).toEqual(["app", "metadata.json"]);
  });
});

describe("which profile is meant", () => {
  test("is said by HINDSIGHT_EMBED_PROFILE, else the flag, else the active one, else it is `default`", async () => {
    const { store, with: withEnv } = await openStore();
    const chosen = withEnv({ HINDSIGHT_EMBED_PROFILE: "by-variable" });
    for (const name of ["by-variable", "by-flag", "by-file"]) await store.create(name);
    const meant = async (of: typeof store, flag?: string) => {
      const { profile, source } = await of.resolve(flag);
      return [profile.name, source];
    };
    expect(await meant(store)).toEqual(["default", "default"]);
    await store.setActive("by-file");
    expect(await meant(store)).toEqual(["by-file", "active_profile_file"]);
    expect(await meant(store, "by-flag")).toEqual(["by-flag", "cli_flag"]);
    expect(await meant(store, "default")).toEqual(["default", "cli_flag"]);
    expect(await meant(chosen)).toEqual(["by-variable", "HINDSIGHT_EMBED_PROFILE"]);
    expect(await meant(chosen, "by-flag")).toEqual(["by-variable", "HINDSIGHT_EMBED_PROFILE"]);
    expect(await meant(withEnv({ HINDSIGHT_EMBED_PROFILE: "" }))).toEqual(["by-file", "active_profile_file"]);
    await store.setActive(null);
    expect(await meant(store)).toEqual(["default", "default"]);
  });

  test("must exist, and the error says what chose it", async () => {
    const { store, home, with: withEnv } = await openStore();
    const chosen = withEnv({ HINDSIGHT_EMBED_PROFILE: "ghost" });
    await expect(chosen.resolve()).rejects.toThrow(
      "no profile ghost. It was chosen by HINDSIGHT_EMBED_PROFILE",
    );
    await expect(store.resolve("ghost")).rejects.toThrow("no profile ghost. It was chosen by --profile.");
    await expect(store.setActive("ghost")).rejects.toEqual(code("PROFILE_NOT_FOUND"));
    await store.create("app");
    await store.setActive("app");
    await rm(join(home, "profiles", "app"), { recursive: true });
    await expect(store.resolve()).rejects.toThrow("no profile app. It was chosen by `profile set-active`.");
    await writeFile(join(home, "active_profile"), "../app\n");
    await expect(store.resolve()).rejects.toEqual(code("INVALID_OPTION"));
    expect(await store.list()).toEqual([]);
  });

  test("`default` is told as it would be made, and not made", async () => {
    const { store, home } = await openStore();
    const { profile } = await store.resolve();
    await expect(readdir(home)).rejects.toThrow("ENOENT");
    expect(await store.list()).toEqual([]);
    expect(await store.ensure("default")).toEqual(profile);
  });
});

test("touch notes when a profile was used", async () => {
  const { store } = await openStore();
  await store.create("app");
  const [before] = await store.list();
  await store.touch("app");
  const [after] = await store.list();
  expect(after).toEqual({ ...before, lastUsed: expect.any(String) });
  expect(Date.parse(after?.lastUsed ?? "")).toBeGreaterThan(Date.parse(before?.lastUsed ?? ""));
});

test("the metadata has Hindsight's form, and the port", async () => {
  const { store, profiles } = await openStore();
  const { port } = await store.create("app");
  expect(JSON.parse(await readFile(join(profiles, "metadata.json"), "utf8"))).toEqual({
    version: 1,
    profiles: { app: { created_at: expect.any(String), last_used: expect.any(String), port } },
  });
});
