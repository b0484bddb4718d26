import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import { HindsightClient } from "@vectorize-io/hindsight-client";
import { jsonSchema, stepCountIs, ToolLoopAgent, tool } from "ai";
import { expect, test } from "vitest";
import { HindsightServer } from "../../src/server/hindsight-server.ts";
import { startScriptedOpenAi } from "../support/scripted-openai.ts";

/** An agent as users of the AI SDK write it: its model decides which of the memory's three verbs to use. */
function createAgent(client: HindsightClient, modelUrl: string) {
  const text = (name: string) =>
    jsonSchema<Record<string, string>>({
      type: "object",
      properties: { [name]: { type: "string" } },
      required: [name],
    });
  const tools = {
    retain: tool({
      description: "Remember something",
      inputSchema: text("content"),
      execute: ({ content = "" }) => client.retain("agent", content, { timestamp: "2024-03-01" }),
    }),
    recall: tool({
      description: "Look facts up",
      inputSchema: text("query"),
      execute: async ({ query = "" }) =>
        (await client.recall("agent", query)).results.map((result) => result.text),
    }),
    reflect: tool({
      description: "Ask the memory a question",
      inputSchema: text("query"),
      execute: async ({ query = "" }) => (await client.reflect("agent", query)).text,
    }),
  };
  const provider = createOpenAICompatible({ name: "scripted", baseURL: modelUrl });
  return new ToolLoopAgent({ model: provider("agent"), tools, stopWhen: stepCountIs(6) });
}

test("an agent of the AI SDK remembers, looks up and asks", async () => {
  await using server = await HindsightServer.start();
  const model = await startScriptedOpenAi([
    {
      tools: [
        {
          name: "retain",
          arguments: { content: "Ingrid Solberg is allergic to walnuts. Ingrid sails a blue dinghy." },
        },
      ],
    },
    { tools: [{ name: "recall", arguments: { query: "What is Ingrid allergic to?" } }] },
    {
      tools: [
        { name: "reflect", arguments: { query: "What does Ingrid sail?" } },
        { name: "reflect", arguments: { query: "Where did Bartholomew Quill study?" } },
      ],
    },
    { text: "No walnuts for Ingrid, on her blue dinghy." },
  ]);
  const agent = createAgent(new HindsightClient({ baseUrl: server.url }), model.baseUrl);

  const { text, steps } = await agent.generate({ prompt: "Plan Ingrid's birthday." });

  expect(text).toBe("No walnuts for Ingrid, on her blue dinghy.");
  const outputs = steps.flatMap((step) => step.toolResults.map(({ toolName, output }) => [toolName, output]));
  expect(outputs).toEqual([
    ["retain", expect.objectContaining({ success: true, items_count: 1 })],
    ["recall", expect.arrayContaining([expect.stringContaining("walnuts")])],
    ["reflect", expect.stringMatching(/blue dinghy/)],
    ["reflect", expect.stringMatching(/I (don't|do not) know/)],
  ]);
  // The model was shown what the tools gave, in its own conversation.
  const shown = model.requests.at(-1)?.body.messages.filter(({ role }) => role === "tool");
  expect(shown).toHaveLength(4);
  expect(shown?.[1]?.content).toContain("walnuts");
});
