import { expect, test } from "vitest";
import { ScriptedCalls } from "../../src/harness/scripted-calls.ts";

const CALL = { scope: "reflect", model: "m", body: null };

test("a call is answered by the reply that names it", async () => {
  const sent: string[] = [];
  const calls = new ScriptedCalls(({ id }) => sent.push(id));
  const answers = [calls.responder("1")(CALL), calls.responder("2")(CALL)];
  for (const id of sent.toReversed()) calls.reply({ id, answer: { text: id } });
  expect(await Promise.all(answers)).toEqual(sent.map((text) => ({ text })));
});

test("neither a call that waits nor a later one waits for a worker that is gone", async () => {
  const calls = new ScriptedCalls(() => {});
  const responder = calls.responder("1");
  const waiting = responder(CALL);
  calls.end();
  await expect(waiting).rejects.toThrow("the test's process has ended");
  await expect(responder(CALL)).rejects.toThrow("the test's process has ended");
});
