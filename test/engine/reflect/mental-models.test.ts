import { describe, expect, test } from "vitest";
import { DEFAULT_TRIGGER } from "../../../src/engine/mental-models/trigger.ts";
import { insertMentalModel } from "../../../src/store/mental-models.ts";
import { seedMemories } from "../../support/memories.ts";
import { call, lastMessage, offered, bankWith as reflectBank } from "../../support/reflect-bank.ts";
import type { ScriptedAnswer } from "../../support/scripted-openai.ts";

const FACT = "Wanda mends sails in the loft above the chandlery.";
const FREE_TURN = [
  "search_mental_models",
  "read_mental_models",
  "search_observations",
  "recall",
  "expand",
  "answer_ready",
  "done",
];
const search = call("search_mental_models", { query: "sails" });
const ready = call("answer_ready", { answer_found: true });

/** A bank with a fact and these mental models: the nearer a name is to `sails`, the better it is found. */
async function bankWith(script: ScriptedAnswer[], pages: { id: string; content: string; tags?: string[] }[]) {
  const bank = await reflectBank(script, [{ text: FACT, documentId: "d1" }]);
  const { context, bankKey } = bank;
  for (const { id, content, tags = [] } of pages) {
    const [embedding = new Float32Array()] = await context.embedder.embed([id]);
    const model = { name: id, sourceQuery: "?", tags, maxTokens: 2048, trigger: DEFAULT_TRIGGER };
    await insertMentalModel(context.database, bankKey, id, model, {
      content,
      embedding,
      now: context.clock.now(),
    });
  }
  return bank;
}

const SAILS = { id: "sails", content: "## Sails\n\nWanda mends them.\n" };
const LONG = { id: "sails of ships", content: `# Ships\n\n${"Topsails come first. ".repeat(30)}\n` };
const EMPTY = { id: "zzz", content: "" };

describe("fresh mental models", () => {
  test("end the search, and are the basis of the answer", async () => {
    const { ask, bodies } = await bankWith(
      [search, ready, call("done", { answer: "Wanda (p1).", mental_model_ids: ["p1", "p9"] })],
      [SAILS, LONG, EMPTY],
    );
    const { text, basedOn, trace } = await ask();
    expect(bodies().map(offered)).toEqual([["search_mental_models"], FREE_TURN, ["done"]]);
    expect(text).toBe("Wanda (sails).");
    expect(basedOn).toMatchObject({
      memories: [],
      mentalModels: [{ id: "sails", name: "sails", text: SAILS.content }],
    });
    const snippet = LONG.content.trim().slice(0, 280).trim();
    expect(trace?.toolCalls[0]?.output).toMatchObject({
      count: 3,
      mental_models: [
        { id: "sails", content: SAILS.content, relevance: 1, is_stale: false, staleness_reason: null },
        { id: LONG.id, snippet, content_chars: LONG.content.length },
        { id: "zzz", snippet: "No content yet.", content_chars: 0 },
      ],
    });
    const seen = JSON.parse(lastMessage(bodies()[1]));
    expect(seen).toMatchObject({ mental_models: [{ id: "p1" }, { id: "p2" }, { id: "p3" }] });
    expect(seen).toHaveProperty("guidance");
    expect(trace?.toolCalls[0]?.output).not.toHaveProperty("guidance");
  });

  test.each([
    ["at budget high", { budget: "high" as const }, [SAILS]],
    ["where the best one is empty", {}, [{ ...SAILS, content: " " }, LONG]],
    ["where there are none for the tags", { tags: ["rope"], tagsMatch: "any_strict" as const }, [SAILS]],
  ])("do not end it %s", async (_name, request, pages) => {
    const { ask, bodies } = await bankWith(
      [
        search,
        call("search_observations", { query: "sails" }),
        call("recall", { query: FACT }),
        ready,
        call("done", { answer: "Wanda." }),
      ],
      pages,
    );
    await ask(request);
    expect(bodies().map(offered).slice(0, 4)).toEqual([
      ["search_mental_models"],
      ["search_observations"],
      ["recall"],
      FREE_TURN,
    ]);
    expect(JSON.parse(lastMessage(bodies()[1]))).not.toHaveProperty("guidance");
  });

  test("do not end it when one of them is stale", async () => {
    const { ask, bodies, context } = await bankWith(
      [
        search,
        call("search_observations", { query: "sails" }),
        call("recall", { query: FACT }),
        ready,
        call("done", { answer: "Wanda." }),
      ],
      [SAILS],
    );
    await seedMemories(context.database, "bakery", [{ text: "Wanda closed her loft.", documentId: "d9" }]);
    const { trace } = await ask();
    expect(trace?.toolCalls.map(({ tool }) => tool)).toEqual([
      "search_mental_models",
      "search_observations",
      "recall",
    ]);
    expect(trace?.toolCalls[0]?.output).toMatchObject({ mental_models: [{ is_stale: true }] });
    expect(bodies()).toHaveLength(5);
  });

  test("and a negative answer makes the model look at the facts first", async () => {
    const { ask, bodies } = await bankWith(
      [
        search,
        call("answer_ready", { answer_found: false }),
        call("recall", { query: FACT }),
        call("answer_ready", { answer_found: "False" }),
        call("done", { answer: "Not known." }),
      ],
      [SAILS],
    );
    await ask();
    expect(bodies().map(offered)).toEqual([
      ["search_mental_models"],
      FREE_TURN,
      ["recall"],
      FREE_TURN,
      ["done"],
    ]);
  });
});

