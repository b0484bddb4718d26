import { waitUntilSettled } from "../../src/engine/operations/settle.ts";
import { parseExtractionMessage } from "../../src/llm/extraction-message.ts";
import { type RunningApp, startApp } from "../http/app-fixture.ts";
import { createChatModel } from "../support/chat-model.ts";
import { type RequestBody, type ScriptedAnswer, startScriptedOpenAi } from "../support/scripted-openai.ts";

/** What a suite relies on, whatever else changes: each file of this folder is one of those behaviours, over real HTTP. */
export interface Bank {
  app: RunningApp;
  /** Below the bank's path: `send("GET", "/stats")`. */
  send(method: string, path: string, body?: unknown): ReturnType<RunningApp["send"]>;
  retain(...items: object[]): Promise<void>;
  /** Waits until the bank's background work is done. */
  settled(): Promise<void>;
  /** How often the model was asked. */
  calls(): number;
}

/** @param facts what the model makes of a chunk; without it there is no model, and chunks are facts. */
export async function startBank(
  options: {
    facts?: (text: string) => object[] | ScriptedAnswer;
    config?: Record<string, unknown>;
    environment?: Record<string, string>;
  } = {},
): Promise<Bank> {
  const { facts, config, environment } = options;
  const provider = facts && (await startScriptedOpenAi((request) => answer(request, facts)));
  const llm = provider
    ? createChatModel({ provider: "openai", apiKey: "k", baseUrl: provider.baseUrl }, { attribute: false })
    : null;
  const app = await startApp({ llm, ...(environment && { environment }) });
  const base = "/v1/default/banks/b";
  const bank: Bank = {
    app,
    send: (method, path, body) => app.send(method, base + path, body),
    async retain(...items) {
      const { status, body } = await app.send("POST", `${base}/memories`, { items });
      if (status !== 200) throw new Error(`retain answered ${status}: ${JSON.stringify(body)}`);
    },
    async settled() {
      const { context, worker } = app.engine;
      const { signal } = new AbortController();
      await waitUntilSettled(context, worker.changes, { sandboxId: "" }, { signal, timeoutMs: 20_000 });
    },
    calls: () => provider?.requests.length ?? 0,
  };
  if (config) await bank.send("PATCH", "/config", { updates: config });
  return bank;
}

function answer(request: RequestBody, facts: (text: string) => object[] | ScriptedAnswer): ScriptedAnswer {
  // A reflect has tools; it gets no call of one, and fails at once.
  if (request.tools) return { text: "I do not know." };
  const content = request.messages[1]?.content ?? "";
  // A consolidation, which a retain queues: there is nothing to observe in these texts.
  if (content.startsWith("# Mission")) return { json: { creates: [], updates: [], deletes: [] } };
  const { text } = parseExtractionMessage(content);
  const made = facts(text);
  return Array.isArray(made) ? { json: { facts: made } } : made;
}

/** A model that takes every text for one fact. */
export const oneFact = (text: string): object[] => [
  { what: text, fact_type: "world", fact_kind: "conversation", entities: [] },
];

/** The texts of what a recall brings, best first. */
export async function recalled(bank: Bank, query: string, request: object = {}): Promise<string[]> {
  const { status, body } = await bank.send("POST", "/memories/recall", { query, ...request });
  if (status !== 200) throw new Error(`recall answered ${status}: ${JSON.stringify(body)}`);
  return body.results.map(({ text }: { text: string }) => text);
}

/** The texts of the bank's memories, in alphabetical order. */
export async function texts(bank: Bank, query = ""): Promise<string[]> {
  const { body } = await bank.send("GET", `/memories/list${query}`);
  return body.items.map(({ text }: { text: string }) => text).sort();
}
