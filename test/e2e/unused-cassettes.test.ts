import { rmSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { describe, expect, test } from "vitest";
import { ScriptedOpenAi } from "../gateway/scripted-openai.ts";
import { CLI, Project } from "../support/project.ts";

const LLM = `{ llm: { mode: "replay", model: "scripted", baseUrl: process.env.SCRIPTED_MODEL_URL } }`;

const GOES = `test("goes", async ({ bank }) => { await bank.retain("Cid eats figs."); });`;

function tests(library: string): string {
  return `
    const { test } = ${library};
    test("stays", async ({ bank }) => { await bank.retain("Ann eats pears."); });
    test("other", async ({ bank }) => { await bank.retain("Bob eats plums."); });
    ${GOES}
  `;
}

const PROJECTS = {
  "vitest 4": () => {
    const text = tests(`await import("hindsight-testkit/vitest")`);
    const project = new Project("vitest 4", {
      files: {
        "package.json": `{"type":"module"}`,
        "vitest.config.mjs": `
          import { hindsight } from "hindsight-testkit/vitest/plugin";
          import { defineConfig } from "vitest/config";
          export default defineConfig({ plugins: [hindsight(${LLM})], test: { maxWorkers: 1, retry: 1 } });
        `,
        "a.test.mjs": text,
        "b.test.mjs": text,
      },
    });
    return { project, args: ["run"], a: "a.test.mjs", b: "b.test.mjs" };
  },
  "jest 30": () => {
    const text = tests(`require("hindsight-testkit/jest")`);
    const config = `{ preset: "hindsight-testkit/jest", maxWorkers: 1, globals: { hindsight: ${LLM} } }`;
    const project = new Project("jest 30", {
      files: {
        "package.json": "{}",
        "jest.config.js": `module.exports = ${config};`,
        "a.test.js": `jest.retryTimes(1); ${text}`,
        "b.test.js": text,
      },
    });
    return { project, args: ["--runInBand"], a: "a.test.js", b: "b.test.js" };
  },
};

describe.each(["vitest 4", "jest 30"] as const)("cassettes without a test (%s)", (runner) => {
  test("are told and pruned, as far as a run can know", { timeout: 120_000 }, async () => {
    const provider = await ScriptedOpenAi.start(() => ({ content: `{"facts":[]}` }));
    const { project, args, a, b } = PROJECTS[runner]();
    const recorded = await project.run(args, {
      HINDSIGHT_LLM: "record",
      SCRIPTED_MODEL_URL: provider.baseUrl,
    });
    await provider.close();
    expect(recorded.exitCode, recorded.all).toBe(0);
    expect(recorded.all).not.toContain("Unused cassettes");

    project.replace(a, GOES, "");
    rmSync(join(project.directory, b));
    // A filtered run cannot know of tests that it left out; that a file is gone it sees.
    const filtered = await project.run([...args, "-t", "stays"]);
    expect(filtered.exitCode, filtered.all).toBe(0);
    expect(filtered.all).toContain("Unused cassettes of no test any more: 3.");
    const dry = await prune(project, "--dry-run");
    expect(dry.map(({ reason }) => reason)).toEqual([`${b} is gone`, `${b} is gone`, `${b} is gone`]);

    const full = await project.run(args);
    expect(full.exitCode, full.all).toBe(0);
    expect(full.all).toContain("Unused cassettes of no test any more: 4.");
    expect(full.all).toMatch(/__cassettes__\/a\.test\.m?js\/goes--[0-9a-f]{8}\.jsonl/);
    const pruned = await prune(project);
    expect(pruned.map(({ path }) => path.split("/")[1]).sort()).toEqual([a, b, b, b]);

    // A test that is tried again tells its miss whole each time.
    project.replace(a, "Ann eats pears.", "Ann eats peaches.");
    const missed = await project.run(args);
    expect(missed.exitCode).toBe(1);
    expect(missed.all).toMatch(/\+ .*Ann eats peaches\./);
    expect(missed.all).not.toContain("The same as in");
    expect(missed.all).not.toContain("Unused cassettes");
  });
});

async function prune(project: Project, ...flags: string[]): Promise<{ path: string; reason: string }[]> {
  const { stdout } = await execa(process.execPath, [CLI, "cassettes", "prune", "--json", ...flags], {
    cwd: project.directory,
  });
  return (JSON.parse(stdout) as { removed: { path: string; reason: string }[] }).removed;
}
