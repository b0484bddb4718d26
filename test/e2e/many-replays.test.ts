import { expect, onTestFinished, test } from "vitest";
import { ScriptedOpenAi } from "../gateway/scripted-openai.ts";
import { Project } from "../support/project.ts";
import { memoryModel } from "../support/scripted-memory-model.ts";

const FILES = 4;
/** Runs of the runner, and how often each replays all tests. */
const RUNS = 4;
const ROUNDS = 5;

const CONFIG = `
  import { hindsight } from "hindsight-testkit/vitest/plugin";
  export default {
    plugins: [hindsight({ llm: { mode: "replay", model: "m", baseUrl: process.env.MODEL_URL } })],
    test: { testTimeout: 60_000, hookTimeout: 60_000, isolate: process.env.SHARED_WORKERS !== "true" },
  };
`;

/**
 * Ten tests, five of them at once; each remembers two things in the background and has them consolidated, and two reflect: what
 * is cited must be the very text that was cited when it was recorded, not merely something.
 */
const file = (n: number) => `
  import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
  import { describe } from "vitest";
  import { expect, test } from "hindsight-testkit/vitest";

  async function remember({ bank }, name) {
    await Promise.all(["a", "b"].map((which) => bank.retain(
      \`Fact ${n} \${name} \${which}: \${which === "a" ? "Ada sails" : "Ben walks"} to island \${name}.\`,
      { async: true },
    )));
    await bank.settled();
    const { items } = await bank.listMemories({ type: "observation", limit: 10 });
    expect(items).toHaveLength(2);
    if (!["one", "six"].includes(name)) return;
    const { text, based_on: basedOn } = await bank.reflect(\`Who goes to island \${name}?\`, { includeFacts: true });
    expect(text).toBe("The first of what is known.");
    const cited = basedOn.memories.map((memory) => memory.type + ": " + memory.text).sort();
    expect(cited).toEqual([
      expect.stringContaining(\`observation: It was noted: Fact ${n} \${name} \`),
      expect.stringContaining(\`world: Fact ${n} \${name} \`),
    ]);
    const file = \`cited/${n}-\${name}.json\`;
    mkdirSync("cited", { recursive: true });
    if (process.env.HINDSIGHT_LLM === "record") writeFileSync(file, JSON.stringify(cited));
    expect(cited).toEqual(JSON.parse(readFileSync(file, "utf8")));
  }

  const alone = ["one", "two", "three", "four", "five"];
  const together = ["six", "seven", "eight", "nine", "ten"];
  for (const name of alone) test(name, ({ bank }) => remember({ bank }, name));
  for (const name of together) test.concurrent(name, ({ bank }) => remember({ bank }, name));

  // The same cassettes once more, in the same run.
  const folder = process.cwd() + "/tests/__cassettes__/file-${n}.test.mjs";
  for (let round = 2; round <= Number(process.env.ROUNDS ?? 1); round++) {
    for (const name of [...alone, ...together]) {
      const suite = together.includes(name) ? describe.concurrent : describe;
      const cassette = folder + "/" + readdirSync(folder).find((file) => file.startsWith(name + "--") && file.endsWith(".jsonl"));
      suite("round " + round, () => {
        test.override({ llmOptions: { cassette } });
        test(name, ({ bank }) => remember({ bank }, name));
      });
    }
  }
`;

test(`40 tests on 4 workers replay ${RUNS * ROUNDS} times, in any order, at other times and with other ids`, {
  timeout: 600_000,
}, async () => {
  const model = await ScriptedOpenAi.start(memoryModel);
  onTestFinished(() => model.close());
  const files = Object.fromEntries(
    Array.from({ length: FILES }, (_, n) => [`tests/file-${n}.test.mjs`, file(n)]),
  );
  const project = new Project("vitest 4", { files: { ...files, "vitest.config.mjs": CONFIG } });
  const recorded = await project.run(["run", "--maxWorkers=4"], {
    HINDSIGHT_LLM: "record",
    MODEL_URL: model.baseUrl,
  });
  expect(recorded.exitCode, recorded.all).toBe(0);
  await model.close();
  for (let n = 1; n <= RUNS; n++) {
    const order = ["--sequence.shuffle.files", "--sequence.shuffle.tests", `--sequence.seed=${n}`];
    const { all, exitCode } = await project.run(["run", `--maxWorkers=${1 + (n % 4)}`, ...order], {
      ROUNDS: String(ROUNDS),
      ...(n % 2 === 0 && { HINDSIGHT_TEST_CLOCK: `20${10 + n}-0${n}-1${n}T0${n}:30:00Z` }),
      ...(n % 3 > 0 && { SHARED_WORKERS: "true" }),
      ...(n % 3 !== 1 && { HINDSIGHT_TEST_ID_SEED: `seed ${n}` }),
    });
    expect(exitCode, `run ${n}\n${all}`).toBe(0);
    expect(all).toMatch(new RegExp(`Tests +${40 * ROUNDS} passed`));
  }
});
