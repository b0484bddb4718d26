import { jsonAnswer, missAnswer, refusedAnswer } from "./answer.ts";
import type { RecordedResponse } from "./cassette/cassette.ts";
import { type Exchange, ended } from "./exchange.ts";
import type { OutgoingCall, Upstream } from "./forward.ts";
import type { GatewayCall, GatewayTest, Responder } from "./gateway-test.ts";
import { type Blocks, keyRequest } from "./key.ts";
import { describeUnreadable, type Miss } from "./misses/miss-report.ts";
import { NOT_RECORDED } from "./misses/unanswered.ts";
import type { AskedRequest, Recorder } from "./recorder.ts";
import type { Replayer } from "./replayer.ts";
import { type LlmRequest, SEGMENTS, type Segments } from "./request.ts";
import { restoreEvent } from "./streams/fragments.ts";
import { FRAMINGS } from "./streams/framing.ts";
import type { InstantKind } from "./volatiles/instants.ts";
import { UnboundAlias, Volatiles } from "./volatiles/volatiles.ts";
import {
  type ChatWire,
  type ItemValue,
  type ItemWire,
  type Purpose,
  UnreadableRequest,
  type Wire,
} from "./wire/wire.ts";

/** How servers write "now" into what they ask; a date of the test's own that is spelt otherwise stays what it is. */
const CLOCK_KINDS: Record<Purpose, readonly InstantKind[]> = {
  // In the system prompt, beside an item, in what tools have found.
  llm: ["time", "weekday"],
  // "(happened in January 2025)"
  embeddings: ["month"],
  // "[Date: January 01, 2025 (2025-01-01)]"
  reranker: ["date"],
};

