import { describe, expect, test } from "vitest";
import { ModelExtractor } from "../../../src/engine/retain/extraction.ts";
import type { ExtractionMode } from "../../../src/engine/retain/settings.ts";
import { LlmError } from "../../../src/llm/llm-error.ts";
import { textOf } from "../../../src/llm/message-text.ts";
import type { ChatModel, ChatRequest } from "../../../src/llm/types.ts";
import { readServerSettings } from "../../../src/settings/server-settings.ts";
import { SETTINGS } from "./fixture.ts";

/** Answers with these contents in turn; an error is thrown. */
function scripted(...answers: (unknown | Error)[]): { model: ChatModel; requests: ChatRequest[] } {
  const requests: ChatRequest[] = [];
  const model: ChatModel = {
    provider: "scripted",
    model: "scripted",
    async complete(request) {
      requests.push(request);
      const answer = answers[Math.min(requests.length, answers.length) - 1];
      if (answer instanceof Error) throw answer;
      const content = typeof answer === "string" ? answer : JSON.stringify(answer);
      const usage = { inputTokens: 10, outputTokens: 5, cachedTokens: 1, thoughtsTokens: 2 };
      return { content, toolCalls: [], finishReason: "stop", usage };
    },
  };
  return { model, requests };
}

function extract(model: ChatModel, text: string, mode: ExtractionMode = "concise", settings = SETTINGS) {
  const attribution = { sandboxId: "", bankId: "b" };
  const source = { text, date: null, context: undefined, metadata: undefined };
  return new ModelExtractor(model, { mode, settings, server: SERVER, attribution }).extract(source);
}

const SERVER = readServerSettings({}).retain;

const GOOD = { facts: [{ what: "Ann likes tea", entities: ["Ann"] }] };

test("one call, in the mode that wants JSON", async () => {
  const { model, requests } = scripted(GOOD);
  const { facts, usage } = await extract(model, "Ann likes tea.");
  expect(facts.map((fact) => fact.text)).toEqual(["Ann likes tea"]);
  expect(usage).toEqual({ inputTokens: 10, outputTokens: 5, cachedTokens: 1, thoughtsTokens: 2 });
  expect(requests).toHaveLength(1);
  expect(requests[0]).toMatchObject({
    scope: "retain_extract_facts",
    responseFormat: "json",
    responseSchema: { type: "object", required: ["facts"] },
    maxTokens: 64_000,
  });
});

describe("an answer that cannot be used", () => {
  test("is asked for again with a correction, and paid for", async () => {
    const { model, requests } = scripted({ what: "no list" }, { facts: [{ odd: 1 }] }, GOOD);
    const { facts, usage } = await extract(model, "Ann likes tea.");
    expect(facts).toHaveLength(1);
    expect(usage.inputTokens).toBe(30);
    expect(requests.map((request) => request.messages.length)).toEqual([2, 3, 3]);
    expect(requests[1]?.messages.at(-1)).toMatchObject({
      role: "user",
      content: expect.stringContaining('"facts"'),
    });
    expect(requests[2]?.messages.at(-1)).toMatchObject({ content: expect.stringContaining("odd") });
  });

  test.each([[{ what: "no list" }], [{ facts: [{ odd: 1 }] }], ["no json"]])(
    "%j four times is a failure",
    async (answer) => {
      const { model, requests } = scripted(answer);
      await expect(extract(model, "Ann likes tea.")).rejects.toThrow(/no list of facts|no element/);
      expect(requests).toHaveLength(4);
    },
  );

  test("on the last attempt, the facts that are good are kept", async () => {
    const { model, requests } = scripted({ facts: [{ odd: 1 }, { what: "a" }] });
    expect((await extract(model, "Ann likes tea.")).facts).toHaveLength(1);
    expect(requests).toHaveLength(4);
  });

  test("an error of the provider is passed on", async () => {
    const failure = new LlmError("status", "503", { status: 503, retryable: true });
    await expect(extract(scripted(failure).model, "x")).rejects.toBe(failure);
  });
});

describe("output that is cut off", () => {
  const cutOff = new LlmError("length", "cut off", { retryable: false });

  test("halves the text at a sentence", async () => {
    const text = `${"Tea is good. ".repeat(30)}${"Milk is bad. ".repeat(30)}`.trim();
    const { model, requests } = scripted(cutOff, GOOD, GOOD);
    const { facts, usage } = await extract(model, text);
    expect(facts).toHaveLength(2);
    expect(usage.inputTokens).toBe(20);
    const [first = "", second = ""] = requests
      .slice(1)
      .map((request) => textOf(request.messages[1]).split("Text:\n")[1]);
    expect(first.endsWith(".")).toBe(true);
    expect(`${first} ${second}`).toBe(text);
  });

  test("halves a conversation between its turns", async () => {
    const turns = Array.from({ length: 40 }, (_, index) => ({ speaker: "A", text: `turn ${index}` }));
    const { model, requests } = scripted(cutOff, GOOD, GOOD);
    await extract(model, JSON.stringify(turns));
    const halves = requests
      .slice(1)
      .map((request) => JSON.parse(textOf(request.messages[1]).split("Text:\n")[1] ?? ""));
    expect(halves.map((half) => half.length)).toEqual([20, 20]);
    expect(halves.flat()).toEqual(turns);
  });

  test("costs what the halves cost, not what was asked before", async () => {
    const { model } = scripted({ facts: [{ odd: 1 }] }, cutOff, GOOD, GOOD);
    expect((await extract(model, "Tea is good. ".repeat(50))).usage.inputTokens).toBe(20);
  });

  test("gives a short text up without facts, at no cost", async () => {
    const { facts, usage } = await extract(scripted(cutOff).model, "short");
    expect(facts).toEqual([]);
    expect(usage.inputTokens).toBe(0);
  });
});

describe("modes", () => {
  test("verbatim: the chunk is the fact, with the entities of all", async () => {
    const answer = {
      facts: [
        { what: "a", entities: ["A"], fact_type: "assistant" },
        { what: "b", entities: ["B"] },
      ],
    };
    const { facts } = await extract(scripted(answer).model, "the chunk", "verbatim");
    expect(facts).toMatchObject([{ text: "the chunk", entities: ["A", "B"], factType: "experience" }]);
  });

  test("the others differ in the system message alone", async () => {
    const modes: ExtractionMode[] = ["concise", "verbose", "custom"];
    const settings = { ...SETTINGS, retainCustomInstructions: "Only weather." };
    const messages = await Promise.all(
      modes.map(async (mode) => {
        const { model, requests } = scripted(GOOD);
        await extract(model, "x", mode, settings);
        return requests[0]?.messages.map((message) => message.content);
      }),
    );
    expect(new Set(messages.map((pair) => pair?.[0])).size).toBe(3);
    expect(new Set(messages.map((pair) => pair?.[1])).size).toBe(1);
    expect(messages[2]?.[0]).toContain("Only weather.");
  });
});
