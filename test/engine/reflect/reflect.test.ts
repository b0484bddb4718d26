import { describe, expect, test } from "vitest";
import { reflect } from "../../../src/engine/reflect/reflect.ts";
import type { ReflectRequest } from "../../../src/engine/types.ts";
import type { SeedMemory } from "../../support/memories.ts";
import { call, lastMessage, offered, bankWith as reflectBank } from "../../support/reflect-bank.ts";
import { REFLECT_SETTINGS } from "../../support/reflect-settings.ts";
import type { ScriptedAnswer } from "../../support/scripted-openai.ts";

const OTTO = "The miller Otto delivers two sacks of rye flour every Tuesday morning.";
const GRETA = "Greta repaired the old brick oven with fireclay in March.";
const MEMORIES: SeedMemory[] = [
  {
    text: OTTO,
    documentId: "d1",
    context: "deliveries",
    tags: ["flour"],
    metadata: { source: "ledger" },
    mentionedAt: "2024-01-02T08:00:00Z",
  },
  {
    text: GRETA,
    documentId: "d2",
    occurredStart: "2024-03-05T08:00:00Z",
    occurredEnd: "2024-03-05T08:00:00Z",
    mentionedAt: "2024-03-06T08:00:00Z",
    chunkText: `${GRETA} It took her two days.`,
  },
];
/** Deeper than anything can be written again. */
const NESTED = `{"query":${"[".repeat(20_000)}${"]".repeat(20_000)}}`;
const FREE_TURN = ["search_observations", "recall", "expand", "answer_ready", "done"];

const searchObservations = call("search_observations", { query: "flour" });
const recallOtto = call("recall", { query: "The miller Otto delivers two sacks of rye flour" });
const ready = call("answer_ready", { answer_found: true });

const bankWith = (script: ScriptedAnswer[], memories = MEMORIES) => reflectBank(script, memories);