/** How a test's calls are answered: by the test itself, from its cassette, by the provider, or not at all. */
export class Answerer {
  /** Calls that could not even be compared with what is recorded. */
  readonly refused: Miss[] = [];
  readonly #options: {
    test: GatewayTest;
    replayer: Replayer | undefined;
    recorder: Recorder | undefined;
    givenUp: AbortSignal;
  };
  readonly #responders = new Map<string, Responder>();

  /** @param options.givenUp cuts off calls that wait for the provider. */
  constructor(options: {
    test: GatewayTest;
    replayer: Replayer | undefined;
    recorder: Recorder | undefined;
    givenUp: AbortSignal;
  }) {
    this.#options = options;
  }

  /** From now on the calls of a scope are the test's to answer. */
  respond(scope: string, responder: Responder): void {
    this.#responders.set(scope, responder);
  }

  /** @param onModel is told the model that the request names, once it is read. */
  async answer(call: GatewayCall, onModel: (model: string) => void): Promise<Exchange> {
    const { wire, attribution } = call;
    try {
      return wire.kind === "chat"
        ? await this.#chat(wire, call, onModel)
        : await this.#items(wire, call, onModel);
    } catch (error) {
      if (!(error instanceof UnreadableRequest)) throw error;
      return this.#refuse(wire, describeUnreadable(error.message, attribution.scope));
    }
  }

  async #chat(wire: ChatWire, call: GatewayCall, onModel: (model: string) => void): Promise<Exchange> {
    const { received } = call;
    const { model, segments, isStreamed } = wire.readRequest(received);
    onModel(model);
    const responder = this.#responders.get(call.attribution.scope);
    if (responder) return this.#scripted(wire, call, responder, model, isStreamed);
    const request = this.#toRequest(call, model, segments);
    const entry = this.#options.replayer?.take(request);
    if (entry) {
      this.#options.recorder?.keep(request, entry.response);
      return this.#replayed(wire, request, entry.response);
    }
    const upstream = this.#upstreamOf(call);
    if (this.#options.recorder && upstream)
      return this.#options.recorder.ask(upstream, wire, request, this.#limited(call));
    this.#options.replayer?.miss(request);
    return this.#unanswered(call);
  }

  #replayed(wire: ChatWire, { keyed, volatiles }: AskedRequest, response: RecordedResponse): Exchange {
    try {
      if ("events" in response && wire.stream) {
        const { framing, readUsage, restoreEvent: complete } = wire.stream;
        const { write, contentType } = FRAMINGS[framing];
        const events = response.events.map((event) => complete(restoreEvent(event, volatiles), keyed.key));
        const headers = { "content-type": contentType };
        const answer = { status: response.status, headers, body: texts(events.map(write)) };
        return ended(answer, "cassette", readUsage(response.events));
      }
      if (!("body" in response)) throw new UnreadableRequest("Its entry in the cassette is of another kind.");
      const kept = volatiles.restore(response.body);
      const answer = jsonAnswer(response.status, wire.restoreAnswer(kept, keyed.key));
      return ended(answer, "cassette", wire.readUsage(kept));
    } catch (error) {
      if (error instanceof UnboundAlias) throw new UnreadableRequest(error.message);
      throw error;
    }
  }

  async #items(wire: ItemWire, call: GatewayCall, onModel: (model: string) => void): Promise<Exchange> {
    const { received } = call;
    const { model, parameters, items } = wire.readRequest(received);
    onModel(model);
    const requests = items.map((item) =>
      this.#toRequest(call, model, {
        system: null,
        tools: null,
        schema: null,
        parameters,
        conversation: item,
      }),
    );
    const values: (ItemValue | undefined)[] = [];
    let tokens: number | null = null;
    const missing: number[] = [];
    for (const [index, request] of requests.entries()) {
      const response = this.#options.replayer?.take(request)?.response;
      if (!response || !("value" in response)) {
        missing.push(index);
        continue;
      }
      this.#options.recorder?.keep(request, response);
      values[index] = response.value;
      if (response.tokens !== null) tokens = (tokens ?? 0) + response.tokens;
    }
    const asked = missing.flatMap((index) => requests[index] ?? []);
    const upstream = this.#upstreamOf(call);
    if (missing.length > 0 && (!this.#options.recorder || !upstream)) {
      for (const request of asked) this.#options.replayer?.miss(request);
      return this.#unanswered(call);
    }
    if (missing.length > 0 && this.#options.recorder && upstream) {
      // What the cassette has is not asked for again.
      const body = JSON.stringify(wire.selectItems(received.body ?? null, missing));
      const got = await this.#options.recorder.askItems(upstream, wire, asked, {
        ...this.#limited(call),
        body,
      });
      if ("failure" in got) return ended(got.failure, "provider");
      for (const [place, index] of missing.entries()) values[index] = got.values[place];
      if (got.tokens !== null) tokens = (tokens ?? 0) + got.tokens;
    }
    const answer = jsonAnswer(200, wire.writeAnswer(received, values.filter(isValue), tokens));
    const source = missing.length > 0 ? "provider" : "cassette";
    return ended(answer, source, { inputTokens: tokens, outputTokens: null });
  }

  async #scripted(
    wire: ChatWire,
    { attribution: { scope }, received }: GatewayCall,
    responder: Responder,
    model: string,
    isStreamed: boolean,
  ): Promise<Exchange> {
    try {
      const answering = responder({ scope, model, body: received.body ?? null });
      const scripted = await Promise.race([answering, rejectedOn(this.#options.givenUp)]);
      if (!isStreamed || !wire.stream) return ended(jsonAnswer(200, wire.writeAnswer(scripted)), "test");
      const { write, contentType } = FRAMINGS[wire.stream.framing];
      const events = wire.stream.writeAnswer(scripted).map(write);
      return ended({ status: 200, headers: { "content-type": contentType }, body: texts(events) }, "test");
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      return this.#refuse(wire, describeUnreadable(`The test's own answer failed: ${reason}`, scope));
    }
  }

  /** The request as it is compared: with its volatile parts replaced, its long ones as references. */
  #toRequest(
    { wire, received, attribution, clock }: GatewayCall,
    model: string,
    segments: Segments,
  ): AskedRequest {
    const volatiles = new Volatiles(clock, CLOCK_KINDS[wire.purpose]);
    const aliased = { ...segments };
    for (const name of SEGMENTS) aliased[name] = volatiles.alias(segments[name]);
    const request: LlmRequest = {
      provider: wire.provider,
      path: received.path,
      model,
      scope: attribution.scope,
      segments: aliased,
    };
    const blocks: Blocks = new Map();
    return { keyed: keyRequest(request, blocks), blocks, volatiles };
  }

  #upstreamOf({ wire, upstream }: GatewayCall): Upstream | undefined {
    const own = this.#options.test.upstreams[wire.purpose];
    return upstream ?? (own?.provider === wire.provider ? own : undefined);
  }

  #limited({ outgoing }: GatewayCall): OutgoingCall {
    return { ...outgoing, signal: AbortSignal.any([outgoing.signal, this.#options.givenUp]) };
  }

  /** A call that nobody could answer. */
  #unanswered({ wire, attribution: { scope } }: GatewayCall): Exchange {
    if (this.#options.recorder) {
      const reason = `The test has no provider to record from that speaks as ${wire.provider} does: name it (\`llm\`, \`embeddings\`, \`reranker\`), or answer the call with llm.respond(${JSON.stringify(scope)}, …).`;
      return this.#refuse(wire, describeUnreadable(reason, scope));
    }
    if (!this.#options.replayer) {
      return this.#refuse(wire, describeUnreadable("The test answers no calls of this scope.", scope));
    }
    return ended(missAnswer(wire, NOT_RECORDED), "none");
  }

  #refuse(wire: Wire, miss: Miss): Exchange {
    this.refused.push(miss);
    return ended(refusedAnswer(wire, miss.report), "none");
  }
}

function isValue(value: ItemValue | undefined): value is ItemValue {
  return value !== undefined;
}

function rejectedOn(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    else signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
}

async function* texts(parts: readonly string[]): AsyncGenerator<string> {
  yield* parts;
}
