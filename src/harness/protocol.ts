/** What passes between the coordinator, in the test runner's main process, and the workers: JSON over loopback. */
import type { LogLevel } from "../daemon-protocol.ts";
import type { LlmCall } from "../gateway/gateway-test.ts";
import type { Json } from "../gateway/json.ts";
import type { LlmMode, LlmOptions } from "../gateway/llm-options.ts";
import type { ScriptedAnswer } from "../gateway/wire/wire.ts";
import type { DatabaseOption } from "../server/database-choice.ts";
import type { ServiceOptions } from "./service-options.ts";

export type { LlmMode, LlmOptions };

/** How a worker reaches the coordinator. The token keeps other programs of the machine out. */
export interface CoordinatorAddress {
  url: string;
  token: string;
  /** Whose options apply: a run may have several projects, each with its own. */
  projectId: string;
}

/** The options of a preset. All have defaults, and nothing is taken from the environment but `HINDSIGHT_LLM` (the mode), `HINDSIGHT_TEST_CLOCK` and `HINDSIGHT_TEST_ID_SEED`. */
export interface PresetOptions {
  /** How LLM calls are answered: a mode, or a mode with its settings (`offline`). */
  llm?: LlmMode | LlmOptions | undefined;
  /** A service for embeddings, recorded with the LLM's calls; by default, and in `offline`, they are built in. */
  embeddings?: ServiceOptions | undefined;
  /** A service for reranking, recorded with the LLM's calls; by default, and in `offline`, it is built in. */
  reranker?: ServiceOptions | undefined;
  /**
   * Where the run's databases are: `embedded` (default); `container`, or `{ container: "<image>" }`: a Postgres in a container, which
   * needs the package testcontainers; or the URL of a Postgres whose user may create databases, or schemas in the one that it names.
   */
  database?: DatabaseOption | undefined;
  /** How long a slot's server, or the run's Postgres, may take to start, in milliseconds (30 000). */
  startTimeout?: number | undefined;
  /** What the servers log (`info`); the end of it is printed with a failed test. */
  logLevel?: LogLevel | undefined;
  /** Where the servers' clocks begin (2025-01-01T00:00:00Z), in ISO 8601; without an offset it is in UTC. */
  clock?: string | undefined;
  /** What ids are derived from beside their bank and what they stand for. Another one gives other ids. */
  idSeed?: string | undefined;
  /**
   * In place of all others but `apiKey` and `startTimeout`: the base URL of a Hindsight server that runs, upstream's or one of ours. None
   * is started; each test gets a bank of its own there, which is removed after it. No clock, no sandboxes, nothing recorded.
   */
  url?: string | undefined;
  /** What the server at `url` asks its callers for, in `Authorization: Bearer …`. */
  apiKey?: string | undefined;
}

export interface LeaseRequest {
  projectId: string;
  /** The worker's stable number: VITEST_POOL_ID, JEST_WORKER_ID. */
  slot: string;
  /** The test file, as the runner names it. */
  file: string;
  /** Tells workers apart. One runs a single file at a time, so a new lease ends the one that it still holds. */
  worker: string;
}

/** A slot's right to its server. It lasts as long as the response that carried it stays open, or until it is returned. */
export type Lease = OwnLease | ExistingLease;

/** Of a server that the run has started for the slot. */
export interface OwnLease {
  kind: "own";
  id: string;
  server: { url: string; token: string; pid: number };
  /** Sandboxes that are ready to be used. */
  sandboxes: string[];
  /** Of tests that say nothing themselves. */
  llmMode: LlmMode;
}

/** Of a server that somebody else has started, for all slots. */
export interface ExistingLease {
  kind: "existing";
  id: string;
  server: { url: string; apiKey?: string | undefined };
  /** How the ids of the banks begin that the worker makes. */
  bankPrefix: string;
  llmMode: "live";
}

/** A test as the worker saw it: real times in milliseconds since the epoch. */
export interface TestSpan {
  name: string;
  start: number;
  end: number;
}

export interface LeaseReturn {
  /** The test file's path. */
  file: string;
  /** Whether every test of the file has run: none was skipped or filtered out. */
  isComplete: boolean;
  tests: TestSpan[];
  /** Sandboxes that no test took; none on an existing server. */
  unusedSandboxes: string[];
  /** Or banks, on an existing server. */
  usedSandboxes: number;
}

/** A bank that was found in the default sandbox at the end of a file. */
export interface LeftBank {
  bankId: string;
  memoryUnits: number;
  /** The tests that were running when it was made; empty when none was. */
  tests: string[];
}

export interface LeaseReturned {
  left: LeftBank[];
  /** LLM calls that no test could be found for, as told by the gateway. */
  unattributedMisses: string[];
}

export interface TestBegin {
  sandbox: string;
  name: string;
  file: string;
  /** The test's own options. */
  llm: LlmOptions;
}

export interface TestBegun {
  mode: LlmMode;
}

/** A test answers calls itself. */
export interface TestRespond {
  sandbox: string;
  /** All that it answers so far: an `LlmScope`, or what `recordLlm()` calls those of the code under test. */
  scopes: string[];
  /** Whether all other scopes are the built-in model's. */
  isOffline: boolean;
}

/** A call that the test answers itself, on its way to the worker: a line of the lease's response. */
export interface ScriptedCall {
  id: string;
  sandbox: string;
  scope: string;
  model: string;
  body: Json;
}

/** What the test answered. */
export type ScriptedReply = { id: string } & ({ answer: ScriptedAnswer } | { error: string });

/** The address of the gateway for a program that a test starts, or for the test's own calls. */
export interface GatewayAddress {
  sandbox: string;
  provider: string;
}

export interface TestCalls {
  calls: readonly LlmCall[];
}

export interface TestEnd {
  sandbox: string;
  passed: boolean;
}

export interface TestEnded {
  /** What to tell of each call that had no answer in the cassette. */
  misses: readonly string[];
  /** The same of each that could not be answered, whatever is recorded. */
  refused: readonly string[];
  /** Whether other tests of the run have told all of the misses: they have the same reasons. */
  toldBefore: boolean;
  /** Entries of the cassette that the test did not ask for. */
  unused: string[];
  cassette: string;
}

/** An error on its way from the coordinator to a worker. */
export interface WireError {
  code: string;
  what: string;
  log?: string | undefined;
}

export const AUTHORIZATION = "x-hindsight-coordinator";