describe("the loop", () => {
  test("forces the searches, frees a turn, and closes", async () => {
    const { ask, bodies, idOf } = await bankWith([
      searchObservations,
      recallOtto,
      ready,
      call("done", { answer: "Otto, every Tuesday.", memory_ids: ["f1"], answer_found: true }),
    ]);
    const answer = await ask();
    expect(bodies().map(offered)).toEqual([["search_observations"], ["recall"], FREE_TURN, ["done"]]);
    expect(bodies().map((body) => body.tool_choice)).toEqual(Array(4).fill("required"));
    expect(bodies().map((body) => body.temperature)).toEqual(Array(4).fill(0.9));
    expect(answer.text).toBe("Otto, every Tuesday.");
    expect(answer.basedOn?.memories).toEqual([
      {
        id: idOf(OTTO),
        text: OTTO,
        type: "world",
        context: "deliveries",
        occurredStart: null,
        occurredEnd: null,
        mentionedAt: new Date("2024-01-02T08:00:00Z"),
        documentId: "d1",
        metadata: { source: "ledger" },
        chunkId: "bakery_d1_0",
        tags: ["flour"],
      },
    ]);
    expect(answer.usage).toEqual({ inputTokens: 400, outputTokens: 40, cachedTokens: 0, thoughtsTokens: 0 });
    expect(answer.trace?.llmCalls.map(({ scope }) => scope)).toEqual([
      "agent_1",
      "agent_2",
      "agent_3",
      "closing_done",
    ]);
    expect(answer.trace?.toolCalls.map(({ tool, iteration }) => [tool, iteration])).toEqual([
      ["search_observations", 1],
      ["recall", 2],
    ]);
  });

  test("tells the model of the bank, the time and the question", async () => {
    const { ask, bodies } = await bankWith([
      searchObservations,
      recallOtto,
      ready,
      call("done", { answer: "Otto." }),
    ]);
    await ask({ context: "asked at the counter" });
    const [system, user] = bodies()[0]?.messages ?? [];
    expect(system?.content).toContain("Memory bank: bakery");
    expect(system?.content).toContain("Current time: 2023-07-01 00:00 UTC");
    expect(system?.content).toContain("skepticism=3, literalism=3, empathy=3");
    expect(user?.content).toBe("Who delivers the flour?\n\nAdditional context: asked at the counter");
  });

  test.each([
    ["low", 5],
    ["mid", 10],
  ] as const)(
    "at budget %s there are %i iterations, the last of which closes",
    async (budget, iterations) => {
      const recalls = Array.from({ length: iterations - 2 }, () => recallOtto);
      const { ask, bodies } = await bankWith([
        searchObservations,
        ...recalls,
        call("done", { answer: "At the end." }),
      ]);
      expect((await ask({ budget })).text).toBe("At the end.");
      expect(bodies()).toHaveLength(iterations);
      expect(offered(bodies().at(-1))).toEqual(["done"]);
    },
  );

  test("searches only what the fact types allow", async () => {
    const raw = await bankWith([recallOtto, ready, call("done", { answer: "Otto." })]);
    await raw.ask({ factTypes: ["world"] });
    expect(raw.bodies().map(offered)).toEqual([
      ["recall"],
      ["recall", "expand", "answer_ready", "done"],
      ["done"],
    ]);
    const observations = await bankWith([
      searchObservations,
      recallOtto,
      ready,
      call("done", { answer: "Nothing." }),
    ]);
    const answer = await observations.ask({ factTypes: ["observation"] });
    expect(answer.trace?.toolCalls.map(({ tool }) => tool)).toEqual(["search_observations"]);
    expect(lastMessage(observations.bodies()[2])).toContain("There is no tool `recall`");
  });

  test("a bank that is not there is made; without a model nothing is", async () => {
    const { context } = await bankWith([
      searchObservations,
      recallOtto,
      ready,
      call("done", { answer: "No." }),
    ]);
    const request: ReflectRequest = {
      query: "Anybody?",
      budget: "low",
      maxTokens: 4096,
      includeFacts: false,
      tagsMatch: "any",
    };
    const none = { ...context, llm: null, reflectLlm: null };
    const address = { sandboxId: "", bankId: "new" };
    await expect(reflect(none, address, request, REFLECT_SETTINGS)).rejects.toMatchObject({
      kind: "invalid_value",
    });
    const banks = () => context.database.query("SELECT FROM banks WHERE bank_id = 'new'");
    expect((await banks()).rowCount).toBe(0);
    const answer = await reflect(context, address, request, REFLECT_SETTINGS);
    expect((await banks()).rowCount).toBe(1);
    expect(answer).toMatchObject({ text: "No.", basedOn: null, trace: null, structuredOutput: null });
  });
});

describe("what the model sees", () => {
  test("aliases, dates to the minute, and nothing twice", async () => {
    const { ask, bodies } = await bankWith([
      call("search_observations", { query: "oven" }),
      call("recall", { query: "Who repaired the old brick oven?" }),
      call("recall", { query: "Greta repaired the oven with fireclay" }),
      call("expand", { memory_ids: ["f1"], depth: "document" }),
      call("done", { answer: "Greta.", memory_ids: ["f1"] }),
    ]);
    const answer = await ask({ query: "Who repaired the oven?" });
    const [, , , afterRecall, afterExpand] = bodies().map(lastMessage);
    expect(JSON.parse(lastMessage(bodies()[1]))).toEqual({
      query: "oven",
      observations: [],
      is_stale: true,
      freshness: "slightly_stale",
    });
    expect(JSON.parse(lastMessage(bodies()[2]))).toEqual({
      query: "Who repaired the old brick oven?",
      memories: [
        {
          id: "f1",
          text: GRETA,
          fact_type: "world",
          occurred_start: "2024-03-05 08:00",
          mentioned_at: "2024-03-06 08:00",
        },
      ],
      chunks: { c1: { chunk_text: `${GRETA} It took her two days.` } },
    });
    expect(JSON.parse(afterRecall ?? "")).toMatchObject({
      memories: [],
      already_shown: { memories: ["f1"], chunks: ["c1"] },
    });
    expect(afterExpand).toContain("Stop searching.");
    const expanded = bodies()[4]?.messages.findLast(({ role }) => role === "tool")?.content ?? "";
    expect(JSON.parse(expanded)).toEqual({
      results: [{ memory_id: "f1", document: { id: "d2", full_text: `${GRETA} It took her two days.` } }],
      already_shown: { chunks: ["c1"] },
    });
    expect(answer.trace?.toolCalls[1]?.output).toMatchObject({
      memories: [{ occurred_start: "2024-03-05T08:00:00+00:00", occurred_end: "2024-03-05T08:00:00+00:00" }],
      chunks: { bakery_d2_0: { chunk_index: 0, truncated: false } },
    });
  });

  test("tool calls get results of their own, also where their ids are the same or empty", async () => {
    const { ask, bodies } = await bankWith([
      searchObservations,
      {
        body: {
          choices: [
            {
              finish_reason: "tool_calls",
              message: {
                tool_calls: ["x", "x", ""].map((id) => ({
                  id,
                  type: "function",
                  function: { name: "recall", arguments: '{"query":"flour"}' },
                })),
              },
            },
          ],
        },
      },
      ready,
      call("done", { answer: "Otto." }),
    ]);
    await ask();
    const messages = bodies()[2]?.messages ?? [];
    const calls =
      messages.findLast(({ role }) => role === "assistant")?.tool_calls?.map(({ id }) => id) ?? [];
    expect(calls).toEqual(["x", "call_2_2", "call_2_3"]);
    expect(messages.slice(-3).map((message) => message.tool_call_id)).toEqual(calls);
  });
});

