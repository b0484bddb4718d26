import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { Project } from "../support/project.ts";
import { WORLD } from "../support/world-tests.ts";

function jest(files: Record<string, string>): Project {
  const config = `module.exports = { preset: "hindsight-testkit/jest" };`;
  return new Project("jest 30", { files: { "package.json": "{}", "jest.config.js": config, ...files } });
}

const FILE = `
  const { test, expect } = require("hindsight-testkit/jest");
  test("has a bank", async ({ bank }) => {
    await bank.retain("The kettle is blue.");
    await expect(bank).toRecall("What colour is the kettle?", /blue/);
  });
`;

test("one file, in the main process", async () => {
  const project = jest({ "one.test.js": FILE });
  const { all, exitCode } = await project.run(["--runInBand"]);
  expect(exitCode, all).toBe(0);
  expect(all).not.toMatch(/did not exit|aborted/);
});

test("a test's own time and copies: clock, forks and settling", async () => {
  const files = { "world.test.js": `const { test, expect } = require("hindsight-testkit/jest");${WORLD}` };
  const { all, exitCode } = await jest(files).run([]);
  expect(exitCode, all).toBe(0);
});

test("files whose tests are all skipped do not keep their server", async () => {
  const skipped = Object.fromEntries([1, 2, 3, 4].map((n) => [`${n}.test.js`, FILE]));
  const project = jest({ ...skipped, "5.test.js": FILE.replace("has a bank", "is asked for") });
  const reportFile = join(project.directory, "report.json");
  const { all, exitCode } = await project.run(["--runInBand", "-t", "is asked for"], {
    HINDSIGHT_TESTKIT_REPORT: reportFile,
  });
  expect(exitCode, all).toBe(0);
  const report = JSON.parse(readFileSync(reportFile, "utf8")) as { servers: unknown[] };
  expect(report.servers).toHaveLength(1);
});

test("a test that fails or is timed out prints its bank, its URL and the end of its server's log", async () => {
  const project = jest({
    "failing.test.js": `
      const { test, expect } = require("hindsight-testkit/jest");
      test("is wrong", async ({ bank }) => { expect(bank.id).toBe("another"); });
      test("never ends", () => new Promise(() => {}), 300);
    `,
  });
  const { all, exitCode } = await project.run([]);
  expect(exitCode).toBe(1);
  for (const name of ["is wrong", "never ends"]) expect(all).toContain(`${name} failed. Its memory, kept`);
  expect(all).toMatch(/url {5}http:\/\/127\.0\.0\.1:\d+\/sandbox\/\d+/);
});
