import { type Answer, errorAnswer, jsonAnswer } from "./answer.ts";
import type { Cassette, Entry, RecordedResponse } from "./cassette/cassette.ts";
import { type Exchange, ended } from "./exchange.ts";
import { credentialsOf, forward, type OutgoingCall, passedBack, type Upstream } from "./forward.ts";
import { parseJson } from "./json.ts";
import type { Blocks, KeyedRequest } from "./key.ts";
import type { SecretScanner } from "./secrets.ts";
import type { StreamEvent } from "./streams/event.ts";
import { aliasEvents } from "./streams/fragments.ts";
import { FRAMINGS } from "./streams/framing.ts";
import type { Volatiles } from "./volatiles/volatiles.ts";
import type { ChatWire, ItemValue, ItemWire, StreamWire, WireUsage } from "./wire/wire.ts";

/** A request on its way into the cassette. */
export interface AskedRequest {
  keyed: KeyedRequest;
  /** What its references stand for. */
  blocks: Blocks;
  volatiles: Volatiles;
}

interface Arrival extends AskedRequest {
  response: RecordedResponse | undefined;
}

/** What a provider gave for several items; an answer when it gave none. */
export type AskedItems = { values: ItemValue[]; tokens: number | null } | { failure: Answer };

/** Forwards a test's requests to the provider and keeps the complete answers. */
export class Recorder {
  readonly #secrets: SecretScanner;
  /** In the order in which the requests came, which is that of a key's answers however long each of them took. */
  readonly #arrivals: Arrival[] = [];

  /** @param secrets is told the keys that are sent, so that they are found wherever they turn up. */
  constructor(secrets: SecretScanner) {
    this.#secrets = secrets;
  }

  /** Whether something was asked that has not come from a cassette. */
  hasRecorded = false;

  /** Keeps an answer that a cassette had. */
  keep(request: AskedRequest, response: RecordedResponse): void {
    this.#arrivals.push({ ...request, response });
  }

  /** Errors of the provider are passed on, and not recorded: no quota is true tomorrow. */
  async ask(
    upstream: Upstream,
    wire: ChatWire,
    request: AskedRequest,
    call: OutgoingCall,
  ): Promise<Exchange> {
    const arrival = this.#arrive(request);
    const response = await this.#send(upstream, wire, call);
    if (!(response instanceof Response)) return ended(response, "provider");
    const { body } = response;
    const { stream } = wire;
    const type = response.headers.get("content-type") ?? "";
    if (response.ok && body && stream && type.includes(FRAMINGS[stream.framing].contentType)) {
      return this.#passStream({ wire: stream, body, response, arrival, signal: call.signal });
    }
    const text = await readText(response);
    if (text === undefined) return ended(brokenOff(wire), "provider");
    // A caller that gave up never saw this answer, and asks again.
    const complete = response.ok && !call.signal.aborted;
    const kept = complete ? wire.reduceAnswer(parseJson(text)) : undefined;
    if (kept === undefined) return ended(passBack(response, text), "provider");
    this.#store(arrival, { status: response.status, body: request.volatiles.aliasAnswer(kept) });
    // The server sees what it will see in replay, so that both runs go the same way.
    const answer = jsonAnswer(response.status, wire.restoreAnswer(kept, request.keyed.key));
    return ended(answer, "provider", wire.readUsage(kept));
  }

