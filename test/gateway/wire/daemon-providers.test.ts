import { HindsightClient } from "@vectorize-io/hindsight-client";
import { expect, test } from "vitest";
import { isJsonObject, type Json } from "../../../src/gateway/json.ts";
import { anthropicMessages } from "../../../src/gateway/wire/anthropic-messages.ts";
import { geminiContent } from "../../../src/gateway/wire/gemini-content.ts";
import { ollamaChat, ollamaCompatible } from "../../../src/gateway/wire/ollama-chat.ts";
import { openaiResponses } from "../../../src/gateway/wire/openai-responses.ts";
import type { ChatWire, ScriptedAnswer } from "../../../src/gateway/wire/wire.ts";
import { HindsightServer } from "../../../src/server/hindsight-server.ts";
import { createTestDatabase } from "../../support/database.ts";
import { startProvider } from "./chat-clients.ts";

const FACTS = {
  facts: [{ what: "Ada sails.", fact_type: "world", fact_kind: "conversation", entities: [] }],
};

/** A model that takes the text for a fact, and reflects on what it finds. */
function answer(offered: string[]): ScriptedAnswer {
  const [only = ""] = offered;
  if (offered.length === 0) return { text: JSON.stringify(FACTS) };
  const call = (name: string, args: Json) => ({ toolCalls: [{ name, arguments: args }] });
  if (only === "structured_response") return call(only, FACTS);
  if (offered.length > 1) return call("answer_ready", { answer_found: true });
  if (only === "done") return call(only, { answer: "Ada does.", memory_ids: ["f1"] });
  return call(only, { query: "who sails" });
}

/** The names of the tools, wherever the API has them. */
function namesOf(tools: Json): string[] {
  const listed = Array.isArray(tools) ? tools.filter(isJsonObject) : [];
  return listed.flatMap((tool) => {
    if (Array.isArray(tool.functionDeclarations)) return namesOf(tool.functionDeclarations);
    const { name } = isJsonObject(tool.function) ? tool.function : tool;
    return typeof name === "string" ? [name] : [];
  });
}

test.each<[string, string, ChatWire[]]>([
  ["openai-responses", "openai", [openaiResponses]],
  ["anthropic", "anthropic", [anthropicMessages]],
  ["gemini", "gemini", [geminiContent]],
  ["ollama", "ollama", [ollamaChat, ollamaCompatible]],
])(
  "our server retains and reflects with %s: recorded, and replayed without it under other ids",
  async (llmProvider, provider, wires) => {
    const version = provider === "openai" ? "/v1" : "";
    const { f, begin, base } = await startProvider({
      provider,
      version,
      script: ({ path, body }) => {
        const asked = body as { tools?: Json };
        const wire = wires.find(({ route }) => path.endsWith(route)) ?? wires[0];
        const status = wire ? 200 : 404;
        return { status, body: wire?.writeAnswer(answer(namesOf(asked.tools ?? null))) };
      },
    });
    const converse = async (idSeed: string) => {
      await using server = await HindsightServer.start({
        testMode: true,
        idSeed,
        database: (await createTestDatabase()).url,
        llmProvider,
        llmModel: "scripted",
        llmBaseUrl: base,
        llmApiKey: "unused-stand-in",
        env: { HINDSIGHT_API_SKIP_LLM_VERIFICATION: "true", HINDSIGHT_API_ENABLE_OBSERVATIONS: "false" },
      });
      const client = new HindsightClient({ baseUrl: server.url });
      await client.retain("ada", "Ada sails.");
      const { text, based_on: grounds } = await client.reflect("ada", "Who sails?", {
        includeFacts: true,
      } as never);
      return { text, facts: grounds?.memories?.map((memory) => memory.text) };
    };
    await begin("record");
    const recorded = await converse("one");
    expect(recorded.text).toBe("Ada does.");
    expect(await f.end()).toMatchObject({ misses: [], written: f.path() });
    const asked = f.provider.requests.length;
    await f.provider.close();
    await begin("replay");
    expect(await converse("two")).toEqual(recorded);
    const { misses, unused, calls } = await f.end();
    expect({ misses, unused }).toEqual({ misses: [], unused: [] });
    expect(calls.map(({ source }) => source)).toEqual(Array(asked).fill("cassette"));
  },
);
