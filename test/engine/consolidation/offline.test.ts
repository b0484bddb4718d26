import { expect, test } from "vitest";
import { waitUntilSettled } from "../../../src/engine/operations/settle.ts";
import { OfflineModel } from "../../../src/llm/offline/offline-model.ts";
import { startApp } from "../../http/app-fixture.ts";

/** A bank of a server whose model is the offline one: everything that is retained is extracted and consolidated by it. */
async function startBank(config: Record<string, unknown> = {}) {
  const { engine, send: sendTo } = await startApp({ llm: new OfflineModel() });
  const send = async (method: string, path: string, body?: object) => {
    const answer = await sendTo(method, `/v1/default/banks/b${path}`, body);
    if (answer.status !== 200) throw new Error(`${path} answered ${answer.status}`);
    return answer.body;
  };
  await send("PUT", "", config);
  const retain = async (content: string, timestamp: string, tags: string[] = []) => {
    await send("POST", "/memories", { items: [{ content, timestamp, tags }] });
    const { signal } = new AbortController();
    const { context, worker } = engine;
    await waitUntilSettled(context, worker.changes, { sandboxId: "" }, { signal, timeoutMs: 20_000 });
  };
  const observations = async () => {
    const { items } = await send("GET", "/memories/list?type=observation");
    return items
      .map(({ text, proof_count, tags }: Record<string, unknown>) => ({ text, proof_count, tags }))
      .sort((a: { text: string }, b: { text: string }) => (a.text < b.text ? -1 : 1));
  };
  return { send, retain, observations };
}

test("a change of mind becomes an update that says so, and what was before is in the history", async () => {
  const { send, retain, observations } = await startBank();
  await retain("Maya: I love coffee. I work as a nurse in Leeds.", "2024-01-05T08:00:00Z");
  await retain("Maya: I don't like coffee anymore, I prefer tea.", "2024-03-01T08:00:00Z");
  expect(await observations()).toEqual([
    {
      text: "From 2024-01-05 until 2024-03-01: Maya loves coffee.  Since 2024-03-01: Maya doesn't like coffee anymore, Maya prefers tea.",
      proof_count: 2,
      tags: [],
    },
    { text: "Maya works as a nurse in Leeds.", proof_count: 1, tags: [] },
  ]);
  const { items } = await send("GET", "/memories/list?type=observation&q=coffee");
  const history = await send("GET", `/memories/${items[0].id}/history`);
  expect(history).toMatchObject([{ previous_text: "Maya loves coffee." }]);
});

test("observations of one scope know nothing of another, and keep its cap", async () => {
  const { retain, observations } = await startBank();
  await retain("Anna likes tea.", "2024-01-05T08:00:00Z", ["kitchen"]);
  await retain("Anna likes coffee.", "2024-01-05T08:00:00Z", ["office"]);
  expect(
    (await observations()).map(({ text, tags }: { text: string; tags: string[] }) => [text, tags]),
  ).toEqual([
    ["Anna likes coffee.", ["office"]],
    ["Anna likes tea.", ["kitchen"]],
  ]);
});

test("a strategy's cap sends further facts of a subject to the observation that there is", async () => {
  const { send, retain, observations } = await startBank();
  const strategy = { scopes: [{ tags: ["team:*"] }], max_observations_per_scope: 1 };
  await send("PATCH", "/config", { updates: { consolidation_strategies: [strategy] } });
  await retain("Anna likes tea.", "2024-01-05T08:00:00Z", ["team:a"]);
  await retain("Anna lives in Oslo.", "2024-01-05T08:00:00Z", ["team:a"]);
  await retain("Ben has a boat.", "2024-01-05T08:00:00Z", ["team:a"]);
  await retain("Ben has a boat.", "2024-01-05T08:00:00Z", ["team:b"]);
  expect(await observations()).toEqual([
    { text: "Anna likes tea.  Anna lives in Oslo.", proof_count: 2, tags: ["team:a"] },
    { text: "Ben has a boat.", proof_count: 1, tags: ["team:b"] },
  ]);
  // Facts for which there is no room are done with all the same.
  expect(await send("GET", "/stats")).toMatchObject({ pending_consolidation: 0, failed_consolidation: 0 });
});