describe("tool arguments", () => {
  test("are told when they are not understood, and the run goes on", async () => {
    const { ask, bodies } = await bankWith([
      {
        tools: [
          { name: "search_observations", arguments: { reason: "no query" } },
          { name: "search_observations", arguments: { query: "log", max_tokens: "many" } },
        ],
      },
      {
        tools: [
          { name: "recall", arguments: { query: OTTO, max_tokens: "null", max_chunk_tokens: "1" } },
          { name: "recall", arguments: "query: flour" },
          { name: "search_mental_models", arguments: { query: "flour" } },
        ],
      },
      {
        tools: [
          { name: "expand", arguments: { memory_ids: [] } },
          { name: "expand", arguments: { memory_ids: ["f1", "x1", "11111111-2222-4333-8444-555555555555"] } },
          { name: "expand", arguments: { memory_ids: ["not-an-id"] } },
        ],
      },
      ready,
      call("done", { answer: "Otto." }),
    ]);
    const { trace } = await ask();
    const outputs = trace?.toolCalls.map(({ tool, output }) => [tool, output]);
    expect(outputs).toMatchObject([
      ["search_observations", { error: expect.stringContaining("query") }],
      ["search_observations", { error: expect.stringContaining("max_tokens") }],
      ["recall", { memories: [{ text: OTTO }] }],
      ["recall", { error: expect.stringContaining("query") }],
      ["expand", { error: expect.stringContaining("memory_ids") }],
      [
        "expand",
        {
          count: 3,
          results: [
            { chunk: { id: "bakery_d1_0" } },
            { error: "Not an id of a fact." },
            { error: "No such fact." },
          ],
        },
      ],
      ["expand", { error: expect.any(String), details: { "not-an-id": "not an id: not-an-id" } }],
    ]);
    expect(trace?.toolCalls[3]?.input).toEqual({ tool: "recall", _raw: "query: flour" });
    expect(bodies()[2]?.messages.at(-1)?.content).toContain("There is no tool `search_mental_models`");
  });

  test("what nests too deeply is no argument, and no document", async () => {
    const { ask } = await bankWith([
      searchObservations,
      call("recall", NESTED),
      recallOtto,
      ready,
      call("done", NESTED.replace("query", "document")),
      call("done", { document: { sections: [{ heading: "Flour", blocks: ["Otto."] }] } }),
    ]);
    const { text, trace } = await ask();
    expect(trace?.toolCalls[1]?.output).toMatchObject({ error: expect.stringContaining("query") });
    expect(text).toBe("## Flour\n\nOtto.");
  });

  test("an alias is understood from the next turn on", async () => {
    const { ask } = await bankWith([
      searchObservations,
      {
        tools: [
          { name: "recall", arguments: { query: OTTO } },
          { name: "expand", arguments: { memory_ids: ["f1"] } },
        ],
      },
      call("expand", { memory_ids: ["f1"] }),
      ready,
      call("done", { answer: "Otto." }),
    ]);
    const { trace } = await ask();
    const expansions = trace?.toolCalls.filter(({ tool }) => tool === "expand") ?? [];
    expect(expansions[0]?.output).toHaveProperty("error");
    expect(expansions[1]?.output).toHaveProperty("count", 1);
  });

  test("tags also keep the source of a fact back", async () => {
    const { ask, idOf } = await bankWith(
      [
        searchObservations,
        recallOtto,
        call("expand", { memory_ids: ["f1"], depth: "document" }),
        ready,
        call("done", { answer: "Otto." }),
      ],
      [{ text: OTTO, tags: ["flour"], documentTags: ["secret"], documentId: "d1" }, { text: GRETA }],
    );
    const { trace } = await ask({ tags: ["flour"], tagsMatch: "any_strict" });
    expect(trace?.toolCalls[1]?.output).toMatchObject({ memories: [{ id: idOf(OTTO) }], chunks: {} });
    expect(trace?.toolCalls[2]?.output).toEqual({
      results: [
        {
          memory_id: idOf(OTTO),
          memory: { id: idOf(OTTO), text: OTTO, type: "world", context: "" },
          source_withheld: true,
        },
      ],
      count: 1,
    });
  });
});

