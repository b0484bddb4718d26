import { expect, test } from "vitest";
import { waitUntilSettled } from "../../../src/engine/operations/settle.ts";
import { LlmError } from "../../../src/llm/llm-error.ts";
import type { ChatModel, ChatRequest } from "../../../src/llm/types.ts";
import { startApp } from "../../http/app-fixture.ts";

type Answer = (asked: { ids: string[]; text: string }) => unknown;

/** A model that says what the test says: the next answer for each call, then that nothing is to be done. */
class ScriptedModel implements ChatModel {
  readonly provider = "scripted";
  readonly model = "scripted";
  /** What was asked. */
  readonly asked: string[] = [];
  answers: Answer[] = [];

  async complete({ messages }: ChatRequest) {
    const text = String(messages.at(-1)?.content);
    this.asked.push(text);
    // Facts stand one on a line, with their ids before them.
    const ids = [...text.matchAll(/^\[([0-9a-f-]{36})\]/gm)].map(([, id]) => id ?? "");
    const answer = await this.answers.shift()?.({ ids, text });
    const usage = { inputTokens: 1, outputTokens: 1, cachedTokens: 0, thoughtsTokens: 0 };
    const content = typeof answer === "string" ? answer : JSON.stringify(answer ?? {});
    return { content, toolCalls: [], finishReason: "stop", usage };
  }
}

async function startBank(environment: Record<string, string> = {}) {
  const model = new ScriptedModel();
  const { engine, send: sendTo } = await startApp({ llm: model, environment });
  const send = async (method: string, path: string, body?: object) => {
    const answer = await sendTo(method, `/v1/default/banks/b${path}`, body);
    if (answer.status !== 200) throw new Error(`${path} answered ${answer.status}`);
    return answer.body;
  };
  await send("PUT", "", { retain_extraction_mode: "chunks" });
  await send("PATCH", "/config", { updates: { enable_auto_consolidation: false } });
  const settle = () =>
    waitUntilSettled(
      engine.context,
      engine.worker.changes,
      { sandboxId: "" },
      { signal: new AbortController().signal, timeoutMs: 20_000 },
    );
  const consolidate = async (...answers: Answer[]) => {
    model.answers = answers;
    model.asked.length = 0;
    await send("POST", "/consolidate");
    await settle();
  };
  const list = async (query: string) => (await send("GET", `/memories/list?${query}`)).items;
  return { model, send, consolidate, list };
}

const create =
  (text: string): Answer =>
  ({ ids }) => ({ creates: [{ text, source_fact_ids: ids }] });

test("what is stored of one scope is not asked for again when the operation fails in the next", async () => {
  const { model, send, consolidate, list } = await startBank();
  const item = { content: "Anna likes tea.", tags: ["a", "b"], observation_scopes: "per_tag" };
  await send("POST", "/memories", { items: [item] });
  await consolidate(create("Tea is what Anna likes."), () => {
    throw new LlmError("status", "the key is refused", { status: 401, retryable: false });
  });
  expect(await list("type=observation")).toMatchObject([{ tags: ["a"] }]);
  expect(await list("consolidation_state=pending")).toHaveLength(1);

  await consolidate(create("Anna has her tea."));
  expect(model.asked).toHaveLength(1);
  const observations = await list("type=observation");
  expect(observations.map(({ text, tags }: { text: string; tags: string[] }) => [text, tags]).sort()).toEqual(
    [
      ["Anna has her tea.", ["b"]],
      ["Tea is what Anna likes.", ["a"]],
    ],
  );
  expect(await list("consolidation_state=pending")).toEqual([]);
});

test("facts whose answer nests too deeply are halved, and set aside one by one", async () => {
  const { model, send, consolidate, list } = await startBank();
  await send("POST", "/memories", { items: [{ content: "Anna likes tea." }, { content: "Bob bakes." }] });
  const nested: Answer = () => `{"creates":${"[".repeat(20_000)}${"]".repeat(20_000)}}`;
  await consolidate(nested, nested, create("Bob bakes, it is said."));
  expect(model.asked).toHaveLength(3);
  expect(await list("consolidation_state=failed")).toHaveLength(1);
  expect(await list("type=observation")).toHaveLength(1);
});

test("hundreds of observations that say the same are stored in time", async () => {
  const { send, consolidate } = await startBank();
  await send("POST", "/memories", { items: [{ content: "Anna likes tea." }] });
  const began = performance.now();
  await consolidate(({ ids }) => ({
    creates: Array.from({ length: 500 }, () => ({ text: "Anna has tea.", source_fact_ids: ids })),
  }));
  expect((await send("GET", "/memories/list?type=observation")).total).toBe(500);
  expect(performance.now() - began).toBeLessThan(15_000);
});

