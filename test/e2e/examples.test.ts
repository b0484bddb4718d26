import { describe, expect, test } from "vitest";
import { Project, type RunnerName } from "../support/project.ts";

const CASES: [RunnerName, string][] = [
  ["vitest 4", "vitest-basic"],
  ["vitest 3", "vitest-basic"],
  ["jest 30", "jest-basic"],
  ["jest 29", "jest-basic"],
];

describe("the examples pass against the packed package", () => {
  test.each(CASES)("on %s: %s", { timeout: 120_000 }, async (runner, example) => {
    const project = new Project(runner, { example });
    const { all, exitCode } = await project.run(runner.startsWith("vitest") ? ["run"] : []);
    expect(all).not.toMatch(/default sandbox .* was not empty/);
    expect(exitCode, all).toBe(0);
  });
});
