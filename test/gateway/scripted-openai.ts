import { EventEmitter, once } from "node:events";
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from "node:http";
import type { AddressInfo } from "node:net";

export interface ScriptedRequest {
  method: string;
  path: string;
  headers: IncomingHttpHeaders;
  /** Parsed JSON; `undefined` when the request has no body. */
  body: unknown;
  /** Aborts when the client has gone away before its answer. */
  signal: AbortSignal;
}

/** What the provider answers: a message of the model, or any HTTP response. */
type ScriptedAnswer =
  | {
      content: string | null;
      toolCalls?: { id: string; name: string; arguments: string }[];
      finishReason?: string;
      usage?: { prompt_tokens: number; completion_tokens: number; total_tokens: number };
    }
  | { status: number; headers?: Record<string, string>; body: unknown }
  | StreamedAnswer;

/** Each part in a write of its own; `breaksOff`: its end is that of the connection. */
interface StreamedAnswer {
  stream: Iterable<string> | AsyncIterable<string>;
  contentType?: string;
  breaksOff?: boolean;
}

export type Script = (request: ScriptedRequest, n: number) => ScriptedAnswer | Promise<ScriptedAnswer>;

/** An OpenAI-compatible provider on loopback, which answers what a test tells it to, and keeps what it was asked. */
export class ScriptedOpenAi {
  readonly requests: ScriptedRequest[] = [];
  readonly #arrivals = new EventEmitter();
  readonly #server: Server;
  readonly #script: Script;

  private constructor(script: Script) {
    this.#script = script;
    this.#server = createServer((incoming, outgoing) => {
      const gone = new AbortController();
      outgoing.once("close", () => gone.abort());
      void this.#answer(incoming, gone.signal).then((answer) => {
        if ("stream" in answer) return writeStream(outgoing, answer);
        const { status, headers, body } = answer;
        outgoing.writeHead(status, { "content-type": "application/json", ...headers });
        outgoing.end(typeof body === "string" ? body : JSON.stringify(body));
      });
    });
  }

  static async start(script: Script): Promise<ScriptedOpenAi> {
    const provider = new ScriptedOpenAi(script);
    await new Promise<void>((resolve) => provider.#server.listen(0, "127.0.0.1", resolve));
    return provider;
  }

  get baseUrl(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/v1`;
  }

  /** The n-th request, counted from 1, as soon as it is there. */
  async received(n: number): Promise<ScriptedRequest> {
    for (;;) {
      const request = this.requests[n - 1];
      if (request) return request;
      await once(this.#arrivals, "request");
    }
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
  }

  async #answer(incoming: IncomingMessage, signal: AbortSignal) {
    let text = "";
    for await (const chunk of incoming.setEncoding("utf8")) text += chunk;
    const request: ScriptedRequest = {
      method: incoming.method ?? "",
      path: incoming.url ?? "",
      headers: incoming.headers,
      body: text === "" ? undefined : JSON.parse(text),
      signal,
    };
    this.requests.push(request);
    this.#arrivals.emit("request");
    const n = this.requests.length;
    try {
      const answer = await this.#script(request, n);
      return "status" in answer || "stream" in answer ? answer : { status: 200, body: completion(answer, n) };
    } catch (error) {
      return { status: 500, body: { error: { message: `The script failed: ${String(error)}` } } };
    }
  }
}

async function writeStream(
  outgoing: ServerResponse,
  { stream, contentType = "text/event-stream", breaksOff = false }: StreamedAnswer,
): Promise<void> {
  outgoing.writeHead(200, { "content-type": contentType });
  for await (const part of stream) await new Promise((resolve) => outgoing.write(part, resolve));
  if (breaksOff) outgoing.destroy();
  else outgoing.end();
}

/** With ids and times that differ from call to call, as a real provider's do. */
function completion(answer: Extract<ScriptedAnswer, { content: string | null }>, n: number) {
  const toolCalls = answer.toolCalls?.map(({ id, name, arguments: text }) => ({
    id,
    type: "function",
    function: { name, arguments: text },
  }));
  return {
    id: `chatcmpl-scripted-${process.hrtime.bigint()}`,
    object: "chat.completion",
    created: Math.floor(Date.now() / 1000),
    model: "scripted-model",
    system_fingerprint: `fp_${n}`,
    choices: [
      {
        index: 0,
        message: { role: "assistant", content: answer.content, ...(toolCalls && { tool_calls: toolCalls }) },
        logprobs: null,
        finish_reason: answer.finishReason ?? (toolCalls ? "tool_calls" : "stop"),
      },
    ],
    usage: answer.usage ?? { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 },
  };
}
