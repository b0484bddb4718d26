import { AsyncLocalStorage } from "node:async_hooks";
import { TestkitError } from "../../errors/testkit-error.ts";
import type { LlmMode, LlmOptions } from "../../gateway/llm-options.ts";
import type {
  CoordinatorAddress,
  Lease,
  LeftBank,
  ScriptedCall,
  ScriptedReply,
  TestSpan,
} from "../protocol.ts";
import { CoordinatorClient } from "./coordinator-client.ts";
import { noteOwn, realm } from "./own-calls/realm.ts";
import { BankPlaces } from "./places/bank-places.ts";
import type { TestPlace, TestPlaces } from "./places/place.ts";
import { SandboxPlaces } from "./places/sandbox-places.ts";
import { TestLlm } from "./test-llm.ts";
import { TestRun } from "./test-run.ts";

// The setup file and the fixtures may be bundled, or loaded, twice: what they share hangs on the realm's global object.
const SESSION = Symbol.for("hindsight-testkit.session");
const holder = globalThis as typeof globalThis & { [SESSION]?: Session };

interface TestScope {
  /** As soon as the test has a sandbox; of several runs, the last. */
  test: TestLlm | undefined;
}

/** A test file's use of its slot's server: from before the file's imports to after its last test. */
export class Session {
  readonly client: CoordinatorClient;
  readonly lease: Lease;
  /** The test file's path. Jest's setup file does not know it yet, and sets it when the test framework is there. */
  file: string;
  readonly #places: TestPlaces;
  readonly #spans: TestSpan[] = [];
  /** Of the tests that run, by sandbox. */
  readonly #running = new Map<string, TestLlm>();
  /** Which of the tests that run at once some code is part of. */
  readonly #scope = new AsyncLocalStorage<TestScope>();
  /** By the runner's own object of a test. */
  readonly #scopes = new WeakMap<object, TestScope>();
  /** What the test that has just ended fails by, although its body's own failure is expected. */
  errorAfterTest: { error: unknown } | undefined;
  /** Calls of code under test that were refused, and are no test's. */
  readonly strayCalls = new Set<string>();
  /** Tests that have not started. */
  readonly #waiting = new Set<object>();
  readonly #cleanUps = new Set<Promise<void>>();
  /** The run of the test that runs alone now, for a runner that does not tell a test's body of a time-out. */
  sequentialRun: TestRun | undefined;
  /** Whether every test of the file has run. Until a preset can tell, none of them counts as known. */
  isComplete: () => boolean = () => false;
  #usedPlaces = 0;

  private constructor(client: CoordinatorClient, lease: Lease, file: string) {
    this.client = client;
    this.lease = lease;
    this.file = file;
    this.#places = lease.kind === "own" ? new SandboxPlaces(lease, client) : new BankPlaces(lease);
    noteOwn(lease.server.url);
    noteOwn(client.url);
  }

  /**
   * Takes the lease of `slot` for a test file, and puts its server's URL into `HINDSIGHT_API_URL`.
   * @throws TestkitError `COORDINATOR_MISSING`, `COORDINATOR_GONE`, `SERVER_START_…`
   */
  static async open(options: {
    coordinator: CoordinatorAddress | undefined;
    slot: string;
    file: string;
  }): Promise<Session> {
    if (!options.coordinator) {
      throw new TestkitError("COORDINATOR_MISSING", { what: "This worker has no address of a coordinator." });
    }
    const client = new CoordinatorClient(options.coordinator);
    let opened: Session | undefined;
    const onCall = (call: ScriptedCall) => void opened?.answer(call);
    const session = new Session(client, await client.lease(options.slot, options.file, onCall), options.file);
    opened = session;
    process.env.HINDSIGHT_API_URL = session.lease.server.url;
    holder[SESSION] = session;
    return session;
  }

  /** Whether a file runs. */
  static exists(): boolean {
    return holder[SESSION] !== undefined;
  }

  /** The session of the file that runs. */
  static current(): Session {
    const session = holder[SESSION];
    if (session) return session;
    throw new TestkitError("COORDINATOR_MISSING", {
      what: "The preset's setup file did not run before this test file.",
    });
  }

  /**
   * Begins a test: gives it a sandbox, or a bank, of its own.
   * @param llm the test's own options for its LLM calls.
   * @param task the test, as {@link inTest} was told of it.
   * @throws TestkitError `INVALID_OPTION`, `RECORD_REFUSED`, `CASSETTE_INVALID`
   */
  async beginTest(name: string, options: LlmMode | LlmOptions = {}, task: object = {}): Promise<TestRun> {
    const llm = typeof options === "string" ? { mode: options } : options;
    if (this.lease.kind === "existing") refuseRecorded(llm);
    const place = await this.#places.take();
    const sandbox = place.id;
    this.#usedPlaces += 1;
    // A test of the built-in model that says nothing itself has nothing to tell.
    const isPlain =
      this.lease.kind === "existing" || (this.lease.llmMode === "offline" && Object.keys(llm).length === 0);
    const { mode } = isPlain
      ? { mode: this.lease.llmMode }
      : await this.client.beginTest(this.lease.id, { sandbox, name, file: this.file, llm });
    const testLlm = new TestLlm(this, place, mode);
    this.#running.set(sandbox, testLlm);
    this.#scopeOf(task).test = testLlm;
    return new TestRun(this, place, name, testLlm);
  }

