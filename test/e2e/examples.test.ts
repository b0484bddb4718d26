import { describe, expect, test } from "vitest";
import { Project, type RunnerName } from "../support/project.ts";

const CASES: [RunnerName, string][] = [
  ["vitest 4", "vitest-basic"],
  ["vitest 3", "vitest-basic"],
  ["vitest 4", "existing-server"],
  ["jest 30", "jest-basic"],
  ["jest 29", "jest-basic"],
];

/** What a developer may have in the shell for other servers: none of it is for the test server. */
const SHELL = {
  DATABASE_URL: "postgres://nobody@127.0.0.1:9/nothing",
  PGHOST: "127.0.0.1",
  PGPORT: "9",
  PGSSLMODE: "require",
  PGOPTIONS: "-c search_path=nothing",
  OPENAI_API_KEY: "key-of-the-shell",
  HINDSIGHT_API_DATABASE_URL: "postgres://nobody@127.0.0.1:9/nothing",
  HINDSIGHT_API_LLM_PROVIDER: "openai",
  HINDSIGHT_API_LLM_API_KEY: "key-of-the-shell",
  HINDSIGHT_API_EMBEDDINGS_PROVIDER: "openai",
  HINDSIGHT_API_TENANT_API_KEY: "key-of-the-shell",
  HINDSIGHT_API_PORT: "9",
};

describe("the examples pass against the packed package, whatever stands in the shell", () => {
  test.each(CASES)("on %s: %s", { timeout: 120_000 }, async (runner, example) => {
    const project = new Project(runner, { example });
    const { all, exitCode } = await project.run(runner.startsWith("vitest") ? ["run"] : [], SHELL);
    expect(all).not.toMatch(/default sandbox .* was not empty/);
    expect(exitCode, all).toBe(0);
  });
});
