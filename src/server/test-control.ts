import { Agent, request as httpRequest } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import {
  type ClockState,
  CONTROL,
  type DefaultSandboxReset,
  type LlmCall,
  type LlmCalls,
  type LlmChoice,
  type SandboxesMade,
  type SandboxForked,
  type Settled,
  TOKEN_HEADER,
} from "../daemon-protocol.ts";
import { TestkitError } from "../errors/testkit-error.ts";

const SETTLE_TIMEOUT_MS = 30_000;
const MAX_SETTLE_TIMEOUT_MS = 3_600_000;
/** How long after a connection broke its process may still be seen to end. */
const ENDING_MS = 500;
/** How much longer than the server an answer is waited for, in milliseconds. */
const ANSWER_MARGIN_MS = 10_000;

/** The routes of a server in test mode, as those call them who started it. */
export class TestControl {
  readonly url: string;
  readonly #token: string | null;
  readonly #ending: Promise<string> | undefined;
  readonly #agent = new Agent({ keepAlive: true });

  /** @param server.ending what ended the server's process, where that is known once it has. */
  constructor(server: { url: string; token: string | null; ending?: Promise<string> }) {
    this.url = server.url;
    this.#token = server.token;
    this.#ending = server.ending;
  }

  /** Closes the idle connections. */
  close(): void {
    this.#agent.destroy();
  }

