import { FixedClock } from "../../src/engine/clock.ts";
import { reflect } from "../../src/engine/reflect/reflect.ts";
import type { ReflectRequest } from "../../src/engine/types.ts";
import { createChatModel } from "./chat-model.ts";
import { createTestDatabase } from "./database.ts";
import { engineContext } from "./engine-context.ts";
import { type SeedMemory, seedMemories } from "./memories.ts";
import { REFLECT_SETTINGS } from "./reflect-settings.ts";
import { type RequestBody, type ScriptedAnswer, startScriptedOpenAi } from "./scripted-openai.ts";

const ADDRESS = { sandboxId: "", bankId: "bakery" };

/** A model's turn that calls one tool. */
export const call = (name: string, args: Record<string, unknown> | string = {}): ScriptedAnswer => ({
  tools: [{ name, arguments: args }],
});

/** The names of the tools that a call to the model offered. */
export const offered = (body: RequestBody | undefined) =>
  body?.tools?.map((tool) => tool.function.name) ?? [];

export const lastMessage = (body: RequestBody | undefined) => body?.messages.at(-1)?.content ?? "";

/**
 * The bank `bakery` with these memories, and a model that answers by script.
 * @param environment upstream's variables, of the server and of its model; without retries.
 */
export async function bankWith(
  script: Parameters<typeof startScriptedOpenAi>[0],
  memories: readonly SeedMemory[],
  environment: Record<string, string> = {},
) {
  const { database } = await createTestDatabase();
  const seeded = await seedMemories(database, ADDRESS.bankId, memories);
  const server = await startScriptedOpenAi(script);
  const variables = Object.entries(environment).map(([name, value]) => [
    name.replace(/^HINDSIGHT_API_/, ""),
    value,
  ]);
  const llm = createChatModel(
    { provider: "openai", model: "scripted", apiKey: "k", baseUrl: server.baseUrl },
    { attribute: false, variables: { LLM_MAX_RETRIES: "0", ...Object.fromEntries(variables) } },
  );
  const clock = new FixedClock("2023-07-01T00:00:00Z");
  const context = engineContext(database, { llm, clock }, environment);
  const ask = (request: Partial<ReflectRequest> = {}, options: { signal?: AbortSignal } = {}) =>
    reflect(
      context,
      ADDRESS,
      {
        query: "Who delivers the flour?",
        budget: "low",
        maxTokens: 4096,
        includeFacts: true,
        includeToolCalls: { output: true },
        tagsMatch: "any",
        ...request,
      },
      REFLECT_SETTINGS,
      options,
    );
  return { ...seeded, ask, context, server, bodies: () => server.requests.map(({ body }) => body) };
}
