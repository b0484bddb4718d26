import { type Answer, errorAnswer, jsonAnswer } from "./answer.ts";
import type { Cassette, Entry } from "./cassette/cassette.ts";
import {
  authorizationFor,
  forward,
  type OutgoingCall,
  type Upstream,
  type UpstreamResponse,
} from "./forward.ts";
import { type Json, parseJson } from "./json.ts";
import type { Blocks, KeyedRequest } from "./key.ts";
import type { SecretScanner } from "./secrets.ts";
import type { Wire } from "./wire/wire.ts";

/** An answer of the provider, and what of it was recorded. */
interface RecordedAnswer {
  answer: Answer;
  kept: Json | undefined;
}

interface Arrival {
  request: KeyedRequest;
  response: Entry["response"] | undefined;
}

/** Forwards a test's requests to the provider and keeps the complete answers. */
export class Recorder {
  readonly #upstream: Upstream;
  readonly #secrets: SecretScanner;
  readonly #blocks: Blocks = new Map();
  /** In the order in which the requests came, which is that of a key's answers however long each of them took. */
  readonly #arrivals: Arrival[] = [];

  /** @param secrets is told the keys that are sent, so that they are found wherever they turn up. */
  constructor(upstream: Upstream, secrets: SecretScanner) {
    this.#upstream = upstream;
    this.#secrets = secrets;
  }

  /** Errors of the provider are passed on, and not recorded: no quota is true tomorrow. */
  async ask(wire: Wire, request: KeyedRequest, blocks: Blocks, call: OutgoingCall): Promise<RecordedAnswer> {
    const authorization = authorizationFor(this.#upstream, call);
    if (authorization) this.#secrets.add(authorization.replace(/^bearer\s+/i, ""), "the provider's key");
    const arrival: Arrival = { request, response: undefined };
    this.#arrivals.push(arrival);
    let response: UpstreamResponse;
    try {
      response = await forward(this.#upstream, call);
    } catch (error) {
      return { answer: unreachable(error), kept: undefined };
    }
    // A caller that gave up never saw this answer, and asks again.
    const complete = response.status >= 200 && response.status < 300 && !call.signal.aborted;
    const kept = complete ? wire.reduceAnswer(parseJson(response.body)) : undefined;
    if (kept === undefined) return { answer: response, kept };
    arrival.response = { status: response.status, body: kept };
    for (const [hash, value] of blocks) this.#blocks.set(hash, value);
    // The server sees what it will see in replay, so that both runs go the same way.
    return { answer: jsonAnswer(response.status, wire.restoreAnswer(kept, request.key)), kept };
  }

  /** What was recorded until now. */
  cassette(test: string): Cassette {
    const entries = this.#arrivals.flatMap(({ request, response }) =>
      response ? [{ request, response }] : [],
    );
    return { test, entries, blocks: this.#blocks };
  }
}

function unreachable(error: unknown): Answer {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const reason = cause instanceof Error ? cause.message : String(cause);
  return errorAnswer(502, "upstream_unreachable", `The provider that is recorded gave no answer: ${reason}`);
}
