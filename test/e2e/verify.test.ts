import { join } from "node:path";
import { execa } from "execa";
import { expect, test } from "vitest";
import { ScriptedOpenAi } from "../gateway/scripted-openai.ts";
import { CLI, Project, RUNNERS } from "../support/project.ts";

const CONFIG = `
  import { hindsight } from "hindsight-testkit/vitest/plugin";
  import { defineConfig } from "vitest/config";
  const llm = { mode: "replay", model: "scripted", baseUrl: process.env.SCRIPTED_MODEL_URL };
  export default defineConfig({ plugins: [hindsight({ llm })], test: { maxWorkers: 1 } });
`;

const FILE = `
  import { test } from "hindsight-testkit/vitest";
  test("is steady", async ({ bank }) => { await bank.retain("Ann eats pears."); });
  // Its own way to ask for the time, which no server could know of.
  const today = new Date(process.env.HINDSIGHT_TEST_CLOCK ?? "2025-01-01").toDateString();
  test("is of its day", async ({ bank }) => { await bank.retain("Today is " + today); });
`;

test("a test that depends on the clock does not verify, and is named", { timeout: 120_000 }, async () => {
  const provider = await ScriptedOpenAi.start(() => ({ content: `{"facts":[]}` }));
  const project = new Project("vitest 4", {
    files: { "package.json": `{"type":"module"}`, "vitest.config.mjs": CONFIG, "a.test.mjs": FILE },
  });
  const runner = RUNNERS["vitest 4"];
  const vitest = [process.execPath, join(runner.home, runner.command), "run"];
  const verify = async (...args: string[]) => {
    const { stdout, exitCode } = await execa(
      process.execPath,
      [CLI, "cassettes", "verify", "--json", "--", ...vitest, ...args],
      {
        cwd: project.directory,
        reject: false,
        env: {
          SCRIPTED_MODEL_URL: provider.baseUrl,
          CI: undefined,
          VITEST: undefined,
          HINDSIGHT_RECORD_IN_CI: "1",
        },
      },
    );
    return { exitCode, verdict: JSON.parse(stdout) as unknown };
  };
  expect(await verify()).toMatchObject({
    exitCode: 1,
    verdict: {
      accepted: false,
      cassettes: 2,
      passes: [
        { name: "record", exitCode: 0, failed: [] },
        { name: "first replay", failed: [{ name: "is of its day", why: "a call had no recorded answer" }] },
      ],
    },
  });
  expect(() => project.find(/\.jsonl$/)).toThrow();
  expect(await verify("-t", "is steady")).toMatchObject({
    exitCode: 0,
    verdict: { accepted: true, cassettes: 1, passes: [{}, {}, {}] },
  });
  expect(project.find(/\.jsonl$/)).toMatch(/is-steady/);
  await provider.close();
});