  /** As {@link ask}, for items: each is kept on its own. */
  async askItems(
    upstream: Upstream,
    wire: ItemWire,
    requests: readonly AskedRequest[],
    call: OutgoingCall,
  ): Promise<AskedItems> {
    const arrivals = requests.map((request) => this.#arrive(request));
    const response = await this.#send(upstream, wire, call);
    if (!(response instanceof Response)) return { failure: response };
    const text = await readText(response);
    if (text === undefined) return { failure: brokenOff(wire) };
    const body = parseJson(text);
    const values = response.ok && !call.signal.aborted ? wire.readAnswer(body, requests.length) : undefined;
    if (body === undefined || values === undefined) return { failure: passBack(response, text) };
    const tokens = wire.readTokens(body);
    for (const [index, arrival] of arrivals.entries()) {
      const value = values[index];
      if (value === undefined) continue;
      this.#store(arrival, { status: response.status, value, tokens: shareOf(tokens, index, values.length) });
    }
    return { values, tokens };
  }

  /** What was recorded until now. */
  cassette(test: string): Cassette {
    const blocks: Blocks = new Map();
    const entries: Entry[] = [];
    const items = new Set<string>();
    const ambiguous = this.#ambiguousKeys();
    for (const { keyed: request, blocks: referred, volatiles, response } of this.#arrivals) {
      if (!response) continue;
      const ids = ambiguous.has(request.key) ? volatiles.ids : undefined;
      const item = JSON.stringify([request.key, ids]);
      // The same text has the same vector, however often it is asked for.
      if ("value" in response && items.has(item)) continue;
      items.add(item);
      for (const [hash, value] of referred) blocks.set(hash, value);
      entries.push({ request, ...(ids && { ids }), response });
    }
    return { test, entries, blocks };
  }

  /** Of requests that differ in nothing but ids: these tell whose answer is whose. */
  #ambiguousKeys(): Set<string> {
    const ids = new Map<string, string>();
    const ambiguous = new Set<string>();
    for (const { keyed, volatiles, response } of this.#arrivals) {
      const own = JSON.stringify(volatiles.ids);
      const known = ids.get(keyed.key);
      if (response && known !== undefined && known !== own) ambiguous.add(keyed.key);
      if (response) ids.set(keyed.key, own);
    }
    return ambiguous;
  }

  #arrive(request: AskedRequest): Arrival {
    const arrival: Arrival = { ...request, response: undefined };
    this.#arrivals.push(arrival);
    return arrival;
  }

  #store(arrival: Arrival, response: RecordedResponse): void {
    arrival.response = response;
    this.hasRecorded = true;
  }

  async #send(upstream: Upstream, wire: ChatWire | ItemWire, call: OutgoingCall): Promise<Response | Answer> {
    for (const secret of credentialsOf(upstream, call)) this.#secrets.add(secret, "the provider's key");
    try {
      return await forward(upstream, wire, call);
    } catch (error) {
      return unreachable(wire, error);
    }
  }

  /** Hands the events on as they come, so that the caller's limits on a silent stream hold as without us. */
  #passStream(options: {
    wire: StreamWire;
    body: ReadableStream<Uint8Array>;
    response: Response;
    arrival: Arrival;
    signal: AbortSignal;
  }): Exchange {
    const { wire, body, response, arrival, signal } = options;
    const { volatiles, keyed } = arrival;
    const framing = FRAMINGS[wire.framing];
    const kept: StreamEvent[] = [];
    let end = (_usage: WireUsage) => {};
    const usage = new Promise<WireUsage>((resolve) => {
      end = resolve;
    });
    const finish = () => {
      // Also when its reader left: many do so after the last event, and have had all of it.
      if (arrival.response === undefined && wire.isComplete(kept)) {
        const events = aliasEvents(kept, wire.findFragments, volatiles);
        this.#store(arrival, { status: response.status, events });
      }
      end(wire.readUsage(kept));
    };
    // A stream that nobody begins to read has no end of its own.
    signal.addEventListener("abort", finish, { once: true });
    async function* pass(): AsyncGenerator<string> {
      try {
        for await (const event of framing.read(body)) {
          const reduced = wire.reduceEvent(event);
          kept.push(reduced);
          yield framing.write(wire.restoreEvent(reduced, keyed.key));
        }
      } finally {
        finish();
      }
    }
    const answer = { status: response.status, headers: passedBack(response.headers), body: pass() };
    return { answer, source: "provider", usage };
  }
}

/** Each item's part of the tokens, so that those of a batch that is split otherwise add up as well. */
function shareOf(tokens: number | null, index: number, count: number): number | null {
  if (tokens === null) return null;
  const share = Math.floor(tokens / count);
  return index === 0 ? tokens - share * (count - 1) : share;
}

function passBack(response: Response, body: string): Answer {
  return { status: response.status, headers: passedBack(response.headers), body };
}

async function readText(response: Response): Promise<string | undefined> {
  try {
    return await response.text();
  } catch {
    return undefined;
  }
}

function brokenOff(wire: ChatWire | ItemWire): Answer {
  return errorAnswer(wire, 502, "upstream_broke_off", "The provider that is recorded broke off its answer.");
}

function unreachable(wire: ChatWire | ItemWire, error: unknown): Answer {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const reason = cause instanceof Error ? cause.message : String(cause);
  return errorAnswer(
    wire,
    502,
    "upstream_unreachable",
    `The provider that is recorded gave no answer: ${reason}`,
  );
}
