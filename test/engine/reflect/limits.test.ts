import { describe, expect, test } from "vitest";
import { createDirective } from "../../../src/engine/directives/directives.ts";
import { countTokens } from "../../../src/tokens/tokens.ts";
import { bankWith, call, lastMessage, offered } from "../../support/reflect-bank.ts";
import type { RequestBody, ScriptedAnswer } from "../../support/scripted-openai.ts";

const REPORT = "The north face yields slabs for the harbour wall, and the crane needs oil.";
const reports = (count: number, length = 3) =>
  Array.from({ length: count }, (_, index) => ({
    text: `Granite quarry report ${index + 1}: ${Array(length).fill(REPORT).join(" ")}`,
    documentId: `d${index + 1}`,
  }));
const searchObservations = call("search_observations", { query: "quarry" });
const recallReports = call("recall", { query: "Granite quarry report: the north face yields slabs" });
const ready = call("answer_ready", { answer_found: true });
const context = (tokens: number) => ({ HINDSIGHT_API_REFLECT_MAX_CONTEXT_TOKENS: String(tokens) });
const steps = (trace: { llmCalls: { scope: string }[] } | null) =>
  trace?.llmCalls.map(({ scope }) => scope) ?? [];

/** What a call to the model takes up: its messages and the tools that it offers. */
const tokensOf = (body: RequestBody) =>
  countTokens(JSON.stringify([body.messages, body.tools]), "cl100k_base");

