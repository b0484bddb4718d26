import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { chat, SYSTEM, startGateway } from "../gateway-fixture.ts";

function edited(question: string) {
  const messages = [
    { role: "system", content: SYSTEM.replace("Cite", "Always cite") },
    { role: "user", content: question },
  ];
  return { ...chat(question), messages };
}

async function recordProject() {
  const f = await startGateway({ countsProject: true });
  for (const name of ["a", "b", "c"]) {
    await f.record(name, async () => {
      for (const question of ["Who?", `Where is ${name}?`]) await f.ask(chat(question), { sandbox: name });
    });
  }
  return f;
}

async function replay(f: Awaited<ReturnType<typeof recordProject>>, name: string, ...questions: string[]) {
  await f.begin("replay", name);
  for (const question of questions) await f.ask(edited(question), { sandbox: name });
  return f.end(false, name);
}

test("an edited prompt is told whole by the first test, with what it affects, and named by the others", async () => {
  const f = await recordProject();
  // Others' cassettes are not the project's, and a broken one stops nobody.
  await mkdir(join(f.directory, "node_modules/x/__cassettes__"), { recursive: true });
  await writeFile(join(f.directory, "node_modules/x/__cassettes__/x.jsonl"), await f.read("a"));
  await writeFile(f.path("broken"), "not json\n");

  const first = await replay(f, "a", "Who?", "Where is a?");
  expect(first.toldBefore).toBe(false);
  expect(first.misses).toHaveLength(1);
  expect(first.misses[0]?.report).toContain("the same in 6 entries of 3 cassettes");
  expect(first.misses[0]?.report).toContain("The test asked 2 such things");

  const second = await replay(f, "b", "Who?");
  expect(second.toldBefore).toBe(true);
  expect(second.misses.map(({ report }) => report.split("\n"))).toEqual([
    [
      "reflect asked scripted-model something that was not recorded: the prompt changed.",
      expect.stringMatching(/^ {2}The same as in "a" \(.*agent\.test\.ts\), which shows the change\.$/),
    ],
  ]);
  expect(await f.gateway.repeatedMisses()).toMatchObject([
    {
      what: "reflect: the prompt changed.",
      first: { testName: "a" },
      tests: [{ testName: "a" }, { testName: "b" }],
      sharing: "6 entries of 3 cassettes",
    },
  ]);
});

test("a test that is tried again tells all of it again, and is no second one", async () => {
  const f = await recordProject();
  await replay(f, "a", "Who?");
  const again = await replay(f, "a", "Who?");
  expect(again.toldBefore).toBe(false);
  expect(again.misses[0]?.report).toContain("+     Always cite what you used.");
  expect(await f.gateway.repeatedMisses()).toEqual([]);
});

test("another change is another reason", async () => {
  const f = await recordProject();
  await replay(f, "a", "Who?");
  await f.begin("replay", "b");
  await f.ask({ ...chat("Who?"), temperature: 0.1 }, { sandbox: "b" });
  const outcome = await f.end(false, "b");
  expect(outcome.toldBefore).toBe(false);
  expect(outcome.misses[0]?.report).toContain("Likely cause: the parameters changed.");
});

test("a run of its own, in a process that watches files, tells all of it again", async () => {
  const f = await recordProject();
  await replay(f, "a", "Who?");
  f.gateway.beginRun();
  expect((await replay(f, "b", "Who?")).toldBefore).toBe(false);
});
