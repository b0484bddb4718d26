/**
 * What passes between the daemon program and whoever starts it. The starter writes one line of JSON to the daemon's stdin
 * and keeps the pipe open: its end is the daemon's signal to stop; to a detached one, only until it is ready. The daemon answers
 * with one line of JSON on stdout. Secrets travel here, never in arguments.
 */

/** Where the daemon's database is. */
export type DatabaseConfig =
  /** A migrated or empty database on a Postgres that somebody else runs. */
  | { kind: "url"; url: string }
  /** A private Postgres that the daemon runs on a temporary data directory and removes when it ends. */
  | { kind: "embedded" }
  /** A private Postgres that the daemon runs on a directory that is kept: absolute, made when it does not exist. */
  | { kind: "directory"; path: string };

/** How long the daemon lives. */
type Lifetime =
  /** As long as its starter keeps its stdin open. */
  | {
      kind: "parent";
      /** What it proves with that it is the one which was started. */
      secret: string;
    }
  /** Until it is told to stop, or has been idle; its log is its stderr. Its port is its profile's: of two daemons one gets it. */
  | {
      kind: "detached";
      profile: string;
      /** The profile's. */
      directory: string;
      /** What the daemon, and who speaks to it about itself, prove themselves with. */
      secret: string;
      /** Where it notes who it is: a `DaemonRecord`. */
      stateFile: string;
      /** The file behind its stderr, which it keeps within bounds. */
      log: { file: string; maxBytes: number; backups: number };
      /** Without a request and without work for so long it ends; 0: never. */
      idleTimeoutMs: number;
      /** What tells its settings from others: `DaemonRecord.settings`. */
      settings: Record<string, string>;
    };

export type DetachedLifetime = Extract<Lifetime, { kind: "detached" }>;

/** What a detached daemon notes of itself, for those who look for it. Only its user may read it. */
export interface DaemonRecord {
  pid: number;
  /** With `pid` and `scope` it names the process: `Owner` in `src/home`. */
  startTime: string;
  scope: string;
  /** The profile's: in a copy of it the record is of no daemon. */
  directory: string;
  /** What clients of its API take: `http://127.0.0.1:28123`, and the base path where one is configured. */
  url: string;
  secret: string;
  /** The package's. */
  version: string;
  startedAt: string;
  idleTimeoutMs: number;
  /** A digest of each variable that it was started with. */
  settings: Record<string, string>;
}

/** The instant at which a test's clock stands still, unless the test sets another. */
export const TEST_EPOCH = "2025-01-01T00:00:00.000Z";

export type LogLevel = "debug" | "info" | "warning" | "error";

export interface DaemonConfig {
  /** `migrate` brings the database's schema up to date and ends. */
  command: "serve" | "migrate";
  host: string;
  /** 0: a free one, which the daemon binds and reports. */
  port: number;
  database: DatabaseConfig;
  /** Left out: `parent`, and it is not asked to prove itself. */
  lifetime?: Lifetime;
  /**
   * Upstream's variables (`HINDSIGHT_API_…`), which configure everything else. The daemon takes them from here alone: what
   * stands in the environment of whoever starts it, is the starter's to pass on or to keep back.
   */
  environment: Record<string, string>;
  /** Whether calls to models, also of embeddings and rerankers, say in headers whose they are; only for a gateway of ours. */
  attributeLlmCalls: boolean;
  logLevel: LogLevel;
  /** A fixed clock, derived ids, sandboxes, and the control routes. */
  testMode: boolean;
  /** In test mode: where all clocks begin, in ISO 8601. Null: at `TEST_EPOCH`. */
  testClock: string | null;
  /** In test mode: what ids are derived from beside the bank's id. Null: nothing. */
  idSeed: string | null;
  /** What callers of the control routes prove themselves with. Null: nothing, which only a server on loopback may have. */
  token: string | null;
}

/** How long each phase of the start took, in milliseconds, in order. */
export type Phases = { name: string; ms: number }[];

export type DaemonReply =
  | {
      ready: {
        url: string;
        port: number;
        pid: number;
        postgresPid: number | null;
        phases: Phases;
        /** What seems not to be meant as it was given. */
        warnings: string[];
      };
    }
  | { migrated: { ms: number } }
  | { failed: { code: string; message: string } };

/** `starting`: it will be ready, or end. `stopping`: it takes no more requests, and ends. */
export type DaemonState = "starting" | "ready" | "stopping";

/** What a detached daemon is asked about itself: a POST to `DAEMON_PATH`. */
export interface DaemonQuestion {
  /** `use`: somebody is about to make requests, so that it is not idle now. */
  action: "find" | "use" | "stop";
  /** Whether the answer may wait until it is no longer starting. */
  wait: boolean;
  /** Chosen by who asks, another one every time. */
  challenge: string;
  /** That who asks knows the secret: `signature` over `action` and `challenge`. */
  signature: string;
}

export interface DaemonAnswer {
  state: DaemonState;
  /** That it knows the secret, and is this profile's: `signature` over the challenge, the state, the profile and its directory. */
  signature: string;
}

/** Both on any request to a daemon that lives as long as its starter, and on its answer. */
export const PROOF_HEADERS = {
  /** A text that was never used before. */
  challenge: "x-hindsight-testkit-challenge",
  /** `signChallenge` over it. */
  proof: "x-hindsight-testkit-proof",
} as const;

