import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { Project, type RunnerName } from "../support/project.ts";
import { WORLD } from "../support/world-tests.ts";

const CONFIG = `
  import { hindsight } from "hindsight-testkit/vitest/plugin";
  import { defineConfig } from "vitest/config";
  export default defineConfig({ plugins: [hindsight({})], test: { maxWorkers: 1 } });
`;

function vitest(files: Record<string, string>, runner: RunnerName = "vitest 4"): Project {
  return new Project(runner, {
    files: { "vitest.config.mjs": CONFIG, "package.json": `{"type":"module"}`, ...files },
  });
}

describe("a failed test", () => {
  test.each(["vitest 4", "vitest 3"] as const)(
    "prints its bank, its URL and the end of its server's log (%s)",
    async (runner) => {
      const project = vitest(
        {
          "failing.test.mjs": `
          import { expect, test } from "hindsight-testkit/vitest";
          test("forgets", async ({ bank }) => {
            await bank.retain("The ferry leaves at nine.");
            await expect(bank).toRecall("When does the ferry leave?", /at noon/);
          });
        `,
        },
        runner,
      );
      const { all, exitCode } = await project.run(["run"]);
      expect(exitCode).toBe(1);
      expect(all).toMatch(/expected to recall \/at noon\//);
      expect(all).toMatch(/ferry leaves at nine/);
      expect(all).toMatch(/bank {4}test-bank/);
      expect(all).toMatch(/url {5}http:\/\/127\.0\.0\.1:\d+\/sandbox\/\d+/);
      expect(all).toMatch(/POST \S*\/memories\/recall sandbox=\d+ status=200/);
    },
  );
});

describe("the default sandbox", () => {
  test("is shared by a slot's tests, emptied between files, and what was left there is named", async () => {
    const file = (name: string) => `
      import { HindsightClient } from "@vectorize-io/hindsight-client";
      import { expect, test } from "hindsight-testkit/vitest";
      const url = process.env.HINDSIGHT_API_URL;
      test("${name} writes", async () => {
        expect(url).toMatch(/^http:/);
        const client = new HindsightClient({ baseUrl: url });
        const { banks } = await (await fetch(url + "/v1/default/banks")).json();
        expect(banks).toEqual([]);
        await client.retain("shared", "Left by ${name}.");
      });
      test("${name} reads", async () => {
        const client = new HindsightClient({ baseUrl: url });
        expect((await client.listMemories("shared", { type: "world" })).total).toBe(1);
      });
    `;
    const project = vitest({ "a.test.mjs": file("Anne"), "b.test.mjs": file("Bert") });
    const { all, exitCode } = await project.run(["run"]);
    expect(exitCode, all).toBe(0);
    expect(all).toMatch(/bank "shared" with \d+ memories, made by "Anne writes"/);
    expect(all).toMatch(/bank "shared" with \d+ memories, made by "Bert writes"/);
  });

  test("HINDSIGHT_API_URL of the user's own is replaced, with a warning", async () => {
    const project = vitest({
      "url.test.mjs": `
        import { expect, test } from "vitest";
        const atImport = process.env.HINDSIGHT_API_URL;
        test("is the test server", () => expect(atImport).toMatch(/^http:\\/\\/127\\.0\\.0\\.1:/));
      `,
    });
    const { all, exitCode } = await project.run(["run"], { HINDSIGHT_API_URL: "https://memory.example.com" });
    expect(exitCode, all).toBe(0);
    expect(all).toMatch(/HINDSIGHT_API_URL is set to https:\/\/memory\.example\.com/);
  });
});

test("works without the plugin, by global setup alone", async () => {
  const project = vitest({
    "vitest.config.mjs": `
      import { defineConfig } from "vitest/config";
      export default defineConfig({ test: { maxWorkers: 1, globalSetup: "hindsight-testkit/vitest/global-setup" } });
    `,
    "bank.test.mjs": `
      import { expect, test } from "hindsight-testkit/vitest";
      const atImport = process.env.HINDSIGHT_API_URL;
      test("has a bank", async ({ bank, hindsight }) => {
        expect(hindsight.url.startsWith(atImport)).toBe(true);
        await bank.retain("The kettle is blue.");
        await expect(bank).toRecall("What colour is the kettle?", /blue/);
      });
    `,
  });
  const { all, exitCode } = await project.run(["run"]);
  expect(exitCode, all).toBe(0);
});

test("files that run after one another in a slot share its server", async () => {
  const file = `
    import { test } from "hindsight-testkit/vitest";
    test("has a server", ({ hindsight }) => {});
  `;
  const project = vitest({ "a.test.mjs": file, "b.test.mjs": file, "c.test.mjs": file });
  const reportFile = join(project.directory, "report.json");
  const { all, exitCode } = await project.run(["run"], { HINDSIGHT_TESTKIT_REPORT: reportFile });
  expect(exitCode, all).toBe(0);
  const report = JSON.parse(readFileSync(reportFile, "utf8")) as {
    servers: unknown[];
    tests: number;
    banks: number;
  };
  expect(report.servers).toHaveLength(1);
  expect(report).toMatchObject({ tests: 3, banks: 3 });
});

describe("a test's own time and copies", () => {
  test.each(["vitest 4", "vitest 3"] as const)("clock, forks and settling (%s)", async (runner) => {
    const files = { "world.test.mjs": `import { expect, test } from "hindsight-testkit/vitest";${WORLD}` };
    const { all, exitCode } = await vitest(files, runner).run(["run"]);
    expect(exitCode, all).toBe(0);
  });
});

describe("a start that fails or takes too long", () => {
  const withOptions = (options: string) => ({
    "vitest.config.mjs": CONFIG.replace("hindsight({})", `hindsight(${options})`),
    "bank.test.mjs": `import { test } from "hindsight-testkit/vitest"; test("never runs", ({ bank }) => {});`,
  });

  test("is told in our words, not in the runner's", async () => {
    const { all, exitCode } = await vitest(withOptions("{ startTimeout: 5 }")).run(["run"]);
    expect(exitCode).toBe(1);
    expect(all).toMatch(/\[hindsight-testkit (POSTGRES_START_FAILED|SERVER_START_TIMEOUT)\]/);
    expect(all).not.toMatch(/Test timed out|Hook timed out/);
  });

  test("an option that is not understood is refused before anything starts", async () => {
    const { all, exitCode } = await vitest(withOptions(`{ llm: "replya" }`)).run(["run"]);
    expect(exitCode).toBe(1);
    expect(all).toMatch(
      /\[hindsight-testkit INVALID_OPTION\].*offline, replay, auto, record, live, not "replya"/,
    );
  });

  test("a database that does not answer is named, without its password", async () => {
    const { all, exitCode } = await vitest(
      withOptions(`{ database: "postgres://someone:secret-word@127.0.0.1:9/nothing" }`),
    ).run(["run"]);
    expect(exitCode).toBe(1);
    expect(all).toMatch(/\[hindsight-testkit POSTGRES_CONNECT_FAILED\]/);
    expect(all).not.toMatch(/secret-word/);
  });
});

test.each(["vitest 4", "vitest 3"] as const)(
  "files that share a worker without isolation (%s)",
  async (runner) => {
    const file = `
    import { expect, test } from "hindsight-testkit/vitest";
    test("has a bank", async ({ bank }) => { expect((await bank.listMemories()).total).toBe(0); });
  `;
    const project = vitest({ "a.test.mjs": file, "b.test.mjs": file, "c.test.mjs": file }, runner);
    const { all, exitCode } = await project.run(["run", "--no-isolate"]);
    expect(exitCode, all).toBe(0);
  },
);
