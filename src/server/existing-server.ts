import type { Phases } from "../daemon-protocol.ts";
import { TestkitError } from "../errors/testkit-error.ts";
import { checkApiKey } from "./api-key.ts";
import { type Answer, ask } from "./ask.ts";
import { parseStartTimeout } from "./options.ts";

/** Where a server is that somebody else has started, in place of all that configures one. */
export interface ExistingServerOptions {
  /** Its base URL, such as `http://127.0.0.1:8888`; with its base path, where it has one. */
  url: string;
  /** What it asks its callers for, in `Authorization: Bearer …`. */
  apiKey?: string | undefined;
  /** How long it may take to answer, in milliseconds (30 000). */
  startTimeout?: number | undefined;
  /** Ends the search for it. */
  signal?: AbortSignal | undefined;
}

const BESIDE_URL = ["apiKey", "startTimeout", "signal"];
const SHOWN_CHARACTERS = 200;

/**
 * A Hindsight server that somebody else has started, and ends: upstream's, or one of ours. It has the words of one that
 * `HindsightServer.start` starts, as far as they can be kept.
 */
export class ExistingHindsightServer implements AsyncDisposable {
  /** Its base URL, without a slash at the end. */
  readonly url: string;
  readonly port: number;
  /** The version of Hindsight's API that it speaks. */
  readonly version: string;
  /** Of a process that is not ours, and may be on another machine. */
  readonly pid = undefined;
  readonly phases: Phases;

  private constructor(url: string, version: string, phases: Phases) {
    const { port, protocol } = new URL(url);
    this.url = url;
    this.port = Number(port) || (protocol === "https:" ? 443 : 80);
    this.version = version;
    this.phases = phases;
  }

  /**
   * @internal
   * @throws TestkitError `INVALID_OPTION`, `SERVER_UNREACHABLE`, `API_KEY_REFUSED`; what the signal says.
   */
  static async find(options: ExistingServerOptions): Promise<ExistingHindsightServer> {
    refuseBeside(options);
    const url = parseServerUrl(options.url);
    const headers = authorization(options.apiKey);
    const timeoutMs = parseStartTimeout(options.startTimeout);
    const timeout = AbortSignal.timeout(Math.max(1, Math.round(timeoutMs)));
    const signal = options.signal ? AbortSignal.any([options.signal, timeout]) : timeout;
    const began = performance.now();
    try {
      const version = await checkServer(url, headers, signal);
      return new ExistingHindsightServer(url, version, [{ name: "find", ms: performance.now() - began }]);
    } catch (error) {
      if (error !== timeout.reason) throw error;
      throw new TestkitError("SERVER_UNREACHABLE", { what: `${url} did not answer within ${timeoutMs} ms.` });
    }
  }

  /** Nothing: its log is with whoever has started it. */
  logs(): string {
    return "";
  }

  /** Ends nothing. */
  async stop(): Promise<void> {}

  /** Ends nothing. */
  async [Symbol.asyncDispose](): Promise<void> {}
}

/** @throws TestkitError `INVALID_OPTION` */
function refuseBeside({ url: _, ...beside }: ExistingServerOptions): void {
  const found = Object.entries(beside).find(
    ([name, value]) => value !== undefined && !BESIDE_URL.includes(name),
  );
  if (found === undefined) return;
  throw new TestkitError("INVALID_OPTION", {
    what: `\`url\` and \`${found[0]}\` are both given: \`url\` names a server that runs, and the other is for one that is started. Beside \`url\` there may be ${BESIDE_URL.join(", ")}.`,
  });
}

/** @returns it without a slash at its end. @throws TestkitError `INVALID_OPTION`; the value may hold a password and is not repeated. */
function parseServerUrl(value: string): string {
  const url = URL.canParse(value) ? new URL(value) : undefined;
  const isPlain =
    url !== undefined &&
    /^https?:$/.test(url.protocol) &&
    [url.username, url.password, url.search, url.hash].every((part) => part === "");
  if (!isPlain) {
    throw new TestkitError("INVALID_OPTION", {
      what: "`url` must be the base URL of a server, such as http://127.0.0.1:8888, without a user, a query or a fragment; a key goes into `apiKey`.",
    });
  }
  return url.href.replace(/\/+$/, "");
}

/** The header that carries the key. @throws TestkitError `INVALID_OPTION`; the key is not repeated. */
function authorization(apiKey: string | undefined): Record<string, string> {
  checkApiKey(apiKey, "none is sent");
  return apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` };
}

/** @returns the version of its API. */
async function checkServer(
  url: string,
  headers: Record<string, string>,
  signal: AbortSignal,
): Promise<string> {
  const health = await askServer(`${url}/health`, {}, signal);
  if (health.status !== 200 || field(health, "status") !== "healthy") {
    throw unreachable(`${url} is not healthy: GET /health answered ${shown(health)}.`);
  }
  const version = field(await askServer(`${url}/version`, {}, signal), "api_version");
  if (typeof version !== "string") throw unreachable(`What answers at ${url} is no Hindsight server.`);
  // The two routes before are open to everybody.
  const banks = await askServer(`${url}/v1/default/banks?limit=0`, headers, signal);
  if (banks.status === 401) {
    const what = headers.authorization
      ? "does not take this `apiKey`"
      : "asks for a key, and no `apiKey` is given";
    throw new TestkitError("API_KEY_REFUSED", { what: `The server at ${url} ${what}.` });
  }
  if (banks.status === 200) return version;
  throw unreachable(`${url} does not list its banks: GET /v1/default/banks answered ${shown(banks)}.`);
}

async function askServer(url: string, headers: Record<string, string>, signal: AbortSignal): Promise<Answer> {
  return ask(url, { headers, signal }).catch((cause: Error) => {
    signal.throwIfAborted();
    throw unreachable(`${new URL(url).origin} does not answer: ${reason(cause)}.`, cause);
  });
}

function unreachable(what: string, cause?: Error): TestkitError {
  return new TestkitError("SERVER_UNREACHABLE", { what, cause });
}

/** Where a name has several addresses, the error that is thrown says nothing itself. */
function reason(error: Error): string {
  if (error instanceof AggregateError) return error.errors.map(({ message }: Error) => message).join("; ");
  return error.message;
}

function field({ text }: Answer, name: string): unknown {
  try {
    return (JSON.parse(text) as Record<string, unknown> | null)?.[name];
  } catch {
    return undefined;
  }
}

function shown({ status, text }: Answer): string {
  const start = text.trim().slice(0, SHOWN_CHARACTERS);
  return start === "" ? String(status) : `${status}: ${start}`;
}
