import { describe, expect, onTestFinished, test } from "vitest";
import { ScriptedOpenAi } from "../gateway/scripted-openai.ts";
import { Project, type RunnerName } from "../support/project.ts";
import { memoryModel } from "../support/scripted-memory-model.ts";

const VITEST_CONFIG = `
  import { hindsight } from "hindsight-testkit/vitest/plugin";
  export default { plugins: [hindsight()], test: { testTimeout: 20_000 } };
`;

/** What the tests of both runners do; `own` makes a test with options of its own. */
const body = (runner: "vitest" | "jest", own: (options: string) => string, end: string) => `
  ${runner === "vitest" ? 'import { describe } from "vitest";' : ""}
  import { expect, test } from "hindsight-testkit/${runner}";

  test("the built-in model's calls are listed", async ({ bank, llm }) => {
    await bank.retain("Ada lives in Porto.");
    await bank.settled();
    expect(await llm.calls()).toMatchObject([
      { scope: "retain_extract_facts", model: "offline", source: "offline", inputTokens: expect.any(Number) },
      { scope: "consolidation", model: "offline", source: "offline" },
    ]);
  });

  test("a scope is answered by the test, all others by the built-in model", async ({ bank, llm }) => {
    await bank.retain("Ada lives in Porto.");
    const asked = [];
    await llm.respond("reflect", ({ body }) => {
      const { tool_choice: choice } = body;
      asked.push(choice);
      const name = choice?.function?.name ?? "done";
      const args = { answer: "In Lisbon, says the test.", memory_ids: [], answer_found: true };
      return { toolCalls: [{ name, arguments: name === "done" ? args : { query: "Ada", reason: "r" } }] };
    });
    expect((await bank.reflect("Where does Ada live?")).text).toBe("In Lisbon, says the test.");
    expect(asked.length).toBeGreaterThan(1);
    const sources = (await llm.calls()).map(({ scope, source }) => scope + " " + source);
    expect(sources).toContain("retain_extract_facts offline");
    expect(sources).toContain("reflect test");
    await expect(llm.respond("refelct", "x")).rejects.toThrow(/INVALID_OPTION.*retain_extract_facts/);
  });

  ${own(`{ mode: "replay", model: "m", baseUrl: process.env.MODEL_URL, cassette: "own" }`)}("a recorded one", async ({ bank, llm }) => {
    await bank.retain("Fact one: Ada sails.");
    await bank.settled();
    const { text } = await bank.reflect("What does Ada do?", { includeFacts: true });
    expect(text).toBe("The first of what is known.");
    const calls = await llm.calls();
    expect(calls.map(({ scope }) => scope)).toContain("consolidation");
    const source = process.env.HINDSIGHT_LLM === "record" ? "provider" : "cassette";
    expect(new Set(calls.map((call) => call.source))).toEqual(new Set([source]));
    expect(calls[0]).toMatchObject({ model: "m", bank: bank.id, status: 200, inputTokens: 10, outputTokens: 5 });
  });
  ${end}
`;

const SETUPS: [RunnerName, Record<string, string>, string[]][] = [
  [
    "vitest 4",
    {
      "vitest.config.mjs": VITEST_CONFIG,
      "llm.test.mjs": body(
        "vitest",
        (options) => `describe("with a model", () => { test.override({ llmOptions: ${options} }); test`,
        "});",
      ),
    },
    ["run"],
  ],
  [
    "vitest 3",
    {
      "vitest.config.mjs": VITEST_CONFIG,
      "llm.test.mjs": body(
        "vitest",
        (options) => `describe("with a model", () => { test.scoped({ llmOptions: ${options} }); test`,
        "});",
      ),
    },
    ["run"],
  ],
  [
    "jest 30",
    {
      "jest.config.mjs": `export default { preset: "hindsight-testkit/jest", testTimeout: 20_000 };`,
      "package.json": `{ "type": "commonjs" }`,
      "llm.test.js": body("jest", (options) => `test.override({ llmOptions: ${options} })`, "").replace(
        /import \{(.*)\} from (.*);/,
        "const {$1} = require($2);",
      ),
    },
    [],
  ],
];

describe.each(SETUPS)("%s", (runner, files, args) => {
  test("lists calls, answers some itself, and records where a test asks for it", {
    timeout: 120_000,
  }, async () => {
    const model = await ScriptedOpenAi.start(memoryModel);
    onTestFinished(() => model.close());
    const project = new Project(runner, { files });
    const env = { HINDSIGHT_LLM: "record", MODEL_URL: model.baseUrl };
    const recorded = await project.run([...args, "-t", "a recorded one"], env);
    expect(recorded.exitCode, recorded.all).toBe(0);
    expect(project.find(/\.jsonl$/)).toMatch(/__cassettes__\/llm\.test\.m?js\/own\.jsonl$/);
    const asked = model.requests.length;
    const replayed = await project.run(args, { MODEL_URL: model.baseUrl });
    expect(replayed.exitCode, replayed.all).toBe(0);
    expect(replayed.all).toMatch(/3 passed/);
    expect(model.requests).toHaveLength(asked);
  });
});
