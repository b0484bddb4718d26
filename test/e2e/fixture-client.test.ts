import { join } from "node:path";
import { execa } from "execa";
import { expect, test } from "vitest";
import { Project, ROOT, type RunnerName } from "../support/project.ts";

/** What a test does with the client that it gets, and the names that it imports from the package itself. */
const body = `
  test("has namespaces, and errors that can be told", async ({ bank, hindsight }) => {
    await hindsight.client.banks.setMission(bank.id, "Help Ada");
    expect((await hindsight.client.bank(bank.id).get()).mission).toBe("Help Ada");
    const made = await hindsight.client.mentalModels.create(bank.id, { name: "Work", content: "Ada weaves" });
    expect(made.operation_id).toBe(null);
    const error = await hindsight.client.banks.get("no-such-bank").catch((reason) => reason);
    expect(error instanceof RequestError).toBe(true);
    expect(error.statusCode).toBe(404);
    expect(new Error("another") instanceof RequestError).toBe(false);
  });
`;

function project(runner: RunnerName): Project {
  if (runner.startsWith("vitest")) {
    return new Project(runner, {
      files: {
        "a.test.mjs": `
          import { RequestError } from "hindsight-testkit";
          import { expect, test } from "hindsight-testkit/vitest";
          ${body}
        `,
        "vitest.config.mjs": `
          import { hindsight } from "hindsight-testkit/vitest/plugin";
          export default { plugins: [hindsight()] };
        `,
      },
    });
  }
  return new Project(runner, {
    files: {
      "package.json": "{}",
      "a.test.js": `
        const { RequestError } = require("hindsight-testkit");
        const { expect, test } = require("hindsight-testkit/jest");
        ${body}
      `,
      "jest.config.js": `module.exports = { preset: "hindsight-testkit/jest" };`,
    },
  });
}

test.each(["vitest 4", "jest 30"] as const)(
  "a test's client is the package's, with its namespaces and errors (%s)",
  { timeout: 120_000 },
  async (runner) => {
    const run = await project(runner).run(runner.startsWith("vitest") ? ["run"] : []);
    expect(run.all).toMatch(/1 passed/);
    expect(run.exitCode).toBe(0);
  },
);

test("code that takes the package's client takes a test's, when types are checked", async () => {
  const use = (preset: string, kind: string) => `
    import type { HindsightClient } from "hindsight-testkit";
    import type { TestHindsight } from "hindsight-testkit/${preset}";
    export function ${kind}(hindsight: TestHindsight): HindsightClient { return hindsight.client; }
  `;
  const { directory } = new Project("vitest 4", {
    files: {
      "vitest.mts": use("vitest", "modules"),
      "jest.mts": use("jest", "modules"),
      "jest.cts": use("jest", "commonjs"),
    },
  });
  const options = ["--noEmit", "--strict", "--skipLibCheck", "--module", "nodenext", "--target", "es2023"];
  const files = ["vitest.mts", "jest.mts", "jest.cts"];
  const checked = await execa(
    process.execPath,
    [join(ROOT, "node_modules/typescript/bin/tsc"), ...options, ...files],
    {
      ...{ cwd: directory, all: true, reject: false },
    },
  );
  expect(checked.all).toBe("");
});
