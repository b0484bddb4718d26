/**
 * The models of a scenario, on loopback: an LLM that says what the scenario scripts, embeddings and rerankers that compute. The
 * vectors and scores are those under which the answers were recorded: figures of the recording, not of this project.
 */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { json as readJson } from "node:stream/consumers";
import type { Json, ScriptedAnswer } from "./scenario.ts";

const DIMENSION = 384;
const WORDS = /[\p{L}\p{N}]+/gu;
const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/gi;

function wordsOf(text: string): string[] {
  return text.toLowerCase().match(WORDS) ?? [];
}

/** Words and their trigrams, hashed with signs. */
function embed(text: string): Float32Array {
  const vector = new Float32Array(DIMENSION);
  const add = (feature: string, weight: number) => {
    let hash = 2_166_136_261;
    for (const character of feature) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 16_777_619);
    hash ^= hash >>> 13;
    const index = (hash >>> 0) % DIMENSION;
    vector[index] = (vector[index] ?? 0) + weight * (hash & 65_536 ? -1 : 1);
  };
  for (const word of wordsOf(text)) {
    add(word, 1);
    const padded = ` ${word} `;
    for (let start = 0; start + 3 <= padded.length; start++) add(`#${padded.slice(start, start + 3)}`, 0.4);
  }
  const length = Math.hypot(...vector) || 1;
  return vector.map((value) => value / length);
}

/** The share of the query's words that a text has, never quite 1. */
function overlap(query: string, text: string): number {
  const asked = new Set(wordsOf(query));
  const found = new Set(wordsOf(text));
  const shared = [...asked].filter((word) => found.has(word)).length;
  return asked.size === 0 ? 0 : shared / (asked.size + 1);
}

/** The id that stands nearest to some words: models are shown ids, and repeat them. */
function nearestId(words: string, text: string): string {
  const at = text.indexOf(words);
  if (at < 0) return `no-such-text:${words}`;
  let best: { distance: number; id: string } | undefined;
  for (const match of text.matchAll(UUID)) {
    const distance = Math.abs(match.index - at);
    if (!best || distance < best.distance) best = { distance, id: match[0] };
  }
  return best?.id ?? "no-id";
}

interface ChatBody {
  model: string;
  messages: { content?: unknown; tool_calls?: unknown }[];
  tools?: { function?: { name?: string } }[];
  tool_choice?: string | { function?: { name?: string } };
  response_format?: { type?: string };
  temperature?: number;
  max_tokens?: number;
  /** The bank's id. */
  user?: string;
}

/** What a step says of the calls to come. */
export interface Expected {
  answers: ScriptedAnswer[];
  variables: Record<string, string>;
  /** Services that answer with a status, by the last part of their path. */
  failing: Record<string, number>;
  /** Whether the step waits for work in the background. */
  background: boolean;
}

interface Reply {
  status: number;
  body: unknown;
}

export class ScriptedModel {
  #answers: ScriptedAnswer[] = [];
  #variables: Record<string, string> = {};
  #failing: Record<string, number> = {};
  #background = true;
  #calls: Json[] = [];
  /** Calls that came before the step that they belong to: each goes on when that begins. */
  #early: (() => void)[] = [];
  readonly #server: Server;

