import { statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { ProfileStore } from "../../../src/embedded/profiles/profile-store.ts";
import { temporaryDirectory } from "../../support/postgres.ts";

async function openStore(env: NodeJS.ProcessEnv = {}) {
  const home = join(await temporaryDirectory(), "home");
  return ProfileStore.open({ HINDSIGHT_TESTKIT_HOME: home, ...env });
}

describe("ProfileStore", () => {
  test("makes a profile once, adds what its environment lacks, and overwrites nothing", async () => {
    const store = await openStore();
    const made = await store.ensure("app", { HINDSIGHT_API_LLM_PROVIDER: "offline", OTHER: "no" });
    expect(made).toEqual({
      name: "app",
      directory: join(store.home, "profiles", "app"),
      port: expect.any(Number),
      environment: { HINDSIGHT_API_LLM_PROVIDER: "offline" },
    });
    const again = await store.ensure("app", {
      HINDSIGHT_API_LLM_PROVIDER: "openai",
      HINDSIGHT_API_LLM_MODEL: "gpt",
    });
    expect(again).toEqual({
      ...made,
      environment: { HINDSIGHT_API_LLM_PROVIDER: "offline", HINDSIGHT_API_LLM_MODEL: "gpt" },
    });
    expect(await store.get("app")).toEqual(again);
    expect(statSync(join(made.directory, "profile.env")).mode & 0o777).toBe(0o600);
    await store.delete("app");
    expect(await store.list()).toEqual([]);
    await expect(store.get("app")).rejects.toMatchObject({ code: "PROFILE_NOT_FOUND" });
  });
});
