import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { createAdaptorServer } from "@hono/node-server";
import { ATTRIBUTION_HEADERS } from "../daemon-protocol.ts";
import { TestkitError } from "../errors/testkit-error.ts";
import { type Answer, refusedAnswer } from "./answer.ts";
import { readAttribution, readUpstream } from "./attribution.ts";
import { shownPath } from "./cassette/store.ts";
import { withoutVersion } from "./forward.ts";
import { type GatewayContext, gatewayRoutes } from "./gateway-routes.ts";
import type { GatewayCall, GatewayTest, LlmCall, Responder, TestOutcome } from "./gateway-test.ts";
import { parseJson } from "./json.ts";
import { scopeName } from "./misses/miss-report.ts";
import { type RepeatedMiss, RunMisses } from "./misses/run-misses.ts";
import { unanswered, unansweredError } from "./misses/unanswered.ts";
import type { Attribution } from "./request.ts";
import type { RunRecordings } from "./run-recordings.ts";
import { TestSession } from "./test-session.ts";
import { type ClockReference, readClock, realClock } from "./volatiles/clock.ts";
import type { Wire } from "./wire/wire.ts";
import { WIRES } from "./wire/wires.ts";

const HOST = "127.0.0.1";

type SandboxOfSlot = Pick<GatewayTest, "slot" | "sandboxId">;

/**
 * The loopback HTTP server that stands between the servers of a run and their LLM providers. It finds the test that a call
 * belongs to by its attribution headers, and answers from that test's cassette, or forwards and records.
 */
export class LlmGateway {
  readonly #server: Server;
  readonly #sessions = new Map<string, TestSession>();
  /** Tests whose cassettes are being read. */
  readonly #beginning = new Map<string, GatewayTest>();
  /** By slot: of servers that are starting. */
  readonly #starts = new Map<string, TestSession>();
  /** Several slots may write the same cassette, one after another. */
  #startsEnded: Promise<unknown> = Promise.resolve();
  /** Tests that have failed: what they left under way asks on, and is not the file's fault. */
  readonly #failed = new Set<string>();
  /** By slot: calls that no test could be found for. */
  readonly #unattributed = new Map<string, Set<string>>();

  readonly #misses: RunMisses;
  readonly #recordings: RunRecordings | undefined;