test("an observation of more different words than can be stored is passed over, and the others are kept", async () => {
  const { model, send, consolidate, list } = await startBank();
  await send("POST", "/memories", { items: [{ content: "Anna likes tea." }, { content: "Bob bakes." }] });
  const words = Array.from({ length: 300_000 }, (_, index) => `word${index}`).join(" ");
  await consolidate(({ ids: [first, second] }) => ({
    creates: [
      { text: words, source_fact_ids: [first] },
      { text: "Bob is a baker.", source_fact_ids: [second] },
    ],
  }));
  expect(await list("type=observation")).toMatchObject([{ text: "Bob is a baker." }]);
  expect(model.asked.length).toBeGreaterThan(1);
  expect(await list("consolidation_state=pending")).toEqual([]);
});

test("a fact that is edited while the model is asked about it is read again", async () => {
  const { model, send, consolidate, list } = await startBank();
  await send("POST", "/memories", { items: [{ content: "Anna likes tea." }] });
  await consolidate(async ({ ids }) => {
    await send("PATCH", `/memories/${ids[0]}`, { text: "Anna likes coffee." });
    return { creates: [{ text: "Anna likes tea, it is said.", source_fact_ids: ids }] };
  }, create("Anna likes coffee, it is said."));
  expect(model.asked).toHaveLength(2);
  expect(model.asked[1]).toContain("Anna likes coffee.");
  expect(await list("type=observation")).toMatchObject([{ text: "Anna likes coffee, it is said." }]);
});

test("a fact that is deleted meanwhile leaves no observation, the others keep theirs", async () => {
  const { send, consolidate, list } = await startBank();
  for (const [document_id, content] of [
    ["d1", "Anna likes tea."],
    ["d2", "Ben has a boat."],
  ])
    await send("POST", "/memories", { items: [{ content, document_id }] });
  await consolidate(async ({ ids: [anna, ben] }) => {
    await send("DELETE", "/documents/d1");
    return {
      creates: [
        { text: "Tea is what Anna likes.", source_fact_ids: [anna] },
        { text: "The boat is owned by Ben, who knows Anna.", source_fact_ids: [anna, ben] },
      ],
    };
  });
  const [ben] = await list("type=world");
  expect(await list("type=observation")).toMatchObject([{ proof_count: 1, source_memory_ids: [ben.id] }]);
});

test("a cancelled consolidation asks for nothing more, and what it has stored stays", async () => {
  const { model, send, consolidate, list } = await startBank();
  await send("PATCH", "/config", { updates: { consolidation_llm_batch_size: 1 } });
  for (const content of ["Anna likes tea.", "Ben has a boat.", "Carla sings."])
    await send("POST", "/memories", { items: [{ content }] });
  await consolidate(async ({ ids }) => {
    const { operations } = await send("GET", "/operations?type=consolidation");
    await send("DELETE", `/operations/${operations[0].id}`);
    return { creates: [{ text: "One thing is known.", source_fact_ids: ids }] };
  });
  expect(model.asked).toHaveLength(1);
  expect(await list("type=observation")).toHaveLength(1);
  expect(await list("consolidation_state=pending")).toHaveLength(2);
});

test("of an observation's changes the newest are kept, and each is told with what it rested on then", async () => {
  const { send, consolidate, list } = await startBank({ HINDSIGHT_API_OBSERVATION_HISTORY_MAX_ENTRIES: "2" });
  const retain = (content: string) => send("POST", "/memories", { items: [{ content }] });
  await retain("Anna likes tea, first.");
  await consolidate(create("Anna likes tea, it is said once."));
  const [{ id }] = await list("type=observation");
  for (const time of ["twice", "thrice", "four times"]) {
    await retain(`Anna likes tea, said ${time}.`);
    await consolidate(({ ids }) => ({
      updates: [{ observation_id: id, text: `Anna likes tea, it is said ${time}.`, source_fact_ids: ids }],
    }));
  }
  const history = await send("GET", `/memories/${id}/history`);
  expect(history).toMatchObject([
    { previous_text: "Anna likes tea, it is said twice." },
    { previous_text: "Anna likes tea, it is said thrice." },
  ]);
  expect(history.map(({ source_facts }: { source_facts: object[] }) => source_facts.length)).toEqual([3, 4]);
});