describe("the answer", () => {
  test("has real ids for aliases, and none that the model made up", async () => {
    const { ask, idOf } = await bankWith([
      searchObservations,
      recallOtto,
      ready,
      call("done", {
        answer: "Otto (f1) but not f7, c1 or 11111111-2222-4333-8444-555555555555.",
        memory_ids: ["f1", "f9", "11111111-2222-4333-8444-555555555555"],
      }),
    ]);
    const { text, basedOn } = await ask();
    expect(text).toBe(`Otto (${idOf(OTTO)}) but not f7, bakery_d1_0 or [unverified id].`);
    expect(basedOn?.memories.map(({ id }) => id)).toEqual([idOf(OTTO)]);
  });

  test("keeps the real ids that it had when it is made shorter, and gets no others", async () => {
    const made = "11111111-2222-4333-8444-555555555555";
    const shortened = (answer: string) => `Otto (${/\((.*?)\)/.exec(answer)?.[1]}, ${made}).`;
    const asked = [searchObservations, recallOtto, ready];
    const long = "Otto (f1) delivers two sacks of rye flour every Tuesday.";
    const ofText = [...asked, call("done", { answer: long })];
    const text = await reflectBank(
      (body) => ofText.shift() ?? { text: shortened(lastMessage(body)) },
      MEMORIES,
    );
    const expected = `Otto (${text.idOf(OTTO)}, [unverified id]).`;
    expect((await text.ask({ maxTokens: 8 })).text).toBe(expected);
    const ofDocument = [...asked, call("done", { document: { sections: [{ blocks: [long] }] } })];
    const document = await reflectBank(
      (body) => ofDocument.shift() ?? { json: { sections: [{ blocks: [shortened(lastMessage(body))] }] } },
      MEMORIES,
    );
    expect(await document.ask({ maxTokens: 8, asDocument: true })).toMatchObject({
      text: expected,
      document: { sections: [{ blocks: [{ text: expected }] }] },
    });
  });

  test("has no id that the model has only told itself", async () => {
    const made = "11111111-2222-4333-8444-555555555555";
    const { name, args } = { name: "recall", args: JSON.stringify({ query: "rye flour" }) };
    const message = {
      content: `I look for ${made}.`,
      tool_calls: [{ id: "a", type: "function", function: { name, arguments: args } }],
    };
    const thinksAloud = { body: { choices: [{ message, finish_reason: "tool_calls" }] } };
    const { ask } = await bankWith([
      thinksAloud,
      recallOtto,
      ready,
      call("done", { answer: `It is ${made}.` }),
    ]);
    expect((await ask()).text).toBe("It is [unverified id].");
  });

  test("that cites nothing valid rests on all that was retrieved", async () => {
    const { ask } = await bankWith([
      searchObservations,
      { tools: [OTTO, GRETA].map((query) => ({ name: "recall", arguments: { query } })) },
      { text: "I know enough now." },
      call("done", { answer: "Both.", memory_ids: ["f8"] }),
    ]);
    expect(
      (await ask({ includeToolCalls: { output: false } })).basedOn?.memories.map(({ text }) => text),
    ).toEqual([OTTO, GRETA]);
  });

  test("is plain text where the model does not call done", async () => {
    const { ask, bodies, idOf } = await bankWith([
      searchObservations,
      recallOtto,
      call("done", { answer: "This draft is thrown away.", answer_found: true }),
      { text: "Prose where the done call was asked for." },
      { text: "  The standalone answer names f1 and c1.  " },
    ]);
    const { text, trace, basedOn } = await ask({ includeToolCalls: { output: false } });
    expect(text).toBe(`The standalone answer names ${idOf(OTTO)} and bakery_d1_0.`);
    expect(offered(bodies()[4])).toEqual([]);
    expect(lastMessage(bodies()[4])).toContain(OTTO);
    expect(trace?.llmCalls.at(-1)?.scope).toBe("final");
    expect(trace?.toolCalls.every(({ output }) => output === null)).toBe(true);
    expect(basedOn?.memories).toHaveLength(1);
  });

  test("is asked for once more when it is too long; names are cleaned, but only exact ones count as basis", async () => {
    const { ask, bodies } = await bankWith([
      call("call=search_observations", { query: "flour" }),
      {
        tools: [
          { name: "functions.recall", arguments: { query: OTTO } },
          { name: "expand<|channel|>x", arguments: { memory_ids: ["no-id"] } },
        ],
      },
      ready,
      call("functions.done", {
        answer: "This answer is a good deal longer than the six tokens which were asked for.",
      }),
      { text: "Otto delivers it." },
    ]);
    const { text, trace, basedOn } = await ask({ maxTokens: 6 });
    expect(text).toBe("Otto delivers it.");
    expect(offered(bodies()[4])).toEqual([]);
    expect(trace?.toolCalls.map(({ tool }) => tool)).toEqual([
      "call=search_observations",
      "functions.recall",
      "expand<|channel|>x",
    ]);
    expect(trace?.toolCalls[1]?.input).toEqual({ tool: "functions.recall", query: OTTO });
    expect(basedOn).toEqual({ memories: [], mentalModels: [], directives: [] });
  });

  test("stays as it is when the shorter one is blank", async () => {
    const { ask } = await bankWith([
      searchObservations,
      recallOtto,
      ready,
      call("done", { answer: "Otto." }),
      { text: " " },
    ]);
    expect((await ask({ maxTokens: 0 })).text).toBe("Otto.");
  });

  test("may be a document", async () => {
    const { ask } = await bankWith([
      searchObservations,
      recallOtto,
      ready,
      call("done", { document: "free text" }),
      call("done", {
        document: {
          sections: [
            { heading: "## Log", level: 9, blocks: ["Ida keeps it.", "Since when:\n\nunknown."] },
            { heading: "", blocks: [] },
          ],
        },
      }),
    ]);
    const { text, trace } = await ask();
    expect(text).toBe("###### Log\n\nIda keeps it.\n\nSince when:\n\nunknown.");
    expect(trace?.llmCalls.slice(-2).map(({ scope }) => scope)).toEqual(["closing_done", "closing_done"]);
  });

  test("broken arguments of the closing call are mended", async () => {
    const { ask } = await bankWith([
      searchObservations,
      recallOtto,
      ready,
      call("done", "{'answer': 'Otto.', 'memory_ids': ['f1',]"),
    ]);
    expect((await ask()).text).toBe("Otto.");
  });
});

