import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { ScriptedOpenAi } from "../gateway/scripted-openai.ts";
import { Project, type RunnerName } from "../support/project.ts";
import { memoryModel } from "../support/scripted-memory-model.ts";

const LLM = `{ mode: "replay", model: "m", baseUrl: process.env.MODEL_URL }`;

/** Tests that are expected to fail: one that does, and swallows what the memory says, and one that does not. */
const tests = (runner: string, failing: string) => `
  import { expect, test } from "hindsight-testkit/${runner}";

  test.${failing}("fails as expected", async ({ bank }) => {
    await bank.retain("Fact one: Ann eats " + (process.env.EATS ?? "pears") + ".").catch(() => {});
    expect("pears").toBe("plums");
  });

  test.${failing}("does not fail", async ({ bank }) => {
    await bank.retain("Fact two: Ben eats plums.");
  });
`;

function project(runner: RunnerName): Project {
  if (runner.startsWith("vitest")) {
    return new Project(runner, {
      files: {
        "a.test.mjs": tests("vitest", "fails"),
        "vitest.config.mjs": `
          import { hindsight } from "hindsight-testkit/vitest/plugin";
          export default { plugins: [hindsight({ llm: ${LLM} })] };
        `,
      },
    });
  }
  return new Project(runner, {
    files: {
      "package.json": "{}",
      "a.test.js": tests("jest", "failing").replace(/import (.*) from (.*);/, "const $1 = require($2);"),
      "jest.config.js": `
        module.exports = { preset: "hindsight-testkit/jest", globals: { hindsight: { llm: ${LLM} } } };
      `,
    },
  });
}

test.each(["vitest 4", "jest 30"] as const)(
  "a test that is expected to fail is recorded when it does, and fails by what it misses (%s)",
  { timeout: 120_000 },
  async (runner) => {
    const model = await ScriptedOpenAi.start(memoryModel);
    onTestFinished(() => model.close());
    const failing = project(runner);
    const args = runner.startsWith("vitest") ? ["run"] : [];
    const only = [...args, "-t", "fails as expected"];
    const recorded = await failing.run(args, { HINDSIGHT_LLM: "record", MODEL_URL: model.baseUrl });
    expect(recorded.all).toMatch(/1 failed.*1 (passed|expected fail)/);
    const cassette = join(failing.directory, failing.find(/fails-as-expected--\w+\.jsonl$/));
    expect(existsSync(cassette)).toBe(true);
    expect(() => failing.find(/does-not-fail--\w+\.jsonl$/)).toThrow("Not one file");
    await model.close();
    const replayed = await failing.run(only);
    expect(replayed.exitCode, replayed.all).toBe(0);
    const missed = await failing.run(only, { EATS: "figs" });
    expect(missed.exitCode, missed.all).toBe(1);
    expect(missed.all).toMatch(/LLM_MISS[\s\S]*Ann eats figs/);
    expect(missed.all).toMatch(/1 failed/);
  },
);