describe("a conversation that has grown too long", () => {
  test("goes through the first searches with older results left out, then is answered from all of them", async () => {
    const { ask, bodies } = await bankWith(
      [
        recallReports,
        recallReports,
        { text: "notes one" },
        { text: "notes two" },
        { text: "The final word." },
      ],
      reports(6, 9),
      context(1_500),
    );
    // The forced search of observations is spent on facts: they are what is left out.
    const { text, trace, basedOn } = await ask();
    expect(text).toBe("The final word.");
    expect(steps(trace)).toEqual(["agent_1", "agent_2", "final_map_1", "final_map_2", "final"]);
    expect(lastMessage(bodies()[1])).toMatch(/^\[Left out/);
    const [first, second, last] = bodies().slice(2);
    expect(lastMessage(first) + lastMessage(second)).toContain("Granite quarry report 6");
    expect(first).not.toHaveProperty("tools");
    expect(first?.temperature).toBe(0);
    expect(lastMessage(last)).toContain("notes one");
    expect(lastMessage(last)).not.toContain(REPORT);
    expect(basedOn?.memories).toHaveLength(6);
  });

  test("is answered at once where something was found, and goes on where nothing was", async () => {
    const found = await bankWith([recallReports, { text: "Enough." }], reports(2), context(1_500));
    expect(steps((await found.ask({ factTypes: ["world"] })).trace)).toEqual(["agent_1", "final"]);
    const nothing = await bankWith(
      [searchObservations, ready, call("done", { answer: "Nothing." })],
      [],
      context(1_500),
    );
    const { trace } = await nothing.ask({ factTypes: ["observation"] });
    expect(steps(trace)).toEqual(["agent_1", "agent_2", "closing_done"]);
  });

  test("is not closed in that length", async () => {
    const nothing = call("recall", { query: "zzz" });
    const turns = [nothing, nothing, nothing, recallReports];
    const { ask } = await bankWith(
      (body) => (body.tools && turns.shift()) || { text: "Plain." },
      reports(9, 9),
      context(3_000),
    );
    const { text, trace } = await ask({ factTypes: ["world"] });
    expect(text).toBe("Plain.");
    expect(steps(trace).at(-1)).toBe("final");
  });

  test("a part that cannot be read ends the run, and the other parts are given up", async () => {
    const { ask } = await bankWith(
      [recallReports, { hang: true }, { status: 401 }],
      reports(6, 9),
      context(1_500),
    );
    await expect(ask({ factTypes: ["world"] })).rejects.toMatchObject({ kind: "llm_failed" });
  });
});

test("with many directives and the longest of searches every call stays within the limit", async () => {
  const limit = 20_000;
  const wanted = { query: "Granite quarry report", max_tokens: 16_000, max_chunk_tokens: 16_000 };
  const greedy: ScriptedAnswer = {
    tools: Array.from({ length: 6 }, () => ({ name: "recall", arguments: wanted })),
  };
  const {
    ask,
    bodies,
    context: engine,
  } = await bankWith(
    (body) => (body.tools ? greedy : { text: "From all of it." }),
    reports(150, 12),
    context(limit),
  );
  for (let number = 1; number <= 50; number++) {
    const directive = { name: `d${number}`, content: "Write in whole sentences.", priority: 0, tags: [] };
    await createDirective(engine, { sandboxId: "", bankId: "bakery" }, { isActive: true, ...directive });
  }
  const conversation = Array.from({ length: 16 }, (_, turn) => `Turn ${turn}: ${REPORT}`).join("\n");
  const { text } = await ask({ query: conversation, budget: "mid" });
  expect(text).toBe("From all of it.");
  for (const body of bodies()) expect(await tokensOf(body)).toBeLessThan(limit * 1.05);
});

describe("a model that does not work", () => {
  test.each([
    ["stalls", { hang: true }],
    ["dies in the middle of its answer", { breaksOffAfter: '{"choices":[{"message":{"content":"Ot' }],
    ["answers with what is no JSON", { breaksOffAfter: "" }],
    ["answers with an empty object", { body: {} }],
    ["answers with a list", { body: [] }],
    ["has no choices", { body: { choices: [] } }],
  ] satisfies [string, ScriptedAnswer][])("and %s costs two turns", async (_name, answer) => {
    const { ask, bodies } = await bankWith(() => answer, [], { HINDSIGHT_API_REFLECT_LLM_TIMEOUT: "0.2" });
    await expect(ask()).rejects.toMatchObject({ kind: "llm_failed" });
    expect(bodies()).toHaveLength(2);
  });

  test.each([
    ["calls tools without names", { tools: [{ name: "", arguments: "" }] }],
    ["calls what there is not", { tools: [{ name: "search_web", arguments: { query: "x" } }] }],
    ["writes arguments that are none", { tools: [{ name: "recall", arguments: "\u0000[{" }] }],
    [
      "never stops searching",
      { tools: Array.from({ length: 20 }, () => ({ name: "recall", arguments: { query: "flour" } })) },
    ],
  ] satisfies [string, ScriptedAnswer][])(
    "and %s is asked for the answer at the end",
    async (_name, answer) => {
      const { ask, bodies } = await bankWith(
        (body) => (offered(body)[0] === "done" ? call("done", { answer: "The end." }) : answer),
        reports(2),
      );
      expect((await ask({ budget: "high" })).text).toBe("The end.");
      expect(bodies()).toHaveLength(20);
    },
  );

  test("and takes too long runs out of time", async () => {
    const { ask, bodies } = await bankWith([searchObservations, { hang: true }], [], {
      HINDSIGHT_API_REFLECT_WALL_TIMEOUT: "0.5",
    });
    await expect(ask()).rejects.toMatchObject({ kind: "timeout" });
    expect(bodies()).toHaveLength(2);
  });
});

test("nobody is asked for anything once the caller is gone", async () => {
  const controller = new AbortController();
  const { ask, bodies } = await bankWith(() => {
    controller.abort(new Error("the client is gone"));
    return recallReports;
  }, reports(1));
  await expect(ask({}, { signal: controller.signal })).rejects.toThrow("the client is gone");
  expect(bodies()).toHaveLength(1);
});

test("the server says how often, and how long an answer may be", async () => {
  const { ask, bodies } = await bankWith(
    (body) => (offered(body)[0] === "done" ? call("done", { answer: "x" }) : recallReports),
    reports(1),
    { HINDSIGHT_API_REFLECT_MAX_ITERATIONS: "3", HINDSIGHT_API_REFLECT_MAX_COMPLETION_TOKENS: "99" },
  );
  await ask({ budget: "high" });
  expect(bodies()).toHaveLength(6);
  expect(new Set(bodies().map((body) => body.max_tokens))).toEqual(new Set([99]));
  // Nothing was looked up: there is no conversation to close.
  const low = await bankWith([{ text: "Nothing." }], [], { HINDSIGHT_API_REFLECT_MAX_ITERATIONS: "1" });
  expect((await low.ask()).text).toBe("Nothing.");
});
