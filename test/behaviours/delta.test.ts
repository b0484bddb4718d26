import { expect, test } from "vitest";
import { oneFact, startBank, texts } from "./fixture.ts";

const PARTS = ["First part of the text.", "Second part of the text.", "Third part of the text."];
const config = { retain_chunk_size: 30, enable_observations: false };
const whole = (parts: string[]) => ({ content: parts.join("\n\n"), document_id: "d" });

test("content that did not change costs no call, a changed chunk one", async () => {
  const bank = await startBank({ facts: oneFact, config });
  await bank.retain(whole(PARTS));
  expect(bank.calls()).toBe(3);
  const unchanged = await bank.send("POST", "/memories", { items: [whole(PARTS)] });
  expect(unchanged.body.usage.total_tokens).toBe(0);
  expect(bank.calls()).toBe(3);
  await bank.retain(whole([PARTS[0] ?? "", "Another second part.", PARTS[2] ?? ""]));
  expect(bank.calls()).toBe(4);
  expect(await texts(bank)).toEqual([
    "Another second part.",
    "First part of the text.",
    "Third part of the text.",
  ]);
});

test("chunks that are gone take their facts along", async () => {
  const bank = await startBank({ facts: oneFact, config });
  await bank.retain(whole(PARTS));
  await bank.retain(whole(PARTS.slice(0, 2)));
  expect(await texts(bank)).toEqual(PARTS.slice(0, 2));
  expect((await bank.send("GET", "/documents/d")).body.memory_unit_count).toBe(2);
});

test("a writer that comes late loses, and is told that all is well", async () => {
  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  let reached = () => {};
  const asked = new Promise<void>((resolve) => {
    reached = resolve;
  });
  const bank = await startBank({
    config,
    facts: (text) => oneFact(text),
  });
  const { complete } = bank.app.engine.context.llm ?? { complete: undefined };
  if (!complete || !bank.app.engine.context.llm) throw new Error("the bank has a model");
  const model = bank.app.engine.context.llm;
  model.complete = async (request, signal) => {
    if (JSON.stringify(request.messages).includes("slow")) {
      reached();
      await held;
    }
    return complete.call(model, request, signal);
  };
  const slow = bank.send("POST", "/memories", { items: [{ content: "The slow text.", document_id: "d" }] });
  await asked;
  await bank.retain({ content: "The quick text.", document_id: "d" });
  release();
  expect(await slow).toMatchObject({ status: 200, body: { success: true } });
  expect(await texts(bank)).toEqual(["The quick text."]);
});

test("conversations in JSON append to one valid array", async () => {
  const bank = await startBank({ facts: oneFact, config: { enable_observations: false } });
  const turn = (text: string) => JSON.stringify([{ speaker: "Ann", text }]);
  await bank.retain({ content: turn("one"), document_id: "d" });
  await bank.retain({ content: turn("two"), document_id: "d", update_mode: "append" });
  await bank.retain({ content: turn("three"), document_id: "d", update_mode: "append" });
  const { body } = await bank.send("GET", "/documents/d");
  expect(JSON.parse(body.original_text).map(({ text }: { text: string }) => text)).toEqual([
    "one",
    "two",
    "three",
  ]);
});