describe("reading", () => {
  test("brings whole pages, in the order of the ids, until the tokens are used up", async () => {
    const spars = { id: "spars", content: "spar ".repeat(5_000) };
    const { ask, bodies } = await bankWith(
      [
        search,
        {
          tools: [
            { mental_model_ids: ["p2", "nowhere", "sails"] },
            { mental_model_ids: "sails" },
            { mental_model_ids: ["sails", "spars"], max_tokens: 1 },
            { mental_model_ids: ["spars", "sails"] },
            { mental_model_ids: [] },
          ].map((args) => ({ name: "read_mental_models", arguments: args })),
        },
        ready,
        call("done", { answer: "p2", mental_model_ids: ["p2", "spars"] }),
      ],
      [SAILS, LONG, spars],
    );
    const { trace, basedOn, text } = await ask({ excludeMentalModelIds: ["spars"] });
    const outputs = trace?.toolCalls.slice(1).map(({ output }) => output);
    const page = (id: string, content: string) => expect.objectContaining({ id, content });
    expect(outputs).toEqual([
      { mental_models: [page(LONG.id, LONG.content), page("sails", SAILS.content)], not_read: ["nowhere"] },
      { mental_models: [page("sails", SAILS.content)] },
      { mental_models: [page("sails", SAILS.content)] },
      { mental_models: [page("sails", SAILS.content)] },
      { error: expect.any(String) },
    ]);
    expect(text).toBe(LONG.id);
    // Shown as a snippet, then read.
    expect(basedOn?.mentalModels).toEqual([{ id: LONG.id, name: LONG.id, text: LONG.content }]);
    const messages = bodies()[2]?.messages.slice(-4) ?? [];
    expect(JSON.parse(messages[0]?.content ?? "")).toEqual({
      mental_models: [],
      already_shown: { mental_models: ["p1"] },
    });
  });

  test("of what no search found is no basis, and counts as no search", async () => {
    const { ask, bodies } = await bankWith(
      [
        call("read_mental_models", { mental_model_ids: ["sails"] }),
        ready,
        call("recall", { query: FACT }),
        ready,
        call("done", { answer: "Wanda.", mental_model_ids: ["sails"] }),
      ],
      [SAILS],
    );
    const { basedOn } = await ask();
    expect(bodies()).toHaveLength(5);
    expect(basedOn?.mentalModels).toEqual([]);
  });
});

test("without any, or when they are left out, there are no tools for them", async () => {
  const script = () => [call("recall", { query: FACT }), ready, call("done", { answer: "Wanda." })];
  const raw = ["recall", "expand", "answer_ready", "done"];
  const none = await bankWith(script(), []);
  await none.ask({ factTypes: ["world"] });
  expect(offered(none.bodies()[1])).toEqual(raw);
  const excluded = await bankWith(script(), [SAILS]);
  await excluded.ask({ factTypes: ["world"], excludeMentalModels: true });
  expect(offered(excluded.bodies()[1])).toEqual(raw);
});

test("an id is read without the characters that cannot be stored", async () => {
  const { ask } = await bankWith(
    [
      search,
      call("read_mental_models", { mental_model_ids: ["sails\u0000"] }),
      ready,
      call("done", { answer: "Nobody knows.", answer_found: false }),
    ],
    [SAILS],
  );
  const { text, trace } = await ask();
  expect(text).toBe("Nobody knows.");
  expect(trace?.toolCalls[1]?.output).toMatchObject({ mental_models: [{ id: SAILS.id }] });
});