  private constructor() {
    this.#server = createServer(async (request, response) => {
      const path = request.url ?? "";
      const body = request.method === "POST" ? await readJson(request) : {};
      if (!this.#background && isConsolidation(path, body as never)) {
        await new Promise<void>((resolve) => this.#early.push(resolve));
        if (request.socket.destroyed) return;
      }
      const { status, body: answer } = this.#reply(path, body as never);
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(answer));
    });
  }

  static async start(): Promise<ScriptedModel> {
    const model = new ScriptedModel();
    await new Promise<void>((resolve) => model.#server.listen(0, "127.0.0.1", resolve));
    return model;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  /** Prepares the next step. */
  script({ answers, variables, failing, background }: Expected): void {
    this.#answers = [...answers];
    this.#variables = variables;
    this.#failing = failing;
    this.#background = background;
    this.#calls = [];
    if (background) for (const goOn of this.#early.splice(0)) goOn();
  }

  /** What was asked since `script`, and how many answers nobody asked for. */
  heard(): { calls: Json[]; unused: number } {
    return { calls: this.#calls, unused: this.#answers.length };
  }

  #reply(path: string, body: never): Reply {
    const service = path.split("/").at(-1) ?? "";
    const failure = this.#failing[service];
    if (failure !== undefined) {
      return { status: failure, body: { error: { message: `scripted ${failure}`, type: "server_error" } } };
    }
    if (path.endsWith("/chat/completions")) return this.#chat(body);
    switch (service) {
      case "embeddings":
        return { status: 200, body: openAiEmbeddings(body) };
      case "embed":
        return {
          status: 200,
          body: texts((body as { inputs: unknown }).inputs).map((text) => [...embed(text)]),
        };
      case "rerank":
        return { status: 200, body: rerank(body) };
      case "info":
        return {
          status: 200,
          body: { model_id: "wire-overlap", model_type: { reranker: {} }, max_client_batch_size: 128 },
        };
      case "models":
        return { status: 200, body: { object: "list", data: [{ id: "wire", object: "model" }] } };
      case "health":
        return { status: 200, body: {} };
      default:
        return { status: 404, body: {} };
    }
  }

  #chat(request: ChatBody): Reply {
    if (this.#isLeftOver(request)) return completion(request, { role: "assistant", content: "{}" }, "stop");
    const heard = request.messages
      .map(({ content, tool_calls }) =>
        typeof content === "string" ? content : JSON.stringify(content ?? tool_calls ?? ""),
      )
      .join("\n");
    const { tool_choice: choice } = request;
    this.#calls.push({
      tools: (request.tools ?? []).map((tool) => tool.function?.name ?? "").sort(),
      tool_choice: (typeof choice === "object" ? choice.function?.name : choice) ?? null,
      response_format: request.response_format?.type ?? null,
    });
    const index = this.#answers.findIndex(({ when }) => when === undefined || heard.includes(when));
    const [next] = index < 0 ? [] : this.#answers.splice(index, 1);
    if (!next) {
      const message = "the scenario has no answer left for this call";
      return { status: 400, body: { error: { message, type: "invalid_request_error" } } };
    }
    const answer = this.#fill(next, heard);
    if (answer.status !== undefined) {
      const error = { message: `scripted ${answer.status}`, type: "server_error" };
      return { status: answer.status, body: answer.body ?? { error } };
    }
    const number = this.#calls.length;
    const message = {
      role: "assistant",
      content: answer.json === undefined ? (answer.text ?? null) : JSON.stringify(answer.json),
      ...(answer.tools && {
        tool_calls: answer.tools.map(({ name, arguments: args }, place) => ({
          id: `call_${number}_${place}`,
          type: "function",
          function: { name, arguments: JSON.stringify(args ?? {}) },
        })),
      }),
    };
    const finish = answer.finish ?? (answer.tools ? "tool_calls" : "stop");
    return completion(request, message, finish);
  }

  /** Whether the call is of a bank of an earlier scenario, whose work had not ended when that had. */
  #isLeftOver({ user = "" }: ChatBody): boolean {
    const { bank, bank2 } = this.#variables;
    return /^wire2?-/.test(user) && user !== bank && user !== bank2;
  }

  /** `{id:words}` is the id nearest to these words in the request, `{name}` what a step saved. */
  #fill(answer: ScriptedAnswer, heard: string): ScriptedAnswer {
    const text = JSON.stringify(answer)
      .replace(/\{id:([^}]+)\}/g, (_, words: string) => nearestId(words, heard))
      .replace(/\{(\w+)\}/g, (whole, name: string) => this.#variables[name] ?? whole);
    return JSON.parse(text) as ScriptedAnswer;
  }
}

function texts(input: unknown): string[] {
  return [input].flat().map(String);
}

function openAiEmbeddings(body: { input: unknown; model: string; encoding_format?: string }) {
  const data = texts(body.input).map((text, index) => {
    const vector = embed(text);
    const embedding =
      body.encoding_format === "base64" ? Buffer.from(vector.buffer).toString("base64") : [...vector];
    return { object: "embedding", index, embedding };
  });
  return { object: "list", model: body.model, data, usage: { prompt_tokens: 1, total_tokens: 1 } };
}

/** With `documents` as Cohere asks, with `texts` as TEI does. Best first, as both answer. */
function rerank(body: { query: string; documents?: string[]; texts?: string[] }): unknown {
  const scored = (documents: string[]) =>
    documents
      .map((text, index) => ({ index, score: overlap(body.query, text) }))
      .sort((a, b) => b.score - a.score);
  if (!body.documents) return scored(body.texts ?? []);
  return { results: scored(body.documents).map(({ index, score }) => ({ index, relevance_score: score })) };
}

function completion(request: ChatBody, message: object, finish: string): Reply {
  return {
    status: 200,
    body: {
      id: "chatcmpl-wire",
      object: "chat.completion",
      created: 1,
      model: request.model,
      choices: [{ index: 0, message, finish_reason: finish }],
      usage: { prompt_tokens: 100, completion_tokens: 10, total_tokens: 110 },
    },
  };
}

/**
 * Whether a call is of a consolidation, as far as its form tells. What a retain queues begins at once here and within half a
 * second at upstream, so such a call may come while the step that made it necessary is still played.
 */
function isConsolidation(path: string, { temperature, max_tokens, response_format }: ChatBody): boolean {
  return (
    path.endsWith("/chat/completions") &&
    temperature === 0 &&
    max_tokens === undefined &&
    response_format?.type === "json_object"
  );
}
