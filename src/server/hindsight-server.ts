import { randomBytes } from "node:crypto";
import { TestkitError } from "../errors/testkit-error.ts";
import { type LlmOptions, parseLlmOptions, resolveLlm } from "../gateway/llm-options.ts";
import { RecordedLlm } from "../gateway/recorded-llm.ts";
import { DaemonProcess } from "./daemon-process.ts";
import { parseDatabase } from "./database-choice.ts";
import { ExistingHindsightServer, type ExistingServerOptions } from "./existing-server.ts";
import { holdIfRecorded } from "./hold-if-recorded.ts";
import {
  checkServerOptions,
  type HindsightServerOptions,
  parseClock,
  parseIdSeed,
  parseLogLevel,
  parsePort,
  parseStartTimeout,
  toEnvironment,
} from "./options.ts";
import { recordedEnvironment } from "./recorded-environment.ts";
import { openDatabase } from "./server-database.ts";
import { StartedHindsightServer } from "./started-server.ts";
import { TestControl } from "./test-control.ts";

/** What a server can be told, and how its start is watched. */
export interface StartOptions extends HindsightServerOptions {
  /** Called with every line of the log. */
  onLog?: ((line: string) => void) | undefined;
  /** Ends the start. It then rejects with the signal's reason, when nothing is left of what was started. */
  signal?: AbortSignal | undefined;
}

/** A start in progress, as a promise of the server. */
export interface StartingServer<Server> extends Promise<Server> {
  /**
   * Ends the start, or the server where it is up already; resolves when all is gone. The promise then rejects with
   * `SERVER_STOPPED`, unless it had been kept before.
   */
  stop(): Promise<void>;
}

/** Hindsight servers for use without a test runner. */
export const HindsightServer = {
  start,
};

/** Looks for the server that runs at `url`, and makes sure that it is one: none is started. */
function start(options: ExistingServerOptions): StartingServer<ExistingHindsightServer>;
/**
 * Starts a server and waits until it answers. It ends with `stop()`, at the end of an `await using` block, and with the
 * process that started it, however that one ends.
 *
 * @throws TestkitError with the code of what went wrong, the end of the server's log, and the remedy: `INVALID_OPTION`,
 * `LLM_KEY_MISSING`, `SERVER_PORT_TAKEN`, `SERVER_NOT_OURS`, `SERVER_START_TIMEOUT`, `SERVER_START_FAILED`, `POSTGRES_…`, `CONTAINER_…`; with
 * `url`: `SERVER_UNREACHABLE`, `API_KEY_REFUSED`.
 *
 * @example
 * await using server = await HindsightServer.start();
 * const client = new HindsightClient({ baseUrl: server.url });
 * await client.retain("my-bank", "Alice works at Google");
 */
function start(options?: StartOptions & { url?: undefined }): StartingServer<StartedHindsightServer>;
/** Starts a server where no `url` is given. */
function start(
  options: StartOptions & { url?: string | undefined },
): StartingServer<StartedHindsightServer | ExistingHindsightServer>;
function start(
  options: StartOptions & { url?: string | undefined } = {},
): StartingServer<StartedHindsightServer | ExistingHindsightServer> {
  const stopping = new AbortController();
  const signal = options.signal ? AbortSignal.any([options.signal, stopping.signal]) : stopping.signal;
  const started = startOrFind({ ...options, signal });
  const stop = async () => {
    const what = "The server was stopped while it was starting.";
    stopping.abort(new TestkitError("SERVER_STOPPED", { what }));
    const server = await started.catch(() => undefined);
    await server?.stop();
  };
  return Object.assign(started, { stop });
}

async function startOrFind({
  url,
  ...options
}: StartOptions & { url?: string | undefined; signal: AbortSignal }): Promise<
  StartedHindsightServer | ExistingHindsightServer
> {
  if (url !== undefined) return ExistingHindsightServer.find({ ...options, url });
  const { onLog, signal, ...serverOptions } = options;
  checkServerOptions(serverOptions);
  signal.throwIfAborted();
  const llm = serverOptions.llm && (await startRecording(serverOptions.llm));
  try {
    return await startServer(serverOptions, { onLog, signal, llm });
  } catch (error) {
    await llm?.end({ passed: false }).catch(() => {});
    throw error;
  }
}

/** @returns `undefined` where the built-in model answers. */
async function startRecording(options: LlmOptions): Promise<RecordedLlm | undefined> {
  const { mode } = resolveLlm(parseLlmOptions(options, "`llm`"), {}, process.env);
  return mode === "offline" ? undefined : RecordedLlm.start(options);
}

async function startServer(
  options: HindsightServerOptions,
  { onLog, signal, llm }: Pick<StartOptions, "onLog"> & { signal: AbortSignal; llm: RecordedLlm | undefined },
): Promise<StartedHindsightServer> {
  const token = options.testToken === undefined ? randomBytes(16).toString("hex") : options.testToken;
  const startTimeout = parseStartTimeout(options.startTimeout);
  const config = {
    command: "serve",
    host: options.host ?? "127.0.0.1",
    port: parsePort(options.port),
    environment: {
      ...toEnvironment(options),
      ...(llm && recordedEnvironment(llm, (provider) => llm.url(provider))),
    },
    attributeLlmCalls: llm !== undefined,
    logLevel: parseLogLevel(options.logLevel),
    testMode: options.testMode ?? false,
    testClock: parseClock(options.clock),
    idSeed: parseIdSeed(options.idSeed),
    token,
  } as const;
  const database = await openDatabase(parseDatabase(options.database), startTimeout);
  const { process, reply } = await DaemonProcess.start(
    { ...config, database: database.config },
    { startTimeout, onLog, signal },
  ).catch(async (error: unknown) => {
    await database.drop();
    throw error;
  });
  // Nobody may stop a server that has ended by itself. What fails here is told by `stop()`.
  void process.exited.then(() => database.drop()).catch(() => {});
  if (!("ready" in reply)) throw new Error("The daemon answered another command than the one it was given");
  const control = options.testMode
    ? new TestControl({ url: reply.ready.url, token, ending: process.ending })
    : undefined;
  try {
    if (control) await holdIfRecorded(control, "", llm);
  } catch (error) {
    control?.close();
    await process.stop();
    await database.drop();
    throw error;
  }
  return new StartedHindsightServer(process, reply.ready, control, llm, () => database.drop());
}
