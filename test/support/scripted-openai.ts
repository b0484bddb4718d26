import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";
import { promiseWithResolvers } from "./promise.ts";

/** One answer of the scripted model. */
export type ScriptedAnswer =
  | { text: string; finishReason?: string }
  | { json: unknown }
  /** `arguments` as an object, or as the text that the model wrote. */
  | { tools: { name: string; arguments: Record<string, unknown> | string }[]; finishReason?: string }
  | { status: number; body?: unknown; headers?: Record<string, string> }
  /** The body of a 200, as it stands. */
  | { body: unknown }
  /** Takes the request and never answers. */
  | { hang: true }
  /** Answers with this text, and breaks the connection off before its end. */
  | { breaksOffAfter: string }
  /** Answers when the promise is fulfilled. */
  | { after: Promise<unknown>; answer: ScriptedAnswer };

interface RecordedRequest {
  method: string;
  /** With the query string. */
  path: string;
  headers: IncomingHttpHeaders;
  body: RequestBody;
}

/** The parts of a chat request that tests look at. */
export interface RequestBody {
  model: string;
  messages: {
    role: string;
    content: string | null;
    tool_calls?: { id: string; type: string; function: { name: string; arguments: string } }[];
    tool_call_id?: string;
  }[];
  tools?: { type: string; function: { name: string; parameters: Record<string, unknown> } }[];
  tool_choice?: unknown;
  response_format?: unknown;
  temperature?: number;
  max_tokens?: number;
  max_completion_tokens?: number;
}

export interface ScriptedOpenAi {
  /** What a provider is configured with: ends in `/v1`. */
  baseUrl: string;
  /** In the order of their arrival. */
  requests: RecordedRequest[];
  /** Resolves when the first request has arrived. */
  firstRequest: Promise<void>;
}

/**
 * An OpenAI-compatible model on loopback that gives the answers of a script, first in, first out; closed when the calling test
 * ends. Without an answer left it says so with a 400. Every answer counts 100 tokens in and 10 out.
 */
export async function startScriptedOpenAi(
  script: ScriptedAnswer[] | ((request: RequestBody) => ScriptedAnswer),
): Promise<ScriptedOpenAi> {
  const answers = Array.isArray(script) ? [...script] : script;
  const requests: RecordedRequest[] = [];
  const { promise: firstRequest, resolve: arrived } = promiseWithResolvers();
  const server = createServer(async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const body = JSON.parse(Buffer.concat(parts).toString()) as RequestBody;
    requests.push({ method: request.method ?? "", path: request.url ?? "", headers: request.headers, body });
    arrived();
    let answer = Array.isArray(answers) ? answers.shift() : answers(body);
    if (answer && "after" in answer) {
      await answer.after;
      answer = answer.answer;
    }
    if (answer && "breaksOffAfter" in answer) {
      response.writeHead(200, { "content-type": "application/json" });
      response.write(answer.breaksOffAfter, () => response.destroy());
      return;
    }
    const reply = replyTo(answer, body, requests.length);
    if (!reply) return;
    response.writeHead(reply.status, { "content-type": "application/json", ...reply.headers });
    response.end(JSON.stringify(reply.body));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const { port } = server.address() as AddressInfo;
  return { baseUrl: `http://127.0.0.1:${port}/v1`, requests, firstRequest };
}

interface Reply {
  status: number;
  headers?: Record<string, string>;
  body: unknown;
}

function replyTo(
  answer: ScriptedAnswer | undefined,
  { model }: RequestBody,
  count: number,
): Reply | undefined {
  if (!answer) {
    return { status: 400, body: { error: { message: "the script has no answer left for this call" } } };
  }
  if ("hang" in answer || "after" in answer || "breaksOffAfter" in answer) return undefined;
  if ("status" in answer) {
    const { status, headers, body = { error: { message: `scripted ${status}` } } } = answer;
    return { status, body, ...(headers && { headers }) };
  }
  if ("body" in answer) return { status: 200, body: answer.body };
  const calls = "tools" in answer ? answer.tools : [];
  const content = "text" in answer ? answer.text : "json" in answer ? JSON.stringify(answer.json) : null;
  const message = {
    role: "assistant",
    content,
    ...(calls.length > 0 && {
      tool_calls: calls.map((call, index) => ({
        id: `call_${count}_${index}`,
        type: "function",
        function: {
          name: call.name,
          arguments: typeof call.arguments === "string" ? call.arguments : JSON.stringify(call.arguments),
        },
      })),
    }),
  };
  const finishReason = "finishReason" in answer ? answer.finishReason : undefined;
  return {
    status: 200,
    body: {
      id: `chatcmpl-${count}`,
      object: "chat.completion",
      created: 0,
      model,
      choices: [
        { index: 0, message, finish_reason: finishReason ?? (calls.length > 0 ? "tool_calls" : "stop") },
      ],
      usage: { prompt_tokens: 100, completion_tokens: 10, total_tokens: 110 },
    },
  };
}
