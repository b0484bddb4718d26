import { describe, expect, onTestFinished, test } from "vitest";
import type { LlmChoice } from "../../src/daemon-protocol.ts";
import { parseExtractionMessage } from "../../src/llm/extraction-message.ts";
import { TestControl } from "../../src/server/test-control.ts";
import { createTestDatabase } from "../support/database.ts";
import { type RequestBody, type ScriptedAnswer, startScriptedOpenAi } from "../support/scripted-openai.ts";
import { started } from "./daemon-fixture.ts";

const BANK = "/v1/default/banks/b";

/** Takes every text for one fact, and answers every question. */
function answer({ messages, tools }: RequestBody): ScriptedAnswer {
  if (tools) {
    const [only = ""] = tools.map((tool) => tool.function.name);
    if (tools.length > 1) return { tools: [{ name: "answer_ready", arguments: { answer_found: true } }] };
    const args = only === "done" ? { answer: "By the model.", memory_ids: ["f1"] } : { query: "Ada" };
    return { tools: [{ name: only, arguments: args }] };
  }
  const prompt = messages.at(-1)?.content ?? "";
  if (prompt.includes("one word")) return { text: "ok" };
  const { text } = parseExtractionMessage(prompt);
  if (text.includes("fails")) return { status: 400 };
  return { json: { facts: [{ what: `${text} (by the model)`, fact_type: "world" }] } };
}

async function start(provider = "offline") {
  const model = await startScriptedOpenAi(answer);
  const { ready } = await started({
    database: { kind: "url", url: (await createTestDatabase()).url },
    testMode: true,
    attributeLlmCalls: true,
    environment: {
      HINDSIGHT_API_LLM_PROVIDER: provider,
      HINDSIGHT_API_ENABLE_OBSERVATIONS: "false",
      HINDSIGHT_API_ENABLE_BANK_LLM_HEALTH: "true",
      HINDSIGHT_API_LLM_MAX_RETRIES: "0",
    },
  });
  const control = new TestControl({ url: ready.url, token: "token" });
  onTestFinished(() => control.close());
  const send = async (sandbox: string, path: string, body?: object) => {
    const response = await fetch(`${ready.url}${sandbox && `/sandbox/${sandbox}`}${BANK}${path}`, {
      method: body ? "POST" : "GET",
      headers: { "content-type": "application/json" },
      ...(body && { body: JSON.stringify(body) }),
    });
    return { status: response.status, body: JSON.parse(await response.text()) };
  };
  const texts = async (sandbox: string, content: string) => {
    await send(sandbox, "/memories", { items: [{ content }] });
    const { body } = await send(sandbox, "/memories/list");
    return body.items.map(({ text }: { text: string }) => text).sort();
  };
  const chosen: Exclude<LlmChoice, string | null> = {
    provider: "openai",
    model: "scripted",
    base_url: model.baseUrl,
    api_key: "k",
  };
  /** Whose calls the model got. */
  const asked = () => model.requests.map(({ headers }) => headers["x-hindsight-sandbox"]);
  return { url: ready.url, control, send, texts, chosen, asked };
}