  /**
   * A test is defined, for a runner that does not tell which tests there are.
   * @returns what says that it has started.
   */
  defineTest(): () => void {
    const test = {};
    this.#waiting.add(test);
    this.isComplete = () => this.#waiting.size === 0;
    return () => void this.#waiting.delete(test);
  }

  /** Runs all of a test: what it calls can be told from what others call at the same time. */
  inTest<T>(task: object, run: () => T): T {
    return this.#scope.run(this.#scopeOf(task), run);
  }

  #scopeOf(task: object): TestScope {
    const scope = this.#scopes.get(task) ?? { test: undefined };
    this.#scopes.set(task, scope);
    return scope;
  }

  /** The test that the code which runs now is part of; else why that is not known. */
  testOfCall(): TestLlm | string {
    const scope = this.#scope.getStore();
    const running = [...this.#running.values()];
    if (scope?.test && running.includes(scope.test)) return scope.test;
    const [only, second] = running;
    // What is kept over tests, such as a connection, still runs in the one that made it.
    if (only && !second && (!scope || scope.test)) return only;
    if (scope && !scope.test) {
      return "by a test that has no cassette: it must ask for one of the fixtures `bank`, `hindsight`, `llm`";
    }
    return only
      ? "while several tests were running, and the call does not tell whose it is: give its client the test's own address, llm.url(), or the test handlers of its own, server.boundary() with recordLlm({ llm })"
      : "while no test was running that has a cassette: it must ask for one of the fixtures `bank`, `hindsight`, `llm`, and call in its body";
  }

  /** A test has ended: it answers nothing any more. */
  endTest(sandbox: string): void {
    this.#running.delete(sandbox);
  }

  /** A call that a test answers itself. */
  async answer(call: ScriptedCall): Promise<void> {
    const reply = await this.#replyTo(call);
    // The coordinator is gone, or the lease has ended: nobody waits.
    await this.client.reply(this.lease.id, reply).catch(() => {});
  }

  async #replyTo(call: ScriptedCall): Promise<ScriptedReply> {
    const { id, sandbox } = call;
    try {
      const test = this.#running.get(sandbox);
      return test ? { id, answer: await test.answer(call) } : { id, error: "the test has ended" };
    } catch (error) {
      return { id, error: error instanceof Error ? error.message : String(error) };
    }
  }

  /** Removes what a test has stored, without making it wait for that. */
  removePlace(place: TestPlace): void {
    const closing = this.#places
      .remove(place)
      // The server is gone, or the run is ending: what is still there is removed at its end.
      .catch(() => {})
      .finally(() => this.#cleanUps.delete(closing));
    this.#cleanUps.add(closing);
  }

  /** Notes when a test ran, with or without our fixtures: what is left in the default sandbox is put down to it. */
  noteTest(span: TestSpan): void {
    this.#spans.push(span);
  }

  /**
   * The end of the file: returns the lease, and warns about what was left in the default sandbox.
   * @throws TestkitError `LLM_CALL_REFUSED` when a call that is no test's had no answer.
   */
  async close(): Promise<void> {
    delete holder[SESSION];
    for (const end of realm().atEnd) end();
    realm().atEnd.clear();
    await Promise.all(this.#cleanUps);
    const unusedSandboxes = await this.#places.end();
    const { left, unattributedMisses } = await this.client.returnLease(this.lease.id, {
      file: this.file,
      isComplete: this.isComplete(),
      tests: this.#spans,
      unusedSandboxes,
      usedSandboxes: this.#usedPlaces,
    });
    this.client.close();
    if (left.length > 0) console.warn(describeLeftBanks(left));
    const outside = [
      unattributedMisses.length > 0 &&
        `LLM calls outside of any test's sandbox (through HINDSIGHT_API_URL) had no answer:\n${unattributedMisses.join("\n")}`,
      this.strayCalls.size > 0 &&
        `LLM calls of the code under test had no answer:\n${[...this.strayCalls].join("\n")}`,
    ].filter((what) => what !== false);
    if (outside.length > 0) throw new TestkitError("LLM_CALL_REFUSED", { what: outside.join("\n") });
  }
}

/** @throws TestkitError `EXISTING_SERVER` */
function refuseRecorded({ mode = "live", ...settings }: LlmOptions): void {
  if (mode === "live" && Object.keys(settings).length === 0) return;
  throw new TestkitError("EXISTING_SERVER", {
    what: `\`llmOptions\` asks for ${JSON.stringify(mode)}, and the server at \`url\` asks its own model.`,
  });
}

function describeLeftBanks(left: readonly LeftBank[]): string {
  const lines = left.map(({ bankId, memoryUnits, tests }) => {
    const by =
      tests.length > 0 ? tests.map((name) => JSON.stringify(name)).join(" or ") : "code outside of any test";
    return `  bank ${JSON.stringify(bankId)} with ${memoryUnits} memories, made by ${by}`;
  });
  return [
    "[hindsight-testkit] The default sandbox (HINDSIGHT_API_URL) was not empty at the end of the file, and was emptied:",
    ...lines,
    "  Use `hindsight.url` of the fixture: it isolates every test.",
  ].join("\n");
}
