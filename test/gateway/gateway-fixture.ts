import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { ATTRIBUTION_HEADERS } from "../../src/daemon-protocol.ts";
import type { Upstream } from "../../src/gateway/forward.ts";
import { LlmGateway } from "../../src/gateway/gateway.ts";
import type { GatewayTest } from "../../src/gateway/gateway-test.ts";
import type { RunRecordings } from "../../src/gateway/run-recordings.ts";
import { type Script, ScriptedOpenAi } from "./scripted-openai.ts";

export const RECORD_COMMAND = "HINDSIGHT_LLM=record npx vitest run agent.test.ts";
const ECHO: Script = ({ body }) => ({ content: `Answer to: ${lastContent(body)}` });

export interface Ask {
  slot?: string;
  /** Null: as a server that is not ours asks. */
  sandbox?: string | null;
  scope?: string;
  headers?: Record<string, string>;
  signal?: AbortSignal;
}

export interface Asked {
  status: number;
  headers: Headers;
  body: ChatBody;
  content: string | null | undefined;
}

interface ChatBody {
  choices?: {
    message: {
      content: string | null;
      tool_calls?: { id: string; function: { name: string; arguments: string } }[];
    };
  }[];
  usage?: unknown;
  error?: { message: string; type: string; code: string };
}

/** A gateway, a scripted provider to record from, and a directory for cassettes: all gone when the test ends. */
export async function startGateway(
  options: { script?: Script; apiKey?: string; countsProject?: boolean; recordings?: RunRecordings } = {},
) {
  const provider = await ScriptedOpenAi.start(options.script ?? ECHO);
  const { apiKey, recordings } = options;
  const directory = await mkdtemp(join(tmpdir(), "gateway-test-"));
  const gateway = await LlmGateway.start({
    root: options.countsProject ? directory : undefined,
    recordings,
  });
  onTestFinished(async () => {
    await gateway.close();
    await provider.close();
    await rm(directory, { recursive: true, force: true });
  });
  return new GatewayFixture(gateway, provider, directory, apiKey);
}

export class GatewayFixture {
  readonly gateway: LlmGateway;
  readonly provider: ScriptedOpenAi;
  readonly directory: string;
  readonly #upstream: Upstream & { provider: string };

  constructor(gateway: LlmGateway, provider: ScriptedOpenAi, directory: string, apiKey: string | undefined) {
    this.gateway = gateway;
    this.provider = provider;
    this.directory = directory;
    this.#upstream = { provider: "openai", baseUrl: provider.baseUrl, apiKey };
  }

  path(name = "test"): string {
    return join(this.directory, "__cassettes__", `${name}.jsonl`);
  }

  read(name = "test"): Promise<string> {
    return readFile(this.path(name), "utf8");
  }

  /** Begins a test named `name` in a sandbox of that name. */
  begin(mode: GatewayTest["mode"], name = "test"): Promise<void> {
    return this.gateway.beginTest(this.test(mode, name));
  }

  test(mode: GatewayTest["mode"], name = "test"): GatewayTest {
    return {
      slot: "1",
      sandboxId: name,
      mode,
      cassette: this.path(name),
      testName: name,
      testFile: join(this.directory, "agent.test.ts"),
      recordCommand: RECORD_COMMAND,
      upstreams: { llm: this.#upstream, embeddings: this.#upstream },
    };
  }

  end(passed = true, name = "test") {
    return this.gateway.endTest({ slot: "1", sandboxId: name, passed });
  }

  /** A whole recorded test. */
  async record(name: string, run: () => Promise<unknown>) {
    await this.begin("record", name);
    await run();
    return this.end(true, name);
  }

  /** Asks as a server in the sandbox of test `test` does. */
  async ask(body: unknown, options: Ask = {}): Promise<Asked> {
    const { slot = "1", sandbox = "test", scope = "reflect", headers = {}, signal } = options;
    const response = await fetch(`${this.gateway.baseUrl(slot)}/chat/completions`, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        ...(sandbox !== null && { [ATTRIBUTION_HEADERS.sandbox]: sandbox }),
        ...(scope !== "" && { [ATTRIBUTION_HEADERS.scope]: scope }),
        [ATTRIBUTION_HEADERS.bank]: "test-bank",
        ...headers,
      },
      body: typeof body === "string" ? body : JSON.stringify(body),
      ...(signal && { signal }),
    });
    const answer = (await response.json()) as ChatBody;
    return {
      status: response.status,
      headers: response.headers,
      body: answer,
      content: answer.choices?.[0]?.message.content,
    };
  }
}

export const SYSTEM = "You answer from memory.\nCite what you used.\nSay so when you know nothing.";

/** A chat request that asks `question`. */
export function chat(question: string, more: Record<string, unknown> = {}) {
  return {
    model: "scripted-model",
    messages: [
      { role: "system", content: SYSTEM },
      { role: "user", content: question },
    ],
    temperature: 0.9,
    ...more,
  };
}

function lastContent(body: unknown): unknown {
  return (body as { messages: { content: unknown }[] }).messages.at(-1)?.content;
}

/** A promise that the test resolves itself. */
export function deferred(): { promise: Promise<void>; resolve: () => void } {
  let resolve = () => {};
  const promise = new Promise<void>((fulfil) => {
    resolve = fulfil;
  });
  return { promise, resolve };
}
