/** A test as the gateway is told of it, and what it is told in return. */
import type { AnswerSource } from "./exchange.ts";
import type { OutgoingCall, Upstream } from "./forward.ts";
import type { Json } from "./json.ts";
import type { Miss } from "./misses/miss-report.ts";
import type { UnusedEntry } from "./replayer.ts";
import type { Attribution } from "./request.ts";
import type { ClockReference } from "./volatiles/clock.ts";
import type { Purpose, ReceivedCall, ScriptedAnswer, Wire } from "./wire/wire.ts";

/**
 * `replay`: from the cassette alone. `auto`: from the cassette, and what is missing from the provider into it. `record`: all
 * from the provider, into the cassette. `live`: from the provider. `scripted`: from the test alone.
 */
type GatewayMode = "replay" | "auto" | "record" | "live" | "scripted";

/** A test whose calls are answered. */
export interface GatewayTest {
  slot: string;
  /** Empty: the default sandbox. Null: all of the slot's, for a server that runs for one test alone. */
  sandboxId: string | null;
  mode: GatewayMode;
  /** The absolute path of its cassette. */
  cassette: string;
  /** Its full name, which the cassette's header tells. */
  testName: string;
  /** The absolute path of the file that it is in, for messages. */
  testFile?: string | undefined;
  /** The command that records this test alone. */
  recordCommand: string;
  upstreams: Upstreams;
}

/** Whom calls that have no recorded answer go to, by what they are for; `provider` is the API that such calls speak. */
export type Upstreams = Readonly<{ [purpose in Purpose]?: (Upstream & { provider: string }) | undefined }>;

/** One call of a test, for assertions and reports. */
export interface LlmCall {
  scope: string;
  /** `undefined` when the request could not be read. */
  model: string | undefined;
  bank: string | undefined;
  operation: string | undefined;
  source: AnswerSource;
  /** The HTTP status that the caller got. */
  status: number;
  /** As the provider counted them; `null` where it did not say. */
  inputTokens: number | null;
  outputTokens: number | null;
  durationMs: number;
}

export interface TestOutcome {
  /** Calls that were not answered. They fail the test, also where the server swallowed the error. */
  misses: Miss[];
  /** Whether other tests of the run have told all of the misses: they have the same reasons. */
  toldBefore: boolean;
  /** Recorded answers that the test did not ask for. Empty in all modes but `replay`. */
  unused: UnusedEntry[];
  /** The cassette that was written. */
  written: string | null;
  /** In the order in which they were answered. */
  calls: LlmCall[];
}

/** A call as it reached the gateway, whose it is, and how it would go on to the provider. */
export interface GatewayCall {
  wire: Wire;
  received: ReceivedCall;
  outgoing: OutgoingCall;
  attribution: Attribution;
  /** What "now" is for the caller; `undefined`: nothing in its requests. */
  clock: ClockReference | undefined;
  /** In place of the test's own. */
  upstream: Upstream | undefined;
}

/** What a test answers in a model's place. */
export type Responder = (request: { scope: string; model: string; body: Json }) => Promise<ScriptedAnswer>;
