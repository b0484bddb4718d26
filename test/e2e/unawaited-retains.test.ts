import { spawn } from "node:child_process";
import { once } from "node:events";
import { expect, onTestFinished, test } from "vitest";
import { ScriptedOpenAi } from "../gateway/scripted-openai.ts";
import { Project } from "../support/project.ts";
import { memoryModel } from "../support/scripted-memory-model.ts";

const REPLAYS = 15;

const CONFIG = `
  import { hindsight } from "hindsight-testkit/vitest/plugin";
  export default {
    plugins: [hindsight({ llm: { mode: "replay", model: "m", baseUrl: process.env.MODEL_URL } })],
    test: { testTimeout: 60_000, hookTimeout: 60_000, maxConcurrency: 4 },
  };
`;

/** What is sent at once and one after another, between other calls, before anything that follows from it is waited for. */
const file = (tests: string) => `
  import { expect, test } from "hindsight-testkit/vitest";

  let started = 0;
  const remember = async ({ bank, hindsight }) => {
    const operations = hindsight.url + "/v1/default/banks/" + bank.id + "/operations/";
    const inBackground = (name) => bank.retain(\`Fact \${name}: Ada sails to island \${name}.\`, { async: true });
    // Every other time the agent goes on only when what it has sent is done: whatever follows from that could begin before it
    // sends more.
    const isSlow = started++ % 2 === 1;
    const goOn = async ({ operation_id: id }) => {
      while (isSlow) {
        const { status } = await (await fetch(operations + id)).json();
        if (status === "completed") return;
      }
    };
    const sent = ["one", "two", "three"].map(inBackground);
    const late = inBackground("four");
    await goOn(await late);
    await bank.recall("Where does Ada sail to?");
    await bank.retain("Fact five: Ben walks to island five.");
    await Promise.all(sent);
    await bank.settled();
    const { items } = await bank.listMemories({ type: "observation" });
    expect(items).toHaveLength(5);
    await goOn(await inBackground("six"));
    await inBackground("seven");
  };
  test.override({ llmOptions: { cassette: process.cwd() + "/one.jsonl" } });
  ${tests}
`;

const FILES = {
  "vitest.config.mjs": CONFIG,
  "first.test.mjs": file(`test("once", remember);`),
  "again.test.mjs": file(
    `for (let n = 1; n <= ${REPLAYS}; n++) (n % 5 === 0 ? test : test.concurrent)("again " + n, remember);`,
  ),
};

/** Takes the processors away from what is measured by nobody's clock. */
function load(processes: number): void {
  const busy = Array.from({ length: processes }, () => spawn(process.execPath, ["-e", "for (;;);"]));
  onTestFinished(async () => {
    for (const child of busy) {
      const exited = once(child, "exit");
      child.kill("SIGKILL");
      await exited;
    }
  });
}

test(`work that a test does not wait for is put together the same way in ${REPLAYS} replays`, {
  timeout: 120_000,
}, async () => {
  const model = await ScriptedOpenAi.start(memoryModel);
  onTestFinished(() => model.close());
  const project = new Project("vitest 4", { files: FILES });
  const recorded = await project.run(["run", "first"], { HINDSIGHT_LLM: "record", MODEL_URL: model.baseUrl });
  expect(recorded.exitCode, recorded.all).toBe(0);
  load(2);
  const { all, exitCode } = await project.run(["run", "again"]);
  expect(exitCode, all).toBe(0);
  expect(all).toMatch(new RegExp(`Tests +${REPLAYS} passed`));
});
