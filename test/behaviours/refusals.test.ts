import { expect, test } from "vitest";
import { oneFact, startBank } from "./fixture.ts";

test("blank content and unknown fact types are 422, a missing document is 404", async () => {
  const bank = await startBank();
  await bank.retain({ content: "x", document_id: "d" });
  expect((await bank.send("POST", "/memories", { items: [{ content: " \n " }] })).status).toBe(422);
  const odd = await bank.send("POST", "/memories/recall", { query: "x", types: ["wrld"] });
  expect(odd).toMatchObject({ status: 422, body: { detail: expect.stringContaining("wrld") } });
  expect((await bank.send("GET", "/documents/nowhere")).status).toBe(404);
});

test("a bank that does not exist is 404 for what reads it, and is made by retain and reflect", async () => {
  const { app } = await startBank({ facts: oneFact });
  const paths = [
    "/memories/list",
    "/documents",
    "/entities",
    "/tags",
    "/stats",
    "/graph",
    "/operations",
    "/config",
  ];
  for (const path of paths) {
    expect((await app.send("GET", `/v1/default/banks/nowhere${path}`)).status, path).toBe(404);
  }
  const recall = await app.send("POST", "/v1/default/banks/nowhere/memories/recall", { query: "x" });
  expect(recall.status).toBe(404);
  await app.send("POST", "/v1/default/banks/retained/memories", { items: [{ content: "x" }] });
  await app.send("POST", "/v1/default/banks/reflected/reflect", { query: "x" });
  const { body } = await app.send("GET", "/v1/default/banks");
  expect(body.banks.map(({ bank_id }: { bank_id: string }) => bank_id).sort()).toEqual([
    "reflected",
    "retained",
  ]);
});

test("unknown parameters are accepted and named", async () => {
  const bank = await startBank();
  const answer = await bank.send("PUT", "?why=1&why=2&how=", { name: "B", colour: "red" });
  expect(answer.status).toBe(200);
  expect(answer.headers.get("x-ignored-params")).toBe("why, how, colour");
});

test("a configuration that is refused leaves no bank; one that is missing cannot be patched", async () => {
  const bank = await startBank();
  expect((await bank.send("PUT", "", { retain_chunk_size: 0 })).status).toBe(400);
  expect((await bank.send("PATCH", "/config", { updates: { made_up: 1 } })).status).toBe(400);
  expect((await bank.send("PATCH", "", { name: "B" })).status).toBe(404);
  expect((await bank.app.send("GET", "/v1/default/banks")).body.total).toBe(0);
});
