import { createGoogleGenerativeAI } from "@ai-sdk/google";
import { generateText, jsonSchema, stepCountIs, streamText, tool } from "ai";
import { describe, expect, test } from "vitest";
import type { Json } from "../../../src/gateway/json.ts";
import { geminiContent } from "../../../src/gateway/wire/gemini-content.ts";
import type { Script } from "../scripted-openai.ts";
import { bodyOf, OLD, recordAndReplay, SIGNATURE, startProvider } from "./chat-clients.ts";

interface Body {
  contents: { parts: { text?: string; thoughtSignature?: string }[] }[];
}

const random = () => process.hrtime.bigint().toString(36);
const usageMetadata = {
  promptTokenCount: 3,
  candidatesTokenCount: 4,
  thoughtsTokenCount: 2,
  totalTokenCount: 9,
};
const answer = (parts: unknown[], more: object = { finishReason: "STOP" }) => ({
  candidates: [{ content: { role: "model", parts }, index: 0, ...more }],
  usageMetadata,
  modelVersion: "gemini-3.5-flash",
  responseId: random(),
});
const questionOf = (body: Body) => body.contents[0]?.parts[0]?.text ?? "";

/** Calls two functions at once, with a signature; then answers. */
const agent: Script = (request) => {
  const body = bodyOf<Body>(request);
  const asked = questionOf(body);
  const call = { functionCall: { name: "recall", args: { ids: [asked] } }, thoughtSignature: SIGNATURE };
  const isFirst = body.contents.length === 1;
  const parts = isFirst
    ? [call, { functionCall: { name: "recall", args: {} } }]
    : [{ text: `It is ${asked} ☕` }];
  if (!request.path.includes("streamGenerateContent")) return { status: 200, body: answer(parts) };
  const texts = [
    answer([{ text: "Hm", thought: true }], {}),
    answer([{ text: asked.slice(0, 20) }], {}),
    answer([{ text: asked.slice(20), thoughtSignature: SIGNATURE }]),
  ];
  return { stream: texts.map((data) => `data: ${JSON.stringify(data)}\r\n\r\n`) };
};

function model(base: string) {
  return createGoogleGenerativeAI({ baseURL: `${base}/v1beta`, apiKey: "unused-stand-in" })(
    "gemini-3.5-flash",
  );
}

const read = (body: Json, path = "/models/g:generateContent", query = "") =>
  geminiContent.readRequest({ path, query: new URLSearchParams(query), body });

