import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { createAdaptorServer } from "@hono/node-server";
import { type Context, Hono } from "hono";
import { ATTRIBUTION_HEADERS } from "../daemon-protocol.ts";
import { TestkitError } from "../errors/testkit-error.ts";
import { type Answer, errorAnswer, jsonAnswer, missAnswer } from "./answer.ts";
import { shownPath } from "./cassette/store.ts";
import type { Upstream } from "./forward.ts";
import { parseJson } from "./json.ts";
import { scopeName } from "./miss-report.ts";
import type { Attribution, LlmRequest } from "./request.ts";
import { type GatewayTest, type TestOutcome, TestSession } from "./test-session.ts";
import { openaiChat } from "./wire/openai-chat.ts";
import { UnreadableRequest, type Wire } from "./wire/wire.ts";

const HOST = "127.0.0.1";
const LOOPBACK = /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/;
const WIRES: readonly Wire[] = [openaiChat];

/**
 * The loopback HTTP server that stands between the servers of a run and their LLM provider. It finds the test that a call
 * belongs to by its attribution headers, and answers from that test's cassette, or forwards and records.
 */
export class LlmGateway {
  readonly #upstream: Upstream | undefined;
  readonly #server: Server;
  readonly #sessions = new Map<string, TestSession>();
  /** By slot: calls that no test could be found for. */
  readonly #unattributed = new Map<string, Set<string>>();

