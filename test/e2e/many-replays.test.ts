import { expect, onTestFinished, test } from "vitest";
import { ScriptedOpenAi } from "../gateway/scripted-openai.ts";
import { Project } from "../support/project.ts";
import { memoryModel } from "../support/scripted-memory-model.ts";

const FILES = 4;
const REPLAYS = 20;

const CONFIG = `
  import { hindsight } from "hindsight-testkit/vitest/plugin";
  export default {
    plugins: [hindsight({ llm: { mode: "replay", model: "m", baseUrl: process.env.MODEL_URL } })],
    test: { testTimeout: 60_000, hookTimeout: 60_000, isolate: process.env.SHARED_WORKERS !== "true" },
  };
`;

/**
 * Ten tests, five of them at once; each remembers two things in the background, has them consolidated, and reflects. What
 * is cited must be the very text that was cited when it was recorded, not merely something.
 */
const file = (n: number) => `
  import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
  import { expect, test } from "hindsight-testkit/vitest";

  async function remember({ bank }, name) {
    await Promise.all(["a", "b"].map((which) => bank.retain(
      \`Fact ${n} \${name} \${which}: \${which === "a" ? "Ada sails" : "Ben walks"} to island \${name}.\`,
      { async: true },
    )));
    await bank.settled();
    const { text, based_on: basedOn } = await bank.reflect(\`Who goes to island \${name}?\`, { includeFacts: true });
    expect(text).toBe("The first of what is known.");
    const cited = basedOn.memories.map((memory) => memory.type + ": " + memory.text).sort();
    expect(cited).toEqual([
      expect.stringContaining(\`observation: It was noted: Fact ${n} \${name} \`),
      expect.stringContaining(\`world: Fact ${n} \${name} \`),
    ]);
    const { items } = await bank.listMemories({ type: "observation", limit: 10 });
    expect(items).toHaveLength(2);
    const file = \`cited/${n}-\${name}.json\`;
    mkdirSync("cited", { recursive: true });
    if (process.env.HINDSIGHT_LLM === "record") writeFileSync(file, JSON.stringify(cited));
    expect(cited).toEqual(JSON.parse(readFileSync(file, "utf8")));
  }

  for (const name of ["one", "two", "three", "four", "five"]) test(name, ({ bank }) => remember({ bank }, name));
  for (const name of ["six", "seven", "eight", "nine", "ten"]) test.concurrent(name, ({ bank }) => remember({ bank }, name));
`;

test(`40 tests on 4 workers replay ${REPLAYS} times, in any order, at other times and with other ids`, {
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
  for (let n = 1; n <= REPLAYS; n++) {
    const order = ["--sequence.shuffle.files", "--sequence.shuffle.tests", `--sequence.seed=${n}`];
    const { all, exitCode } = await project.run(["run", `--maxWorkers=${1 + (n % 4)}`, ...order], {
      ...(n % 2 === 0 && {
        HINDSIGHT_TEST_CLOCK: `20${10 + n}-0${1 + (n % 9)}-1${n % 10}T0${n % 10}:30:00Z`,
      }),
      ...(n % 5 > 0 && { SHARED_WORKERS: "true" }),
      ...(n % 3 === 0 && { HINDSIGHT_TEST_ID_SEED: `seed ${n}` }),
    });
    expect(exitCode, `replay ${n}\n${all}`).toBe(0);
    expect(all).toMatch(/Tests +40 passed/);
  }
});
