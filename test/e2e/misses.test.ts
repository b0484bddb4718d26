import { describe, expect, test } from "vitest";
import { ScriptedOpenAi } from "../gateway/scripted-openai.ts";
import { Project } from "../support/project.ts";

const MISSION = "Keep what people eat.";

/** Twelve tests in three files, whose prompts hold the mission of `mission.cjs`. */
function files(library: string): Record<string, string> {
  const file = (name: string) => `
    const { expect, test } = ${library};
    const { MISSION } = ${library.replace(/"[^"]+"/, `"./mission.cjs"`)};
    const setUp = async ({ bank, hindsight }) => {
      const response = await fetch(hindsight.url + "/v1/default/banks/" + bank.id + "/config", {
        method: "PATCH",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ updates: { retain_mission: MISSION } }),
      });
      expect(response.status).toBe(200);
    };
    test("${name} fails by itself too", async ({ bank, hindsight }) => {
      await setUp({ bank, hindsight });
      await bank.retain("Ann eats pears.");
    });
    test.concurrent("${name} swallows", async ({ bank, hindsight }) => {
      await setUp({ bank, hindsight });
      await bank.retain("Bob eats plums.").catch(() => {});
    });
    test.concurrent("${name} asks twice", async ({ bank, hindsight }) => {
      await setUp({ bank, hindsight });
      await bank.retain("Bob eats plums.").catch(() => {});
      await bank.retain("Bob eats apples.").catch(() => {});
    });
    test("${name} fails elsewhere", async ({ bank, hindsight }) => {
      await setUp({ bank, hindsight });
      await bank.retain("Bob eats plums.").catch(() => {});
      expect(process.env.RECORDING).toBe("yes");
    });
  `;
  return {
    "mission.cjs": `exports.MISSION = ${JSON.stringify(MISSION)};`,
    "a.test.mjs": file("a"),
    "b.test.mjs": file("b"),
    "c.test.mjs": file("c"),
  };
}

const LLM = `{ llm: { mode: "replay", model: "scripted", baseUrl: process.env.SCRIPTED_MODEL_URL } }`;

const PROJECTS = {
  "vitest 4": () => ({
    args: ["run"],
    project: new Project("vitest 4", {
      files: {
        "package.json": `{"type":"module"}`,
        "vitest.config.mjs": `
          import { hindsight } from "hindsight-testkit/vitest/plugin";
          import { defineConfig } from "vitest/config";
          export default defineConfig({ plugins: [hindsight(${LLM})], test: { maxWorkers: 2 } });
        `,
        ...files(`await import("hindsight-testkit/vitest")`),
      },
    }),
  }),
  "jest 30": () => ({
    args: [],
    project: new Project("jest 30", {
      files: {
        "package.json": "{}",
        "jest.config.js": `module.exports = { preset: "hindsight-testkit/jest", maxWorkers: 2, globals: { hindsight: ${LLM} } };`,
        ...Object.fromEntries(
          Object.entries(files(`require("hindsight-testkit/jest")`)).map(([name, text]) => [
            name.replace(".mjs", ".js"),
            text,
          ]),
        ),
      },
    }),
  }),
};

describe.each(["vitest 4", "jest 30"] as const)("one edited prompt (%s)", (runner) => {
  test("is told once, and named by every other test", { timeout: 120_000 }, async () => {
    const provider = await ScriptedOpenAi.start(() => ({ content: `{"facts":[]}` }));
    const { project, args } = PROJECTS[runner]();
    const recorded = await project.run(args, {
      HINDSIGHT_LLM: "record",
      SCRIPTED_MODEL_URL: provider.baseUrl,
      OPENAI_API_KEY: "sk-unused",
      RECORDING: "yes",
    });
    await provider.close();
    expect(recorded.exitCode, recorded.all).toBe(0);
    project.replace("mission.cjs", MISSION, "Keep what people eat and drink.");
    const { all, exitCode } = await project.run(args);
    expect(exitCode).toBe(1);
    const text = all ?? "";
    // The whole report once, in the message of the first test that failed.
    expect(text.match(/\+ +Mission: Keep what people eat and drink\./g), text).toHaveLength(1);
    expect(text.match(/Likely cause/g)).toHaveLength(1);
    // Every other test is named with where to look.
    for (const name of ["a", "b", "c"].flatMap((file) => [`${file} swallows`, `${file} asks twice`])) {
      expect(text).toContain(name);
    }
    expect(text).toMatch(/asked scripted 2 things that were not recorded/);
    expect(text).toMatch(/The same as in ".*" \([abc]\.test\.m?js\), which shows the change/);
    expect(text).toMatch(/12 tests failed for one reason/);
    expect(text).toMatch(/record again: HINDSIGHT_LLM=record npx .* a\.test\.\w+ b\.test\.\w+ c\.test\.\w+/);
    // What failed by itself too is told as well; the toolkit's own code is nobody's business.
    expect(text.match(/expect\(process\.env\.RECORDING\)\.toBe/g)?.length).toBeGreaterThanOrEqual(3);
    expect(text).not.toMatch(/at .*endRecording|❯ .*endRecording/);
  });
});