test("ids of observations are the same in every run", async () => {
  const idOf = async () => {
    const { send, consolidate, list } = await startBank();
    await send("POST", "/memories", { items: [{ content: "Anna likes tea.", document_id: "d" }] });
    await consolidate(create("Tea is what Anna likes."));
    const [{ id }] = await list("type=observation");
    return id;
  };
  expect(await idOf()).toBe(await idOf());
});

test("the dates of an observation, and those that its history keeps, have the microseconds of its sources", async () => {
  const { send, consolidate, list } = await startBank();
  const retain = (content: string, timestamp: string) =>
    send("POST", "/memories", { items: [{ content, timestamp }] });
  await retain("Anna likes tea.", "2024-01-01T08:00:00.123456Z");
  await retain("Anna likes her tea hot.", "2024-01-01T08:00:00.123999Z");
  await consolidate(create("Anna likes hot tea."));
  const [{ id, date, mentioned_at }] = await list("type=observation");
  expect([date, mentioned_at]).toEqual([
    "2024-01-01T08:00:00.123456+00:00",
    "2024-01-01T08:00:00.123999+00:00",
  ]);

  await retain("Anna likes her tea sweet.", "2024-01-01T08:00:01.000001Z");
  await consolidate(({ ids }) => ({
    updates: [{ observation_id: id, text: "Anna likes hot, sweet tea.", source_fact_ids: ids }],
  }));
  expect(await list("type=observation")).toMatchObject([
    { date: "2024-01-01T08:00:00.123456+00:00", mentioned_at: "2024-01-01T08:00:01.000001+00:00" },
  ]);
  expect(await send("GET", `/memories/${id}/history`)).toMatchObject([
    { previous_mentioned_at: "2024-01-01T08:00:00.123999+00:00" },
  ]);
});

test("a fact whose tags make more scopes than can be asked about is set aside, and the others go on", async () => {
  const { model, send, consolidate, list } = await startBank();
  const tags = Array.from({ length: 60 }, (_, index) => `t${index}`);
  const many = { content: "Anna likes tea.", tags, observation_scopes: "all_combinations" };
  await send("POST", "/memories", { items: [many] });
  await send("POST", "/memories", { items: [{ content: "Ben has a boat." }] });
  await consolidate(create("The boat is owned by Ben."));
  expect(model.asked).toHaveLength(1);
  expect(await list("type=observation")).toMatchObject([{ text: "The boat is owned by Ben." }]);
  expect(await list("consolidation_state=pending")).toEqual([]);
  expect(await list("consolidation_state=failed")).toMatchObject([{ text: "Anna likes tea." }]);
});

test("what one call has brought is shown in the next, also where no word is the same", async () => {
  const { model, send, consolidate } = await startBank();
  await send("PATCH", "/config", { updates: { consolidation_llm_batch_size: 1 } });
  for (const [document_id, content] of [
    ["d1", "Anna likes tea."],
    ["d2", "Photography."],
  ])
    await send("POST", "/memories", { items: [{ content, document_id }] });
  await consolidate(create("Photographers."));
  expect(model.asked).toHaveLength(2);
  expect(model.asked[1]).toContain("] Photography.");
  expect(model.asked[1]).toContain("Photographers.");
});

test.each([{ perRound: 0 }, { perRound: 1 }])(
  "a model that moves every observation to where nothing is comes to an end, $perRound facts a round",
  async ({ perRound }) => {
    const { model, send, consolidate, list } = await startBank({
      HINDSIGHT_API_CONSOLIDATION_DEDUP_THRESHOLD: "1",
    });
    await send("PATCH", "/config", { updates: { consolidation_max_memories_per_round: perRound } });
    let calls = 0;
    const move: Answer = ({ ids, text }) => ({
      creates: [{ text: `Tea is drunk here, says number ${calls++}.`, source_fact_ids: ids }],
      deletes: [...text.matchAll(/^\{"id":"([0-9a-f-]{36})"/gm)].map(([, id]) => ({
        observation_id: id,
        merged_into: "00000000-0000-4000-8000-000000000000",
      })),
    });
    await send("POST", "/memories", { items: [{ content: "Anna drinks tea here." }] });
    await consolidate(move);
    await send("POST", "/memories", { items: [{ content: "Berta drinks tea here." }] });
    await consolidate(...Array<Answer>(500).fill(move));
    expect(model.asked.length).toBeLessThan(100);
    expect(await list("type=observation")).toHaveLength(1);
    // The next consolidation takes up again what waits.
    expect(await list("consolidation_state=pending")).toHaveLength(1);
  },
);
