/** What the gateway knows of a provider's HTTP API. */
import type { Json } from "../json.ts";
import type { Segments } from "../request.ts";
import type { StreamEvent } from "../streams/event.ts";
import type { FindFragments } from "../streams/fragments.ts";
import type { FRAMINGS } from "../streams/framing.ts";

/** A call as it reached the gateway. */
export interface ReceivedCall {
  /** Below {@link Endpoint.base} and the version, without a query string. */
  path: string;
  /** Left out: none. */
  query?: URLSearchParams;
  /** `undefined`: it is not JSON. */
  body: Json | undefined;
}

/** What calls are for. */
export type Purpose = "llm" | "embeddings" | "reranker";

/** Where an API is served, and what is the same for all that it does. */
interface Endpoint {
  /** Whose API it is, such as `openai`. */
  provider: string;
  purpose: Purpose;
  /** Where it is served, below a slot's address; what follows is as below the provider's own base URL. */
  base: string;
  /** The path below `base` and the version, in Hono's form. */
  route: string;
  /**
   * The API's version, which for some clients is part of the base URL, for others of the path: both are served, and a
   * provider's base URL may end with one or not. Empty: the API has none, and its server has others that do. Left out: a base
   * URL is taken as it is.
   */
  version?: string;
  /** The headers that carry the provider's key. */
  authorize(apiKey: string): Record<string, string>;
  /** An error in the provider's form, with which clients do not try again. */
  errorBody(code: string, message: string): Json;
}

/** Tokens as the provider counted them; `null` where it did not say. */
export interface WireUsage {
  inputTokens: number | null;
  outputTokens: number | null;
}

/** A request that is read: what the wire format says of it, without whose it is. */
export interface WireRequest {
  model: string;
  segments: Segments;
  /** Whether the answer is asked for as a stream. */
  isStreamed: boolean;
}

/** An answer that a test wrote itself. */
export interface ScriptedAnswer {
  text?: string | undefined;
  toolCalls?: { name: string; arguments: Json }[] | undefined;
}

/** An API that answers a conversation. */
export interface ChatWire extends Endpoint {
  kind: "chat";
  /** @throws UnreadableRequest */
  readRequest(call: ReceivedCall): WireRequest;
  /** What matters of a complete answer; `undefined` when it is none, and must not be recorded. */
  reduceAnswer(body: Json | undefined): Json | undefined;
  /** A whole answer again, from what was kept. */
  restoreAnswer(kept: Json, key: string): Json;
  readUsage(kept: Json): WireUsage;
  writeAnswer(answer: ScriptedAnswer): Json;
  /** `undefined`: it does not stream. */
  stream: StreamWire | undefined;
}

/** How an API streams an answer. */
export interface StreamWire {
  framing: keyof typeof FRAMINGS;
  /** Without what differs every time. */
  reduceEvent(event: StreamEvent): StreamEvent;
  restoreEvent(event: StreamEvent, key: string): StreamEvent;
  /** Whether the events are all of an answer. */
  isComplete(events: readonly StreamEvent[]): boolean;
  findFragments: FindFragments;
  readUsage(events: readonly StreamEvent[]): WireUsage;
  writeAnswer(answer: ScriptedAnswer): StreamEvent[];
}

/** What an API gives for one of several items: an embedding's vector, or a reranker's score. */
export type ItemValue = Float32Array | number;

/** A request for values, one for each of its items. */
interface ItemsRequest {
  model: string;
  parameters: Json;
  /** What each value depends on, beside model and parameters. */
  items: Json[];
}

/** An API that gives each of several texts, or pairs of them, a value that does not depend on the others. */
export interface ItemWire extends Endpoint {
  kind: "items";
  /** @throws UnreadableRequest */
  readRequest(call: ReceivedCall): ItemsRequest;
  /** The body that asks for some of the items only. */
  selectItems(body: Json, indices: readonly number[]): Json;
  /** The items' values in their order; `undefined` when one is missing. */
  readAnswer(answer: Json | undefined, count: number): ItemValue[] | undefined;
  /** Tokens of the whole request; `null`: the answer does not say. */
  readTokens(answer: Json): number | null;
  /** The answer to `call` with these values. */
  writeAnswer(call: ReceivedCall, values: readonly ItemValue[], tokens: number | null): Json;
}

export type Wire = ChatWire | ItemWire;

/** A request that the gateway cannot record or replay. The message is for the server that sent it, and the failing test. */
export class UnreadableRequest extends Error {}
