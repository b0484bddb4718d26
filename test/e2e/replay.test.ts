import { execa } from "execa";
import { describe, expect, inject, onTestFinished, test } from "vitest";
import { ScriptedOpenAi } from "../gateway/scripted-openai.ts";
import { Project, UNPLUGGED } from "../support/project.ts";
import { memoryModel } from "../support/scripted-memory-model.ts";

const REPLAY = ["run", "--project", "replay"];

describe("with a cassette", () => {
  test("the same test passes ten times", { timeout: 120_000 }, async () => {
    const project = new Project("vitest 4", { example: "vitest-basic" });
    for (let i = 0; i < 10; i++) {
      const { all, exitCode } = await project.run(REPLAY);
      expect(exitCode, all).toBe(0);
    }
  });

  test("with the network unplugged", { timeout: 60_000 }, async ({ skip }) => {
    const { exitCode: forbidden, stderr } = await execa("unshare", [...UNPLUGGED, "true"], { reject: false });
    if (forbidden && !inject("ci")) skip(`this machine forbids network namespaces: ${stderr}`);
    const project = new Project("vitest 4", { example: "vitest-basic" });
    const { all, exitCode } = await project.runWithoutNetwork(REPLAY);
    expect(exitCode, all).toBe(0);
  });

  test("a request that is not in it fails the test and says what differs", { timeout: 60_000 }, async () => {
    const project = new Project("vitest 4", { example: "vitest-basic" });
    project.replace("tests/replay/agent.test.ts", "I am allergic to peanuts", "I am allergic to walnuts");
    const { all, exitCode } = await project.run(REPLAY);
    expect(exitCode).toBe(1);
    expect(all).toMatch(/LLM_MISS/);
    expect(all).toMatch(/- .*I am allergic to peanuts/);
    expect(all).toMatch(/\+ .*I am allergic to walnuts/);
    expect(all).toMatch(
      /HINDSIGHT_LLM=record npx vitest run tests\/replay\/agent\.test\.ts -t "remembers an allergy"/,
    );
  });

  test("a miss that the code under test swallows fails the test all the same", {
    timeout: 60_000,
  }, async () => {
    const project = new Project("vitest 4", { example: "vitest-basic" });
    project.write(
      "tests/replay/swallow.test.ts",
      `
        import { test } from "hindsight-testkit/vitest";
        test("swallows", async ({ bank }) => {
          await bank.retain("Nobody recorded this.").catch(() => {});
        });
      `,
    );
    const { all, exitCode } = await project.run([...REPLAY, "swallow"]);
    expect(exitCode).toBe(1);
    expect(all).toMatch(/LLM_MISS/);
    expect(all).toMatch(/this test has not been recorded yet/);
  });

  test("what the passing test did not ask for is told", { timeout: 60_000 }, async () => {
    const project = new Project("vitest 4", { example: "vitest-basic" });
    project.replace(
      "tests/replay/agent.test.ts",
      `expect((await bank.reflect("Plan my dinner")).text).toMatch(/peanut/i);`,
      "",
    );
    const { all, exitCode } = await project.run(REPLAY);
    expect(exitCode).toBe(1);
    expect(all).toMatch(/CASSETTE_STALE/);
  });
});

test("recording in CI is refused before anything starts", { timeout: 60_000 }, async () => {
  const project = new Project("vitest 4", { example: "vitest-basic" });
  const { all, exitCode } = await project.run(REPLAY, { HINDSIGHT_LLM: "record", CI: "true" });
  expect(exitCode).toBe(1);
  expect(all).toMatch(/RECORD_REFUSED/);
});

test("in CI `auto` only replays: what is missing fails, and the provider is not asked", {
  timeout: 60_000,
}, async () => {
  const model = await ScriptedOpenAi.start(memoryModel);
  onTestFinished(() => model.close());
  const project = new Project("vitest 4", { example: "vitest-basic" });
  project.replace("tests/replay/agent.test.ts", "I am allergic to peanuts", "I am allergic to walnuts");
  const env = { HINDSIGHT_LLM: "auto", SCRIPTED_MODEL_URL: model.baseUrl };
  const inCi = await project.run(REPLAY, { ...env, CI: "true" });
  expect(inCi.exitCode).toBe(1);
  expect(inCi.all).toMatch(/LLM_MISS/);
  expect(model.requests).toEqual([]);
  await project.run(REPLAY, { ...env, CI: "" });
  expect(model.requests).not.toEqual([]);
});

test("a cassette that is no cassette is named, with its line", { timeout: 60_000 }, async () => {
  const project = new Project("vitest 4", { example: "vitest-basic" });
  const cassette = project.find(/\.jsonl$/);
  project.write(cassette, "not json\n");
  const { all, exitCode } = await project.run(REPLAY);
  expect(exitCode).toBe(1);
  expect(all).toMatch(/CASSETTE_INVALID/);
  expect(all).toContain(cassette);
});
