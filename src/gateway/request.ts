import type { Json } from "./json.ts";

/** The parts of a request that are compared and shown one by one, since each points to another cause when it changes. */
export const SEGMENTS = ["system", "tools", "schema", "parameters", "conversation"] as const;
export type SegmentName = (typeof SEGMENTS)[number];

/** `null`: the request has none. Lists (messages, tools) are stored and compared item by item. */
export type Segments = Record<SegmentName, Json>;

/** A request to a model, in the form in which requests are compared: normalised, and the same for every wire format. */
export interface LlmRequest {
  /** Whose wire format it is, such as `openai`. */
  provider: string;
  /** The path below the provider's base URL. */
  path: string;
  model: string;
  /** What the call is for, such as `reflect`; empty when the server does not say. */
  scope: string;
  segments: Segments;
}

/** Whose call it is. */
export interface Attribution {
  slot: string;
  /** Empty: the default sandbox. `undefined`: the caller is no server of ours, and does not know of sandboxes. */
  sandboxId: string | undefined;
  bank: string | undefined;
  operation: string | undefined;
  scope: string;
}