  private constructor(upstream: Upstream | undefined) {
    this.#upstream = upstream;
    // The adapter would otherwise replace the global Request and Response of the process, which is the test runner's.
    this.#server = createAdaptorServer({
      fetch: this.#routes().fetch,
      overrideGlobalObjects: false,
    }) as Server;
  }

  /**
   * Listens on a free port of 127.0.0.1.
   * @param options.upstream the provider to record from. Without it nothing ever leaves the machine.
   */
  static async start(options: { upstream?: Upstream }): Promise<LlmGateway> {
    const gateway = new LlmGateway(options.upstream);
    await new Promise<void>((resolve, reject) => {
      gateway.#server.once("error", reject);
      gateway.#server.listen(0, HOST, resolve);
    });
    return gateway;
  }

  /** What a slot's server is given as the base URL of an OpenAI-compatible provider. */
  baseUrl(slot: string): string {
    const { port } = this.#server.address() as AddressInfo;
    return `http://${HOST}:${port}/slot/${encodeURIComponent(slot)}${openaiChat.base}`;
  }

  /**
   * From now on the calls of this sandbox are the test's.
   * @throws TestkitError `CASSETTE_INVALID` (replay), `RECORD_REFUSED` (record)
   */
  async beginTest(test: GatewayTest): Promise<void> {
    const id = sessionId(test);
    if (this.#sessions.has(id))
      throw new Error(`A test runs in sandbox ${test.sandboxId} of slot ${test.slot}.`);
    this.#sessions.set(id, test.mode === "record" ? this.#record(test) : await TestSession.replay(test));
  }

  #record(test: GatewayTest): TestSession {
    if (!this.#upstream)
      throw new TestkitError("RECORD_REFUSED", { what: "There is no provider to record from." });
    const other = [...this.#sessions.values()].find((session) => session.test.cassette === test.cassette);
    if (other) {
      throw new TestkitError("RECORD_REFUSED", {
        what: `${shownPath(test.cassette)} is being recorded by another test of the same name: ${JSON.stringify(test.testName)}.`,
      });
    }
    return TestSession.record(test, this.#upstream);
  }

  /**
   * The test has ended: later calls of its sandbox belong to nobody. Its cassette is written when it was recorded and passed.
   * @throws TestkitError `CASSETTE_SECRET`, and the file stays as it was
   */
  async endTest(test: { slot: string; sandboxId: string; passed: boolean }): Promise<TestOutcome> {
    const id = sessionId(test);
    const session = this.#sessions.get(id);
    if (!session) throw new Error(`No test runs in sandbox ${test.sandboxId} of slot ${test.slot}.`);
    this.#sessions.delete(id);
    return session.end(test.passed);
  }

  /** The calls of a slot that belonged to no test, a line each, since they were last taken. */
  takeUnattributed(slot: string): string[] {
    const calls = [...(this.#unattributed.get(slot) ?? [])];
    this.#unattributed.delete(slot);
    return calls;
  }

  /** Stops listening at once, and gives up the calls that are under way. What was not ended is not written. */
  async close(): Promise<void> {
    for (const session of this.#sessions.values()) session.giveUp();
    this.#sessions.clear();
    const closed = new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
    });
    this.#server.closeAllConnections();
    await closed;
  }

  #routes(): Hono {
    const app = new Hono();
    // Web pages can send requests to loopback too; in record mode these would spend the user's key.
    app.use(async (context, next) => {
      const foreign =
        !LOOPBACK.test(context.req.header("host") ?? "") || context.req.header("origin") !== undefined;
      return foreign
        ? respond(errorAnswer(403, "forbidden", "This server is for local programs only."))
        : next();
    });
    const served: string[] = [];
    for (const wire of WIRES) {
      app.post(`/slot/:slot${wire.base}${wire.path}`, async (context) =>
        respond(await this.#answer(wire, context)),
      );
      served.push(`POST ${wire.base}${wire.path}`);
    }
    // Servers ask for it to see whether the provider is there; which models it has, a cassette does not know.
    app.get(`/slot/:slot${openaiChat.base}/models`, () =>
      respond(jsonAnswer(200, { object: "list", data: [] })),
    );
    served.push(`GET ${openaiChat.base}/models`);
    app.notFound(({ req }) => {
      const message = `${req.method} ${req.path} is not served. Below /slot/<slot> there are: ${served.join(", ")}.`;
      return respond(errorAnswer(404, "not_found", message));
    });
    return app;
  }

  async #answer(wire: Wire, { req }: Context): Promise<Answer> {
    const slot = req.param("slot") ?? "";
    const attribution: Attribution = {
      slot,
      sandboxId: req.header(ATTRIBUTION_HEADERS.sandbox) ?? "",
      bank: req.header(ATTRIBUTION_HEADERS.bank),
      operation: req.header(ATTRIBUTION_HEADERS.operation),
      scope: req.header(ATTRIBUTION_HEADERS.scope) ?? "",
    };
    const body = await req.text();
    const session = this.#sessions.get(sessionId(attribution));
    if (!session) return this.#missWithoutTest(attribution);
    let request: LlmRequest;
    try {
      const { provider, path } = wire;
      request = { provider, path, scope: attribution.scope, ...wire.readRequest(parseJson(body)) };
    } catch (error) {
      if (error instanceof UnreadableRequest) return session.refuse(error.message, attribution);
      throw error;
    }
    const { path } = wire;
    const authorization = req.header("authorization");
    return session.answer(wire, request, attribution, { path, body, authorization, signal: req.raw.signal });
  }

  #missWithoutTest({ slot, sandboxId, scope, bank }: Attribution): Answer {
    const where = sandboxId === "" ? "the default sandbox" : `sandbox ${sandboxId}`;
    const whose = bank === undefined ? "" : ` for bank ${JSON.stringify(bank)}`;
    const message = `${scopeName(scope)} asked the model${whose} in ${where}, where no test was running.`;
    const calls = this.#unattributed.get(slot);
    if (calls) calls.add(message);
    else this.#unattributed.set(slot, new Set([message]));
    return missAnswer(message);
  }
}

/** The forks of a sandbox, `7-1` and so on, belong to the same test. */
function sessionId({ slot, sandboxId }: { slot: string; sandboxId: string }): string {
  return JSON.stringify([slot, sandboxId.split("-")[0]]);
}

function respond({ status, headers, body }: Answer): Response {
  // A status such as 204 allows no body, not even an empty one.
  return new Response(body === "" ? null : body, { status, headers });
}