  private constructor(root: string | undefined, recordings: RunRecordings | undefined) {
    this.#misses = new RunMisses(root);
    this.#recordings = recordings;
    // The adapter would otherwise replace the global Request and Response of the process, which is the test runner's.
    this.#server = createAdaptorServer({
      fetch: gatewayRoutes((wire, context) => this.#answer(wire, context)).fetch,
      overrideGlobalObjects: false,
    }) as Server;
    // An idle connection that we close while a client reuses it would be a call lost.
    this.#server.keepAliveTimeout = 0;
  }

  /**
   * Listens on a free port of 127.0.0.1.
   * @param options.root the project, whose cassettes a miss that has one reason in many tests is looked for in.
   * @param options.recordings of the run, whose tests must not record over one another.
   */
  static async start(
    options: { root?: string | undefined; recordings?: RunRecordings | undefined } = {},
  ): Promise<LlmGateway> {
    const gateway = new LlmGateway(options.root, options.recordings);
    await new Promise<void>((resolve, reject) => {
      gateway.#server.once("error", reject);
      gateway.#server.listen(0, HOST, resolve);
    });
    return gateway;
  }

  /**
   * What a slot's server, or another program, is given as a provider's base URL.
   * @param sandbox for programs that do not say in headers which sandbox a call is of.
   * @throws TestkitError `INVALID_OPTION` for a provider whose API is not spoken here.
   */
  baseUrl(slot: string, provider = "openai", sandbox?: string): string {
    const { port } = this.#server.address() as AddressInfo;
    const base = WIRES.find((wire) => wire.provider === provider)?.base;
    if (base === undefined) {
      const known = [...new Set(WIRES.map((wire) => wire.provider))].join(", ");
      throw new TestkitError("INVALID_OPTION", {
        what: `The gateway speaks as ${known} do, not as ${JSON.stringify(provider)}.`,
      });
    }
    const below = sandbox === undefined ? "" : `/sandbox/${encodeURIComponent(sandbox)}`;
    return `http://${HOST}:${port}/slot/${encodeURIComponent(slot)}${below}${base}`;
  }

  /**
   * From now on the calls of this sandbox are the test's.
   * @throws TestkitError `CASSETTE_INVALID` (replay), `RECORD_REFUSED` (record)
   */
  async beginTest(test: GatewayTest): Promise<void> {
    const id = sessionId(test);
    if (this.#sessions.has(id) || this.#beginning.has(id))
      throw new Error(`A test runs in sandbox ${test.sandboxId} of slot ${test.slot}.`);
    this.#refuseSecondWriter(test);
    this.#beginning.set(id, test);
    try {
      this.#sessions.set(id, await TestSession.begin(test));
      this.#failed.delete(id);
    } finally {
      this.#beginning.delete(id);
    }
  }

  /** Two tests that record into one file would each write half of it. */
  #refuseSecondWriter({ mode, cassette }: GatewayTest): void {
    if (mode !== "record" && mode !== "auto") return;
    const others = [...this.#beginning.values(), ...[...this.#sessions.values()].map(({ test }) => test)];
    const other = others.find(
      (test) => test.cassette === cassette && (test.mode === "record" || test.mode === "auto"),
    );
    if (!other) return;
    throw new TestkitError("RECORD_REFUSED", {
      what: `${shownPath(cassette)} is being recorded by another test: ${JSON.stringify(other.testName)}.`,
    });
  }

  /**
   * Starts a slot's server. What it asks meanwhile, before any test (whether its models answer, how long their vectors are), is
   * answered from a cassette of its own, as a test's calls are; slots may share it.
   * @throws TestkitError `CASSETTE_INVALID`, `LLM_MISS`, `LLM_CALL_REFUSED`; what `start` throws.
   */
  async duringStart<T>(
    settings: Omit<GatewayTest, "sandboxId" | "testName">,
    start: () => Promise<T>,
  ): Promise<T> {
    const { slot } = settings;
    const session = await TestSession.begin({ ...settings, sandboxId: "", testName: "start of a server" });
    this.#starts.set(slot, session);
    const [started] = await Promise.allSettled([start()]);
    this.#starts.delete(slot);
    const ended = this.#startsEnded.then(() => session.end(started.status === "fulfilled", this.#misses));
    this.#startsEnded = ended.catch(() => {});
    const { misses } = await ended;
    if (started.status === "fulfilled") return started.value;
    if (misses.length === 0) throw started.reason;
    throw unansweredError(unanswered(misses), {
      what: "A server could not start.",
      cause: started.reason,
    });
  }

  /** From now on the test answers the calls of a scope itself. */
  respond(test: SandboxOfSlot, scope: string, responder: Responder): void {
    this.#session(test).respond(scope, responder);
  }

  /** The calls that a running test has made so far. */
  calls(test: SandboxOfSlot): readonly LlmCall[] {
    return this.#session(test).calls;
  }

  /**
   * The test has ended: later calls of its sandbox belong to nobody. Its cassette is written when it was recorded and passed.
   * @throws TestkitError `CASSETTE_SECRET`, `RECORD_REFUSED`, and the file stays as it was
   */
  async endTest(test: SandboxOfSlot & { passed: boolean }): Promise<TestOutcome> {
    const session = this.#session(test);
    this.#sessions.delete(sessionId(test));
    if (!test.passed) this.#failed.add(sessionId(test));
    return session.end(test.passed, this.#misses, this.#recordings);
  }

  /** The tests run again: what they miss is told anew. */
  beginRun(): void {
    this.#misses.reset();
    this.#recordings?.reset();
  }

  /** What several tests have missed for, so far. */
  repeatedMisses(): Promise<RepeatedMiss[]> {
    return this.#misses.repeated();
  }

  #session(test: SandboxOfSlot): TestSession {
    const session = this.#sessions.get(sessionId(test));
    if (session) return session;
    throw new Error(`No test runs in sandbox ${test.sandboxId} of slot ${test.slot}.`);
  }

  /** The calls of a slot that belonged to no test, a line each, since they were last taken. */
  takeUnattributed(slot: string): string[] {
    const calls = [...(this.#unattributed.get(slot) ?? [])];
    this.#unattributed.delete(slot);
    return calls;
  }

  /** Stops listening at once, and gives up the calls that are under way. What was not ended is not written. */
  async close(): Promise<void> {
    for (const session of [...this.#sessions.values(), ...this.#starts.values()]) session.giveUp();
    this.#sessions.clear();
    const closed = new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
    });
    this.#server.closeAllConnections();
    await closed;
  }

  async #answer(wire: Wire, context: GatewayContext): Promise<Answer> {
    const { req } = context;
    const slot = req.param("slot") ?? "";
    const attribution = readAttribution(slot, req.param("sandbox"), (name) => req.header(name));
    const body = await req.text();
    const session = this.#sessionOf(attribution);
    if (!(session instanceof TestSession)) return this.#missWithoutTest(wire, attribution, session);
    const { pathname, searchParams: query } = new URL(req.url);
    const path = pathname.slice(pathname.indexOf(wire.base) + wire.base.length);
    const call: GatewayCall = {
      wire,
      received: { path: wire.version ? withoutVersion(path) : path, query, body: parseJson(body) },
      outgoing: { path, query, body, headers: req.raw.headers, signal: req.raw.signal },
      attribution,
      clock: clockOf(session, context),
      upstream: readUpstream((name) => req.header(name)),
    };
    return session.answer(call);
  }

  /** The test that a call belongs to; else why there is none. */
  #sessionOf({ slot, sandboxId }: Attribution): TestSession | string {
    if (sandboxId !== undefined) {
      const where = sandboxId === "" ? "the default sandbox" : `sandbox ${sandboxId}`;
      const running =
        this.#sessions.get(sessionId({ slot, sandboxId })) ??
        this.#sessions.get(sessionId({ slot, sandboxId: null })) ??
        (sandboxId === "" ? this.#starts.get(slot) : undefined);
      return running ?? `in ${where}, where no test was running`;
    }
    // A server that is not ours says nothing: its calls are those of the test that its slot runs.
    const [only, second] = [...this.#sessions.values()].filter(({ test }) => test.slot === slot);
    if (only && !second) return only;
    const starting = this.#starts.get(slot);
    if (!only && starting) return starting;
    return only
      ? "while several tests were running, and its calls do not tell whose they are: run the tests of a server that is not ours one after another"
      : "while no test was running";
  }

  #missWithoutTest(wire: Wire, attribution: Attribution, reason: string): Answer {
    const { slot, sandboxId, scope, bank } = attribution;
    const whose = bank === undefined ? "" : ` for bank ${JSON.stringify(bank)}`;
    const message = `${scopeName(scope)} asked the model${whose} ${reason}.`;
    if (sandboxId !== undefined && this.#failed.has(sessionId({ slot, sandboxId })))
      return refusedAnswer(wire, message);
    const calls = this.#unattributed.get(slot);
    if (calls) calls.add(message);
    else this.#unattributed.set(slot, new Set([message]));
    return refusedAnswer(wire, message);
  }
}

/** Servers of ours in test mode tell their clock, all others go by the real one. What other programs ask is all their own. */
function clockOf({ startedAt }: TestSession, { req }: GatewayContext): ClockReference | undefined {
  const header = req.header(ATTRIBUTION_HEADERS.clock);
  if (header !== undefined) return readClock(header);
  return req.param("sandbox") === undefined ? realClock(startedAt) : undefined;
}

/** The forks of a sandbox, `7-1` and so on, belong to the same test. */
function sessionId({ slot, sandboxId }: SandboxOfSlot): string {
  return JSON.stringify([slot, sandboxId?.split("-")[0]]);
}