describe("structured output", () => {
  const responseSchema = { type: "object", properties: { name: { type: "string" } }, required: ["name"] };
  const upToDone = [searchObservations, recallOtto, ready, call("done", { answer: "Otto." })];

  test("is the model's own object, by a call that is not traced", async () => {
    const { ask, bodies } = await bankWith([...upToDone, { json: { nom: 7 } }]);
    const answer = await ask({ responseSchema });
    expect(answer).toMatchObject({
      text: "Otto.",
      structuredOutput: { nom: 7 },
      structuredOutputError: null,
    });
    expect(bodies()[4]).toMatchObject({
      response_format: { type: "json_object" },
      temperature: 0,
      max_tokens: 4096,
    });
    expect(bodies()[4]?.messages[0]?.content).toContain(JSON.stringify(responseSchema));
    expect(answer.trace?.llmCalls.at(-1)?.scope).toBe("closing_done");
    expect(answer.usage.inputTokens).toBe(500);
  });

  test.each([
    ["a provider's error", [{ status: 401 }], /^LlmError: HTTP 401/],
    ["no JSON", [{ text: "none" }, { text: "none" }], /^LlmError: The answer is not JSON/],
    ["no end of lists", [{ text: NESTED }, { text: NESTED }], /^LlmError: The answer is not JSON/],
    ["no object", [{ json: [1] }], /^LlmError: The model's answer is not a JSON object/],
  ])("%s is reported, and the answer stands", async (_name, last, error) => {
    const { ask } = await bankWith([...upToDone, ...last]);
    const answer = await ask({ responseSchema });
    expect(answer).toMatchObject({ text: "Otto.", structuredOutput: null });
    expect(answer.structuredOutputError).toMatch(error);
  });
});

describe("guards", () => {
  test.each([
    ["prose", { text: "Ida keeps it." }, /iteration 1 .*finish_reason=stop.*Ida keeps it\./],
    ["nothing", { tools: [] }, /\(nothing\)/],
  ])("a first turn of %s is an error that names the model", async (_name, answer, message) => {
    const { ask, bodies } = await bankWith([answer]);
    const error = ask();
    await expect(error).rejects.toMatchObject({ kind: "llm_failed" });
    await expect(error).rejects.toThrow(/openai\/scripted/);
    await expect(error).rejects.toThrow(message);
    expect(bodies()).toHaveLength(1);
  });

  test("an answer before any search is refused", async () => {
    const { ask, bodies } = await bankWith([
      ready,
      call("done", { answer: "Too early.", answer_found: true }),
      call("done", { answer: "Still too early.", answer_found: true }),
      recallOtto,
      call("done", { answer: "Otto does.", memory_ids: ["f1"] }),
    ]);
    expect((await ask()).text).toBe("Otto does.");
    expect(bodies().map(offered)).toEqual([
      ["search_observations"],
      ["recall"],
      FREE_TURN,
      FREE_TURN,
      ["done"],
    ]);
    expect(lastMessage(bodies()[1])).toContain("Search first");
  });

  test("prose on a later forced turn is asked again once", async () => {
    const again = await bankWith([
      searchObservations,
      { text: "I would rather answer." },
      recallOtto,
      { text: "Enough." },
      call("done", { answer: "Otto." }),
    ]);
    await again.ask();
    expect(again.bodies().map(offered)).toEqual([
      ["search_observations"],
      ["recall"],
      ["recall"],
      FREE_TURN,
      ["done"],
    ]);
    const twice = await bankWith([
      searchObservations,
      { text: "No." },
      { text: "Really." },
      call("done", { answer: "So." }),
    ]);
    await twice.ask({ budget: "mid" });
    expect(twice.bodies().map(offered)).toEqual([["search_observations"], ["recall"], ["recall"], ["done"]]);
  });

  test("giving up before recall is refused once", async () => {
    const { ask, bodies } = await bankWith([
      searchObservations,
      { tools: [{ name: "search_observations", arguments: { query: "miller" } }] },
      call("answer_ready", { answer_found: "false" }),
      recallOtto,
      ready,
      call("done", { answer: "Otto." }),
    ]);
    await ask({ budget: "mid" });
    const turns = [["search_observations"], ["recall"], FREE_TURN, ["recall"], FREE_TURN, ["done"]];
    expect(bodies().map(offered)).toEqual(turns);
    // Dropped without a word: the conversation does not have the turn.
    expect(bodies()[3]?.messages).toEqual(bodies()[2]?.messages);
  });

  test("of a turn that ends the search too early nothing else is run", async () => {
    const { ask, bodies } = await bankWith([
      {
        tools: [
          { name: "recall", arguments: { query: OTTO } },
          { name: "done", arguments: { answer: "Too early." } },
        ],
      },
      recallOtto,
      ready,
      call("done", { answer: "Otto." }),
    ]);
    const { trace } = await ask();
    expect(trace?.toolCalls.map(({ iteration }) => iteration)).toEqual([2]);
    expect(
      bodies()[1]
        ?.messages.at(-2)
        ?.tool_calls?.map(({ function: { name } }) => name),
    ).toEqual(["done"]);
  });

  test("once it was given up, every turn is for the facts until they were searched", async () => {
    const gaveUp = call("answer_ready", { answer_found: false });
    const { ask, bodies } = await bankWith([
      searchObservations,
      searchObservations,
      gaveUp,
      searchObservations,
      recallOtto,
      gaveUp,
      call("done", { answer: "Otto." }),
    ]);
    await ask({ budget: "mid" });
    expect(bodies().map(offered)).toEqual([
      ["search_observations"],
      ["recall"],
      FREE_TURN,
      ["recall"],
      ["recall"],
      FREE_TURN,
      ["done"],
    ]);
  });

  test("answer_ready beside other calls does not end the search", async () => {
    const { ask, bodies } = await bankWith([
      searchObservations,
      {
        tools: [
          { name: "recall", arguments: { query: OTTO } },
          { name: "answer_ready", arguments: { answer_found: true } },
        ],
      },
      ready,
      call("done", { answer: "Otto." }),
    ]);
    await ask();
    expect(bodies()).toHaveLength(4);
    expect(lastMessage(bodies()[2])).toContain("were run");
  });

  test("one failed turn costs an iteration, two in a row end the run", async () => {
    const once = await bankWith([
      { status: 401 },
      searchObservations,
      recallOtto,
      { status: 403 },
      call("done", { answer: "Past two failures." }),
    ]);
    const { text, trace } = await once.ask();
    expect(text).toBe("Past two failures.");
    expect(trace?.llmCalls.map(({ scope }) => scope)).toEqual([
      "agent_1_err",
      "agent_2",
      "agent_3",
      "agent_4_err",
      "closing_done",
    ]);
    expect(trace?.toolCalls[0]?.iteration).toBe(2);
    const twice = await bankWith([searchObservations, { status: 401 }, { status: 401 }]);
    await expect(twice.ask()).rejects.toMatchObject({
      kind: "llm_failed",
      message: "HTTP 401: scripted 401",
    });
  });

  test("a failed closing call is made up for by plain text", async () => {
    const { ask } = await bankWith([
      searchObservations,
      recallOtto,
      ready,
      { status: 401 },
      { text: "Plain." },
    ]);
    const { text, trace } = await ask();
    expect(text).toBe("Plain.");
    expect(trace?.llmCalls.map(({ scope }) => scope)).toEqual(["agent_1", "agent_2", "agent_3", "final"]);
  });

  test("a conversation that is too long is answered at once in plain text", async () => {
    const overflow = { status: 400, body: { error: { message: "prompt is too long" } } };
    const { ask } = await bankWith([searchObservations, overflow, { text: "From what there is." }]);
    const { text, trace } = await ask();
    expect(text).toBe("From what there is.");
    expect(trace?.llmCalls.map(({ scope }) => scope)).toEqual(["agent_1", "agent_2_err", "final"]);
  });

  test.each([
    ["a blank done", [call("done", { answer: "   " })]],
    ["a blank text", [{ text: "No call." }, { text: " " }]],
    [
      "a document of the wrong shape, twice",
      [call("done", { document: "x" }), call("done", { document: { sections: ["x"] } })],
    ],
  ])("%s is an error", async (_name, last) => {
    const { ask } = await bankWith([searchObservations, recallOtto, ready, ...last]);
    await expect(ask()).rejects.toMatchObject({ kind: "llm_failed" });
  });

  test("the caller's signal ends the run", async () => {
    const { ask, server, bodies } = await bankWith([{ hang: true }]);
    const controller = new AbortController();
    const run = ask({}, { signal: controller.signal });
    await server.firstRequest;
    controller.abort(new Error("the client is gone"));
    await expect(run).rejects.toThrow("the client is gone");
    expect(bodies()).toHaveLength(1);
  });
});