  async makeSandboxes(count: number): Promise<string[]> {
    const { sandboxes } = (await this.#call("POST", CONTROL.sandboxes, { count })) as SandboxesMade;
    return sandboxes;
  }

  async closeSandbox(sandbox: string): Promise<void> {
    await this.#call("DELETE", `${CONTROL.sandboxes}/${sandbox}`);
  }

  async emptyDefaultSandbox(): Promise<DefaultSandboxReset> {
    return (await this.#call("POST", CONTROL.reset)) as DefaultSandboxReset;
  }

  /** Copies a sandbox with all that is in it. @returns the id of the copy, which is closed with it. */
  async forkSandbox(sandbox: string): Promise<string> {
    return ((await this.#call("POST", CONTROL.forkSandbox, { sandbox })) as SandboxForked).sandbox;
  }

  /** Copies a bank under another id. @throws TestkitError `FORK_REFUSED` */
  async forkBank(sandbox: string, bank: string, to: string): Promise<void> {
    await this.#call("POST", CONTROL.forkBank, { sandbox, bank, to });
  }

  async readClock(sandbox: string): Promise<Date> {
    const path = `${CONTROL.clock}?${new URLSearchParams({ sandbox })}`;
    return new Date(((await this.#call("GET", path)) as ClockState).now);
  }

  async moveClock(sandbox: string, move: { now: string } | { advance_ms: number }): Promise<Date> {
    return new Date(((await this.#call("POST", CONTROL.clock, { sandbox, ...move })) as ClockState).now);
  }

  /**
   * From now on the sandbox, and forks that are made of it later, ask this model: the built-in one, another one, or again the
   * server's own (null).
   * @throws TestkitError `INVALID_OPTION` for a model that cannot be asked.
   */
  async chooseLlm(sandbox: string, llm: LlmChoice): Promise<void> {
    await this.#call("POST", CONTROL.llm, { sandbox, llm });
  }

  /** From now on the sandbox's consolidations and refreshes begin only when somebody waits for them, as in its forks. */
  async holdWork(sandbox: string): Promise<void> {
    await this.#call("POST", CONTROL.holdWork, { sandbox });
  }

  /** The calls to language models that were made for a sandbox, in the order in which they ended: the last 10,000. */
  async llmCalls(sandbox: string): Promise<LlmCall[]> {
    const path = `${CONTROL.llmCalls}?${new URLSearchParams({ sandbox })}`;
    return ((await this.#call("GET", path)) as LlmCalls).calls;
  }

  /**
   * Waits until no work of the sandbox, or of some banks in it, is due or runs any more. No polling: the server answers when
   * it is so.
   * @returns what failed or was put off.
   * @throws TestkitError `BANK_NOT_SETTLED` when it takes longer than `timeout` milliseconds; it names what still goes on.
   */
  async settle(sandbox: string, banks: string[] | undefined, timeout: number): Promise<Settled> {
    checkSettleTimeout(timeout);
    const body = { sandbox, banks: banks ?? null, timeout_ms: timeout };
    const signal = AbortSignal.timeout(timeout + ANSWER_MARGIN_MS);
    return (await this.#call("POST", CONTROL.settled, body, signal)) as Settled;
  }

  /**
   * The same, and nothing may fail or be put off.
   * @throws TestkitError `BANK_NOT_SETTLED`, with the operation's error.
   */
  async settled(sandbox: string, banks: string[] | undefined, timeout = SETTLE_TIMEOUT_MS): Promise<void> {
    const { unsettled, detail } = await this.settle(sandbox, banks, timeout);
    if (unsettled.length > 0) throw new TestkitError("BANK_NOT_SETTLED", { what: `${detail}.` });
  }

  async #call(method: string, path: string, body?: object, signal?: AbortSignal): Promise<unknown> {
    const { status, text } = await this.#send(method, path, body, signal);
    if (status === 200 || (path === CONTROL.settled && status === 409)) return JSON.parse(text || "{}");
    const what = detailOf(text);
    if (status === 408) throw new TestkitError("BANK_NOT_SETTLED", { what: `${what}.` });
    if (status === 400 || status === 422) throw new TestkitError("INVALID_OPTION", { what: `${what}.` });
    if (status === 409) throw new TestkitError("FORK_REFUSED", { what: `${what}.` });
    throw new Error(`${method} ${path} answered ${status}: ${what}`);
  }

  /** A connection breaks before its process is known to be gone. */
  async #stopped(cause: Error): Promise<TestkitError> {
    const ending = this.#ending && (await ofEnding(this.#ending));
    const reason = ending === undefined ? cause.message : `its process has ended (${ending})`;
    return new TestkitError("SERVER_STOPPED", {
      what: `The test server at ${this.url} does not answer: ${reason}.`,
      cause,
    });
  }

  #send(
    method: string,
    path: string,
    body: object | undefined,
    signal: AbortSignal | undefined,
  ): Promise<{ status: number | undefined; text: string }> {
    return new Promise((resolve, reject) => {
      const request = httpRequest(
        `${this.url}${path}`,
        {
          method,
          agent: this.#agent,
          ...(signal && { signal }),
          headers: {
            "content-type": "application/json",
            ...(this.#token !== null && { [TOKEN_HEADER]: this.#token }),
          },
        },
        (response) => {
          const parts: Buffer[] = [];
          response.on("data", (part: Buffer) => parts.push(part));
          response.on("error", reject);
          response.on("end", () =>
            resolve({ status: response.statusCode, text: Buffer.concat(parts).toString() }),
          );
        },
      );
      request.once("error", (error) => void this.#stopped(error).then(reject, reject));
      request.end(body && JSON.stringify(body));
    });
  }
}

/** @throws TestkitError `INVALID_OPTION` */
export function checkSettleTimeout(timeout: number): void {
  if (Number.isInteger(timeout) && timeout >= 0 && timeout <= MAX_SETTLE_TIMEOUT_MS) return;
  throw new TestkitError("INVALID_OPTION", {
    what: `\`timeout\` must be a whole number of milliseconds from 0 to ${MAX_SETTLE_TIMEOUT_MS}, not ${timeout}.`,
  });
}

async function ofEnding(ending: Promise<string>): Promise<string | undefined> {
  return Promise.race([ending, sleep(ENDING_MS, undefined, { ref: false })]);
}

function detailOf(text: string): string {
  try {
    const { detail } = JSON.parse(text) as { detail?: unknown };
    return typeof detail === "string" ? detail : text;
  } catch {
    return text;
  }
}
