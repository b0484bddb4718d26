import type { Json } from "../json.ts";
import type { Segments } from "../request.ts";

/** A request that is read: what the wire format says of it, without whose it is. */
export interface WireRequest {
  model: string;
  segments: Segments;
}

/** Tokens as the provider counted them; `null` where it did not say. */
export interface WireUsage {
  inputTokens: number | null;
  outputTokens: number | null;
}

/** A provider's wire format: how requests are taken apart, and which part of an answer is worth keeping. */
export interface Wire {
  provider: string;
  /** Where the format is served, below a slot's address. */
  base: string;
  /** The path below `base`, and below the provider's own base URL. */
  path: string;
  /** @throws UnreadableRequest */
  readRequest(body: Json | undefined): WireRequest;
  /** What matters of a complete answer; `undefined` when it is none, and must not be recorded. */
  reduceAnswer(body: Json | undefined): Json | undefined;
  /** A whole answer again, from what was kept. */
  restoreAnswer(kept: Json, key: string): Json;
  readUsage(kept: Json): WireUsage;
}

/** A request that the gateway cannot record or replay. The message is for the server that sent it, and the failing test. */
export class UnreadableRequest extends Error {}