describe("the language model of a sandbox", () => {
  test("is chosen, follows its forks, and is the server's own elsewhere and afterwards", async () => {
    const { control, texts, chosen, asked } = await start();
    const [one = "", two = ""] = await control.makeSandboxes(2);
    const early = await control.forkSandbox(one);
    await control.chooseLlm(one, chosen);
    expect(await texts(one, "Ada sails.")).toEqual(["Ada sails. (by the model)"]);
    expect(await texts(two, "Ada sails.")).toEqual(["Ada sails."]);
    expect(await texts(early, "Ada sails.")).toEqual(["Ada sails."]);
    expect(await texts("", "Ada sails.")).toEqual(["Ada sails."]);
    const fork = await control.forkSandbox(one);
    await control.chooseLlm(one, "offline");
    expect(await texts(fork, "Ben bakes.")).toContain("Ben bakes. (by the model)");
    expect(await texts(one, "Ben bakes.")).toContain("Ben bakes.");
    await control.chooseLlm(fork, null);
    expect(await texts(fork, "Cleo paints.")).toContain("Cleo paints.");
    expect(asked()).toEqual([one, fork]);
  });

  test("may be asked for some things alone", async () => {
    const { control, texts, send, chosen, asked } = await start();
    const [one = ""] = await control.makeSandboxes(1);
    await control.chooseLlm(one, { ...chosen, scopes: ["reflect"] });
    expect(await texts(one, "Ada sails.")).toEqual(["Ada sails."]);
    expect(asked()).toEqual([]);
    const { body } = await send(one, "/reflect", { query: "What does Ada do?" });
    expect(body.text).toBe("By the model.");
    expect(asked().length).toBeGreaterThan(1);
    const calls = await control.llmCalls(one);
    expect(calls[0]).toMatchObject({ scope: "retain_extract_facts", provider: "offline" });
    expect(calls[1]).toMatchObject({ scope: "reflect", provider: "openai", model: "scripted" });
    expect((await send("", "/reflect", { query: "What does Ada do?" })).body.text).not.toBe("By the model.");
  });

  test("is there on a server without one, and nowhere else", async () => {
    const { control, texts, send, chosen } = await start("none");
    const [one = "", two = ""] = await control.makeSandboxes(2);
    await control.chooseLlm(one, chosen);
    expect(await texts(one, "Ada sails.")).toEqual(["Ada sails. (by the model)"]);
    expect(await texts(two, "Ada sails.")).toEqual(["Ada sails."]);
    const { status, body } = await send(one, "/reflect", { query: "What does Ada do?" });
    expect([status, body.text]).toEqual([200, "By the model."]);
    expect((await send(two, "/reflect", { query: "What does Ada do?" })).status).toBe(400);
    const mode = async (sandbox: string) =>
      (await send(sandbox, "/config")).body.config.retain_extraction_mode;
    expect([await mode(one), await mode(two)]).toEqual(["concise", "chunks"]);
    const health = async (sandbox: string) =>
      (await send(sandbox, "/health/llm", {})).body.operations.map(
        ({ status }: { status: string }) => status,
      );
    expect(new Set(await health(one))).toEqual(new Set(["connected"]));
    expect(new Set(await health(two))).toEqual(new Set(["not_configured"]));
  });

  test("is refused when it cannot be asked", async () => {
    const { url, control, texts } = await start();
    const model = { provider: "openai", model: "m", base_url: "http://x/v1" };
    for (const [llm, message] of [
      ["online", "Input should be 'offline'"],
      [{ provider: "openai", model: "m" }, "Field required"],
      [{ ...model, scopes: ["all"] }, "Input should be"],
      [{ ...model, provider: "psychic" }, "must be one of"],
      [model, "has no API key"],
      [{ ...model, provider: "ollama", base_url: "nowhere" }, "must be a URL"],
      [undefined, "Field required"],
    ] as const) {
      const response = await fetch(`${url}/testkit/v1/llm`, {
        method: "POST",
        headers: { "content-type": "application/json", "x-hindsight-testkit-token": "token" },
        body: JSON.stringify({ llm }),
      });
      expect([response.status, await response.text()]).toEqual([422, expect.stringContaining(message)]);
    }
    await expect(control.chooseLlm("77", "offline")).rejects.toThrow("404");
    expect(await texts("", "Ada sails.")).toEqual(["Ada sails."]);
  });
});

describe("the calls to language models", () => {
  test("are told by sandbox, in their order, and forgotten with it", async () => {
    const { control, send, texts, chosen } = await start();
    const [one = "", two = ""] = await control.makeSandboxes(2);
    await control.chooseLlm(one, chosen);
    await control.chooseLlm("", chosen);
    await send(one, "/memories", { async: true, items: [{ content: "Ada sails." }] });
    await control.settle(one, undefined, 20_000);
    await send(one, "/memories", { items: [{ content: "It fails." }] });
    const fork = await control.forkSandbox(one);
    await texts(fork, "Ben bakes.");
    await texts("", "Cleo paints.");
    const call = {
      bank_id: "b",
      scope: "retain_extract_facts",
      step: null,
      provider: "openai",
      model: "scripted",
    };
    const done = { ...call, input_tokens: 100, output_tokens: 10, failed: false };
    const calls = await control.llmCalls(one);
    expect(calls).toEqual([
      { ...done, operation_id: expect.any(String), duration_ms: expect.any(Number) },
      {
        ...call,
        operation_id: null,
        input_tokens: 0,
        output_tokens: 0,
        failed: true,
        duration_ms: expect.any(Number),
      },
    ]);
    expect(calls.every(({ duration_ms }) => duration_ms > 0)).toBe(true);
    expect(await control.llmCalls(two)).toEqual([]);
    expect(await control.llmCalls(fork)).toMatchObject([done]);
    expect(await control.llmCalls("")).toMatchObject([done]);
    await control.closeSandbox(one);
    await expect(control.llmCalls(one)).rejects.toThrow("410");
    await expect(control.llmCalls(fork)).rejects.toThrow("410");
    await control.emptyDefaultSandbox();
    expect(await control.llmCalls("")).toEqual([]);
    expect(await texts("", "Dora rests.")).toEqual(["Dora rests."]);
  });
});
