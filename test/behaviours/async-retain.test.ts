import { expect, test } from "vitest";
import { oneFact, startBank, texts } from "./fixture.ts";

const ID = "0d7a3c5e-6b1f-4a57-9a3e-0c1d2e3f4a5b";
const config = { enable_observations: false };

test("the same document twice: refused asynchronously, folded synchronously", async () => {
  const bank = await startBank();
  const items = ["One.", "Two."].map((content) => ({ content, document_id: "d" }));
  expect((await bank.send("POST", "/memories", { items, async: true })).status).toBe(400);
  await bank.retain(...items);
  expect((await bank.send("GET", "/documents/d")).body.original_text).toBe("One.\nTwo.");
});

test("an item over the budget is one child", async () => {
  const bank = await startBank({ environment: { HINDSIGHT_API_RETAIN_BATCH_TOKENS: "50" } });
  const long = Array.from({ length: 40 }, (_, n) => `Sentence ${n} of a long text.`).join(" ");
  const items = [{ content: "short" }, { content: long }, { content: "shorter" }, { content: "shortest" }];
  const { body } = await bank.send("POST", "/memories", { items, async: true });
  await bank.settled();
  const { body: parent } = await bank.send("GET", `/operations/${body.operation_id}`);
  expect(parent.child_operations.map((child: { items_count: number }) => child.items_count)).toEqual([
    1, 1, 2,
  ]);
});

test("a parent takes its children's failure", async () => {
  const bank = await startBank({
    config,
    environment: { HINDSIGHT_API_WORKER_MAX_RETRIES: "0", HINDSIGHT_API_RETAIN_BATCH_TOKENS: "5" },
    facts: (text) => (text.includes("bad") ? { status: 401 } : oneFact(text)),
  });
  const items = [{ content: "a good text of six words" }, { content: "a bad text of six words" }];
  const { body } = await bank.send("POST", "/memories", { items, async: true });
  await bank.settled();
  const { body: parent } = await bank.send("GET", `/operations/${body.operation_id}`);
  expect(parent.status).toBe("failed");
  expect(parent.error_message).toContain("401");
  expect(await texts(bank)).toEqual(["a good text of six words"]);
});

test("an operation id that was used creates nothing more, also when it is sent twice at once", async () => {
  const bank = await startBank();
  const submit = () =>
    bank.send("POST", "/memories", { items: [{ content: "Once." }], async: true, operation_id: ID });
  const answers = await Promise.all(Array.from({ length: 8 }, submit));
  for (const { status, body } of answers) {
    expect(status).toBe(200);
    expect(body).toMatchObject({ operation_id: ID, items_count: 1 });
  }
  await bank.settled();
  expect(await texts(bank)).toEqual(["Once."]);
  expect((await bank.send("GET", "/operations?type=batch_retain")).body.total).toBe(1);
});

test("what has ended cannot be cancelled or retried, what waits cannot be deleted", async () => {
  const bank = await startBank({ environment: { HINDSIGHT_API_WORKER_ENABLED: "false" } });
  const { body } = await bank.send("POST", "/memories", { items: [{ content: "Waits." }], async: true });
  const { body: parent } = await bank.send("GET", `/operations/${body.operation_id}`);
  const child = `/operations/${parent.child_operations[0].operation_id}`;
  expect((await bank.send("DELETE", `${child}/delete`)).status).toBe(409);
  expect((await bank.send("POST", `${child}/retry`)).status).toBe(409);
  expect((await bank.send("DELETE", child)).status).toBe(200);
  expect((await bank.send("DELETE", child)).status).toBe(409);
  expect((await bank.send("POST", `${child}/retry`)).status).toBe(200);
  expect((await bank.send("DELETE", child)).status).toBe(200);
  expect((await bank.send("DELETE", `${child}/delete`)).status).toBe(200);
  expect((await bank.send("DELETE", `${child}/delete`)).status).toBe(404);
});
