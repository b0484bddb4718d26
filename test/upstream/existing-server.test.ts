import { expect, onTestFinished, test } from "vitest";
import { ScriptedOpenAi } from "../gateway/scripted-openai.ts";
import { Project } from "../support/project.ts";
import { scriptedModels } from "./scripted-models.ts";
import { startUpstream } from "./upstream-server.ts";

/** Upstream's server with scripted models, and nothing of ours in between. */
async function upstream() {
  const models = await ScriptedOpenAi.start(scriptedModels);
  onTestFinished(() => models.close());
  const server = await startUpstream({ openai: models.baseUrl, tei: models.baseUrl });
  onTestFinished(() => server.stop());
  const banks = async () => {
    const answer = await fetch(`${server.url}/v1/default/banks`);
    return ((await answer.json()) as { total: number }).total;
  };
  return { url: server.url, banks };
}

const JEST_FILES = (url: string) => ({
  "package.json": "{}",
  "jest.config.js": `module.exports = { preset: "hindsight-testkit/jest", globals: { hindsight: ${JSON.stringify({ url })} } };`,
  "a.test.js": `
    const { test, expect } = require("hindsight-testkit/jest");
    test("has a bank", async ({ bank, hindsight }) => {
      await bank.retain("Mara repairs boats.", { async: true });
      await bank.settled();
      await expect(bank).toRecall("Who repairs boats?", /Mara/);
      await expect(hindsight.clock.now()).rejects.toMatchObject({ code: "EXISTING_SERVER" });
    });
    test("leaves work behind", async ({ bank }) => {
      for (let n = 0; n < 5; n++) await bank.retain("Jonas bakes bread " + n + ".", { async: true });
    });
  `,
});

test("an example passes on upstream's own server, in Vitest and in Jest, and no bank is left there", async () => {
  const { url, banks } = await upstream();
  const example = new Project("vitest 4", { example: "existing-server" });
  const { all, exitCode } = await example.run(["run"], { HINDSIGHT_URL: url });
  expect(exitCode, all).toBe(0);
  expect(all).toMatch(/2 passed \| 1 skipped/);
  expect(await banks()).toBe(0);

  const jest = await new Project("jest 30", { files: JEST_FILES(url) }).run([]);
  expect(jest.exitCode, jest.all).toBe(0);
  expect(await banks()).toBe(0);
});

test("a retain that fails there is told by settled(), once", async () => {
  const models = await ScriptedOpenAi.start((request, n) =>
    request.path.endsWith("/chat/completions") && JSON.stringify(request.body).includes("Content:")
      ? { status: 401, body: { error: { message: "no more" } } }
      : scriptedModels(request, n),
  );
  onTestFinished(() => models.close());
  const server = await startUpstream({ openai: models.baseUrl, tei: models.baseUrl });
  onTestFinished(() => server.stop());
  const project = new Project("vitest 4", {
    files: {
      "package.json": `{"type":"module"}`,
      "vitest.config.mjs": `
        import { hindsight } from "hindsight-testkit/vitest/plugin";
        import { defineConfig } from "vitest/config";
        export default defineConfig({
          plugins: [hindsight({ url: ${JSON.stringify(server.url)} })],
          test: { testTimeout: 60_000 },
        });
      `,
      "a.test.mjs": `
        import { expect, test } from "hindsight-testkit/vitest";
        test("fails to settle", async ({ bank }) => {
          await bank.retain("Mara repairs boats.", { async: true });
          await expect(bank.settled()).rejects.toMatchObject({
            code: "BANK_NOT_SETTLED",
            what: expect.stringContaining("retain"),
          });
          await bank.settled();
        });
      `,
    },
  });
  const { all, exitCode } = await project.run(["run"]);
  expect(exitCode, all).toBe(0);
});