/** The header that carries `DaemonConfig.token`. */
export const TOKEN_HEADER = "x-hindsight-testkit-token";

/** The headers on a call to a gateway of ours. They are removed before the call leaves the machine. */
export const ATTRIBUTION_HEADERS = {
  sandbox: "x-hindsight-sandbox",
  bank: "x-hindsight-bank",
  operation: "x-hindsight-operation",
  /** What a call is for: an `LlmScope`, `embedding` or `rerank`. */
  scope: "x-hindsight-scope",
  /**
   * In test mode: the instant at which the sandbox's clock began, in ISO 8601, a blank, and how many milliseconds after it the
   * clock has stood so far, separated by commas. Instants that the test named itself are not among them.
   */
  clock: "x-hindsight-clock",
} as const;

/** What a language model is asked for. */
export const LLM_SCOPES = [
  "retain_extract_facts",
  "reflect",
  "consolidation",
  // The changes of a mental model's text: what is new is worked in, what was withdrawn is taken out.
  "mental_model_delta",
  "mental_model_retraction",
  // Whether the model is there.
  "verification",
] as const;

/** All routes that Hindsight's API does not have are below it. */
export const TESTKIT_PREFIX = "/testkit/v1";

/** POST DaemonQuestion → DaemonAnswer: the route of a detached daemon. */
export const DAEMON_PATH = `${TESTKIT_PREFIX}/daemon`;

/** Routes of a server in test mode; each wants the token, where the server has one. A sandbox "" is the default one. */
export const CONTROL = {
  /** POST {count} → SandboxesMade: makes sandboxes, each with a bank. DELETE <path>/<id>: closes one and its forks. */
  sandboxes: `${TESTKIT_PREFIX}/sandboxes`,
  /** POST {sandbox} → SandboxForked. */
  forkSandbox: `${TESTKIT_PREFIX}/sandboxes/fork`,
  /** POST {bank, to, sandbox?, to_sandbox?} → BankForked. */
  forkBank: `${TESTKIT_PREFIX}/banks/fork`,
  /** GET ?sandbox= → ClockState. POST {now} or {advance_ms}, sandbox? → ClockState. */
  clock: `${TESTKIT_PREFIX}/clock`,
  /** POST {sandbox?, banks?: string[], timeout_ms?} → Settled: 200 settled, 409 something failed or was put off, 408 in time not. */
  settled: `${TESTKIT_PREFIX}/settled`,
  /** POST {llm: LlmChoice, sandbox?} → {}: what the sandbox, and forks that are made of it later, asks from now on. */
  llm: `${TESTKIT_PREFIX}/llm`,
  /** POST {sandbox?} → {}: its consolidations and refreshes begin only when somebody waits for them. */
  holdWork: `${TESTKIT_PREFIX}/work/hold`,
  /** GET ?sandbox= → LlmCalls. */
  llmCalls: `${TESTKIT_PREFIX}/llm/calls`,
  /** POST → DefaultSandboxReset. Empties the default sandbox. */
  reset: `${TESTKIT_PREFIX}/reset`,
} as const;

/** The id of the bank that is in every sandbox from its start: the same in every run. */
export const TEST_BANK_ID = "test-bank";

export interface SandboxesMade {
  sandboxes: string[];
}

export interface SandboxForked {
  sandbox: string;
}

export interface BankForked {
  bank: string;
  sandbox: string;
}

export interface ClockState {
  /** ISO 8601. */
  now: string;
}

/** An operation that stands between a bank and its rest. */
export interface UnsettledOperation {
  bank_id: string;
  operation_id: string;
  operation_type: string;
  /** `failed`; `pending`: it waits, or was put off until `next_retry_at`; `processing`; `cancelled`: it has not stopped yet. */
  status: string;
  error_message: string | null;
  next_retry_at: string | null;
}

export interface Settled {
  /** In words, when the bank is not settled. */
  detail?: string;
  /** Failed or put off since the last time they were reported; or, after the timeout, what still goes on. Empty: all is done. */
  unsettled: UnsettledOperation[];
}

export type LlmScope = (typeof LLM_SCOPES)[number];

/** The built-in model; another one; null: the server's own. */
export type LlmChoice =
  | "offline"
  | {
      provider: string;
      model: string;
      base_url: string;
      api_key?: string | null;
      /** What it is asked for; the rest goes where it would go otherwise. Left out: everything. */
      scopes?: LlmScope[] | null;
    }
  | null;

/** A call to a language model that has ended. */
export interface LlmCall {
  bank_id: string;
  /** null: somebody waited for the answer of the request that made it. */
  operation_id: string | null;
  scope: LlmScope;
  step: string | null;
  provider: string;
  model: string;
  input_tokens: number;
  output_tokens: number;
  /** Of all attempts together, in real milliseconds. */
  duration_ms: number;
  failed: boolean;
}

export interface LlmCalls {
  /** In the order in which they ended; the last 10,000. */
  calls: LlmCall[];
}

export interface DefaultSandboxReset {
  /** What was there; `created_at` is the real time, in milliseconds since the epoch. */
  banks: { bank_id: string; memory_units: number; created_at: number }[];
}