describe("a client of Gemini", () => {
  test.each(["", "/v1beta"])(
    "replays an agent with its signatures, recorded from a base URL that ends with %j",
    async (version) => {
      const { recorded, requests } = await recordAndReplay(
        { provider: "gemini", script: agent, version },
        async (base, id) => {
          const { text, steps } = await generateText({
            model: model(base),
            prompt: id,
            maxRetries: 0,
            stopWhen: stepCountIs(3),
            tools: {
              recall: tool({
                inputSchema: jsonSchema<{ ids?: string[] }>({
                  type: "object",
                  properties: { ids: { type: "array", items: { type: "string" } } },
                }),
                execute: ({ ids = [] }) => ({ found: ids.length }),
              }),
            },
          });
          return { text, inputs: steps.flatMap(({ toolCalls }) => toolCalls.map(({ input }) => input)) };
        },
      );
      expect(recorded).toEqual({ text: `It is ${OLD} ☕`, inputs: [{ ids: [OLD] }, {}] });
      expect(requests.map(({ path }) => path)).toEqual(
        Array(2).fill("/v1beta/models/gemini-3.5-flash:generateContent"),
      );
      expect(requests[0]?.headers["x-goog-api-key"]).toBe("the-real-key");
      expect(bodyOf<Body>(requests[1] ?? expect.fail()).contents[1]?.parts[0]?.thoughtSignature).toBe(
        SIGNATURE,
      );
    },
  );

  test("replays a stream with its parts, and ids that were cut in two", async () => {
    const { recorded, cassette } = await recordAndReplay(
      { provider: "gemini", script: agent },
      async (base, id, f) => {
        const result = streamText({ model: model(base), prompt: id, maxRetries: 0 });
        const parts: string[] = [];
        for await (const part of result.fullStream) {
          if (part.type === "text-delta" || part.type === "reasoning-delta") parts.push(part.text);
        }
        const [call] = f.gateway.calls({ slot: "1", sandboxId: "test" });
        const [thought, ...words] = parts;
        return {
          thought,
          words: words.join(""),
          count: parts.length,
          tokens: [call?.inputTokens, call?.outputTokens],
        };
      },
    );
    expect(recorded).toEqual({ thought: "Hm", words: OLD, count: 3, tokens: [3, 6] });
    expect(cassette.replaceAll(SIGNATURE, "")).not.toContain(OLD);
  });

  test("may have its key in the address; the answer to a blocked prompt is one", async () => {
    const blocked = { promptFeedback: { blockReason: "SAFETY" }, usageMetadata, responseId: "r" };
    const { f, begin, base } = await startProvider({
      provider: "gemini",
      script: () => ({ status: 200, body: blocked }),
    });
    const body = JSON.stringify({ contents: [{ parts: [{ text: "Hi" }] }] });
    const ask = async (key: string) => {
      const response = await fetch(`${base}/v1beta/models/g:generateContent?key=${key}`, {
        method: "POST",
        body,
      });
      return (await response.json()) as unknown;
    };
    await begin("record");
    const recorded = await ask("a-key-of-someone");
    await f.end();
    expect(f.provider.requests[0]?.path).toBe("/v1beta/models/g:generateContent");
    expect(await f.read()).not.toContain("a-key-of-someone");
    await begin("replay");
    expect(await ask("another")).toEqual(recorded);
    expect(recorded).toMatchObject({ promptFeedback: { blockReason: "SAFETY" } });
  });

  test("is refused a stream that is no stream of events, with the reason", async () => {
    const { f, begin, base } = await startProvider({ provider: "gemini", script: agent });
    await begin("record");
    const body = JSON.stringify({ contents: [{ parts: [{ text: "Hi" }] }] });
    const response = await fetch(`${base}/v1beta/models/g:streamGenerateContent`, { method: "POST", body });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: { code: 400, status: "INVALID_ARGUMENT" } });
    expect((await f.end()).misses).toMatchObject([{ report: expect.stringContaining("alt=sse") }]);
  });

  test("reads what a test answers itself", async () => {
    const { f, begin, base } = await startProvider({ provider: "gemini", script: agent });
    await begin("scripted");
    f.gateway.respond({ slot: "1", sandboxId: "test" }, "", async () => ({
      text: "Tea",
      toolCalls: [{ name: "recall", arguments: { q: 1 } }],
    }));
    const tools = {
      recall: tool({ inputSchema: jsonSchema<{ q: number }>({ type: "object" }), execute: () => "found" }),
    };
    const whole = await generateText({ model: model(base), prompt: "Hi", tools, maxRetries: 0 });
    expect([whole.text, whole.toolCalls]).toMatchObject(["Tea", [{ toolName: "recall", input: { q: 1 } }]]);
    const stream = streamText({ model: model(base), prompt: "Hi", tools, maxRetries: 0 });
    expect([await stream.text, await stream.toolCalls]).toMatchObject(["Tea", [{ input: { q: 1 } }]]);
  });
});

describe("readRequest", () => {
  const contents = [{ role: "user", parts: [{ text: "Hi" }] }];

  test("takes a request apart", () => {
    const asked = read({
      contents,
      systemInstruction: { parts: [{ text: "Be brief." }] },
      tools: [{ functionDeclarations: [] }],
      generationConfig: {
        temperature: 0,
        responseMimeType: "application/json",
        responseSchema: { type: "OBJECT" },
      },
      brandNew: true,
    });
    expect(asked).toEqual({
      model: "g",
      isStreamed: false,
      segments: {
        system: { parts: [{ text: "Be brief." }] },
        tools: [{ functionDeclarations: [] }],
        schema: { responseSchema: { type: "OBJECT" } },
        parameters: {
          generationConfig: { temperature: 0, responseMimeType: "application/json" },
          brandNew: true,
        },
        conversation: contents,
      },
    });
  });

  test("ids of calls count by their order, and texts of results as JSON", () => {
    const ask = (id: string, result: string, args: Json = {}) =>
      read({
        contents: [
          { role: "model", parts: [{ functionCall: { id, name: "t", args } }] },
          { role: "user", parts: [{ functionResponse: { id, name: "t", response: { output: result } } }] },
        ],
      });
    expect(ask("a", '{"x":1,"y":2}')).toEqual(ask("b", '{"y": 2, "x": 1}'));
    expect(ask("a", "{}", { id: "1" })).not.toEqual(ask("a", "{}", { id: "2" }));
  });

  test("a stream is another call, whichever model answers it", () => {
    expect(read({ contents }, "/models/g:streamGenerateContent", "alt=sse")).toMatchObject({
      model: "g",
      isStreamed: true,
    });
    expect(read({ contents }, "/tunedModels/g:generateContent")).toMatchObject({ model: "g" });
  });
});
