import { relative } from "node:path";
import { LLM_SCOPES } from "../daemon-protocol.ts";
import { TestkitError } from "../errors/testkit-error.ts";
import { cassettePath } from "../gateway/cassette/path.ts";
import type { LlmGateway } from "../gateway/gateway.ts";
import type { LlmCall, Responder, TestOutcome } from "../gateway/gateway-test.ts";
import { isRecorded, llmUpstream, parseLlmOptions, resolveLlm } from "../gateway/llm-options.ts";
import { type Unanswered, unanswered } from "../gateway/misses/unanswered.ts";
import type { CassetteUsage } from "./cassette-usage.ts";
import { llmChoice, type ProjectOptions, scriptedChoice } from "./options.ts";
import type { TestBegin, TestBegun, TestEnd, TestEnded, TestRespond } from "./protocol.ts";
import type { RunReport } from "./run-report.ts";
import { type Runner, recordCommand } from "./runner.ts";
import { serviceUpstream } from "./service-options.ts";
import type { SlotServer } from "./slot-server.ts";

const NOTHING_RECORDED: TestEnded = { misses: [], refused: [], toldBefore: false, unused: [], cassette: "" };

/** What the tests of a project have in common. */
export interface RecordedProject {
  options: ProjectOptions;
  runner: Runner;
  gateway: LlmGateway;
  usage: CassetteUsage;
}

/** A test that runs; `null`: it answers its calls itself, and has nothing recorded. */
type RunningTest = { begun: TestBegin; cassette: string } | null;

/** The tests that one worker runs on its slot's server, and whose LLM calls the gateway answers. */
export class RecordedTests {
  readonly #project: RecordedProject;
  readonly #server: SlotServer;
  readonly #report: RunReport;
  /** By sandbox. */
  readonly #running = new Map<string, RunningTest>();
  #isAbandoned = false;

  constructor(project: RecordedProject, server: SlotServer, report: RunReport) {
    this.#project = project;
    this.#server = server;
    this.#report = report;
  }

  /**
   * A test begins: its LLM calls are answered as its options say, from now on.
   * @throws TestkitError `INVALID_OPTION`, `RECORD_REFUSED`, `CASSETTE_INVALID`
   */
  async begin(begun: TestBegin): Promise<TestBegun> {
    const { options, gateway, runner, usage } = this.#project;
    const llm = resolveLlm(options.llm, parseLlmOptions(begun.llm, "`llmOptions`"), process.env);
    // Embeddings and rerankers are the server's: a test of the built-in model still needs theirs.
    const mode = llm.mode === "offline" ? options.defaultLlm.mode : llm.mode;
    const cassette = cassettePath(begun.file, begun.name, llm.cassette);
    if (mode !== "offline") {
      await gateway.beginTest({
        ...this.#address(begun.sandbox),
        mode,
        cassette,
        testName: begun.name,
        testFile: begun.file,
        recordCommand: recordCommand(runner, begun),
        upstreams: {
          llm: llmUpstream(llm),
          embeddings: serviceUpstream(options.embeddings),
          reranker: serviceUpstream(options.reranker),
        },
      });
      this.#running.set(begun.sandbox, { begun, cassette });
      // The worker went while the cassette was read.
      if (this.#isAbandoned) {
        await this.abandon();
        throw new TestkitError("COORDINATOR_GONE", { what: "This lease has ended." });
      }
    }
    usage.begin(cassette, begun.file, mode);
    const choice = llmChoice(options, llm, gateway, this.#server.id);
    await Promise.all([
      isRecorded(mode) && this.#server.holdWork(begun.sandbox),
      choice !== undefined && this.#server.chooseLlm(begun.sandbox, choice),
    ]);
    return { mode: llm.mode };
  }

  /** From now on a test answers the calls of some scopes itself. */
  async respond({ sandbox, scopes, isOffline }: TestRespond, responder: Responder): Promise<void> {
    const { gateway } = this.#project;
    const test = this.#address(sandbox);
    if (!this.#running.has(sandbox)) {
      const nothing = { cassette: "", testName: "", recordCommand: "", upstreams: {} };
      await gateway.beginTest({ ...test, ...nothing, mode: "scripted" });
      this.#running.set(sandbox, null);
    }
    for (const scope of scopes) gateway.respond(test, scope, responder);
    // Others are of calls that the server does not make.
    const served = LLM_SCOPES.filter((scope) => scopes.includes(scope));
    if (isOffline && served.length > 0) {
      await this.#server.chooseLlm(sandbox, scriptedChoice(served, gateway, this.#server.id));
    }
  }

  /** @throws TestkitError `INVALID_OPTION` for a provider whose API the gateway does not speak. */
  url(sandbox: string, provider: string): string {
    return this.#project.gateway.baseUrl(this.#server.id, provider, sandbox);
  }

  /** The calls of a running test that came to the gateway. */
  calls(sandbox: string): readonly LlmCall[] {
    return this.#running.has(sandbox) ? this.#project.gateway.calls(this.#address(sandbox)) : [];
  }

  /** A test has ended: its cassette is written when it was recorded and passed, and its misses are handed over. */
  async end(test: TestEnd): Promise<TestEnded> {
    const recorded = this.#running.get(test.sandbox);
    if (recorded === undefined) return NOTHING_RECORDED;
    this.#running.delete(test.sandbox);
    const { gateway, usage, runner } = this.#project;
    const tell = (why: string | undefined) => recorded && this.#report.addTest(recorded.begun, why);
    const ending = gateway.endTest({ ...this.#address(test.sandbox), passed: test.passed });
    const outcome = await ending.catch((error: Error) => {
      tell(error.message);
      throw error;
    });
    if (recorded && test.passed && outcome.misses.length === 0) {
      usage.passed(recorded.cassette, outcome.unused);
    }
    const { missed, refused } = unanswered(outcome.misses);
    tell(whyFailed(test, { missed, refused, unused: outcome.unused }));
    return {
      misses: missed,
      refused,
      toldBefore: outcome.toldBefore,
      unused: outcome.unused.map(({ summary }) => summary),
      cassette: recorded ? relative(runner.root, recorded.cassette) : "",
    };
  }

  /** Ends the tests that did not come to an end: their cassettes stay as they are. */
  async abandon(): Promise<void> {
    this.#isAbandoned = true;
    for (const sandbox of this.#running.keys()) {
      await this.#project.gateway.endTest({ ...this.#address(sandbox), passed: false });
    }
    this.#running.clear();
  }

  #address(sandboxId: string): { slot: string; sandboxId: string } {
    return { slot: this.#server.id, sandboxId };
  }
}

/** In a few words; `undefined`: it has passed. */
function whyFailed(
  { passed }: TestEnd,
  { missed, refused, unused }: Unanswered & Pick<TestOutcome, "unused">,
): string | undefined {
  if (missed.length > 0) return "a call had no recorded answer";
  if (refused.length > 0) return "a call could not be answered";
  if (!passed) return "it failed by itself";
  return unused.length > 0 ? "it passed without asking for all of its cassette" : undefined;
}
