import { setTimeout as delay } from "node:timers/promises";
import { TestkitError } from "../../../errors/testkit-error.ts";
import { isJsonObject } from "../../../json-object.ts";
import { checkSettleTimeout } from "../../../server/test-control.ts";
import type { BankApi } from "../../existing/bank-api.ts";

const TIMEOUT_MS = 30_000;
const FIRST_LOOK_MS = 20;
const LONGEST_PAUSE_MS = 500;
const SHOWN = 5;

interface Operation {
  id: string;
  type: string;
  status: string;
  error: string;
  retries: number;
  /** When it is tried again, in ISO 8601; null: it was not put off. */
  retryAt: string | null;
}

/**
 * Waits for a bank on a server that has no route which waits: its operations are looked at until none is due or runs. A retain queues
 * what follows from it before it ends, so that there is no moment in between at which nothing is to be seen.
 */
export class BankSettling {
  readonly #api: BankApi;
  readonly #bank: string;
  /** Failures, and attempts that were put off: each is told once. */
  readonly #told = new Set<string>();

  constructor(api: BankApi, bank: string) {
    this.#api = api;
    this.#bank = bank;
  }

  /** @throws TestkitError `BANK_NOT_SETTLED`; `INVALID_OPTION` */
  async settled(timeout = TIMEOUT_MS): Promise<void> {
    checkSettleTimeout(timeout);
    const signal = AbortSignal.timeout(timeout);
    let going: Operation[] = [];
    try {
      for (let pause = FIRST_LOOK_MS; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
        const operations = await this.#operations(signal);
        going = operations.filter((operation) => this.#goesOn(operation));
        if (going.length === 0) {
          this.#tell(operations);
          return;
        }
        await delay(pause, undefined, { signal });
      }
    } catch (error) {
      if (!signal.aborted) throw error;
      throw new TestkitError("BANK_NOT_SETTLED", {
        what: `After ${timeout} ms there is still work: ${going.length > 0 ? inWords(going) : "its operations were not told"}.`,
      });
    }
  }

  /** Whether it runs, or will without being put off. */
  #goesOn({ status, retryAt }: Operation): boolean {
    if (status === "processing") return true;
    return status === "pending" && (retryAt === null || Date.parse(retryAt) <= Date.now());
  }

  #tell(operations: readonly Operation[]): void {
    const bad = operations.filter(({ status }) => status === "failed" || status === "pending");
    const untold = bad.filter((operation) => !this.#told.has(keyOf(operation)));
    for (const operation of untold) this.#told.add(keyOf(operation));
    if (untold.length > 0) throw new TestkitError("BANK_NOT_SETTLED", { what: `${inWords(untold)}.` });
  }

  async #operations(signal: AbortSignal): Promise<Operation[]> {
    const all: Operation[] = [];
    for (;;) {
      const { rows, total } = await this.#api.operations(this.#bank, all.length, signal);
      all.push(...rows.map(parseOperation));
      if (rows.length === 0 || all.length >= total) return all;
    }
  }
}

function keyOf({ id, status, retries, retryAt }: Operation): string {
  return [id, status, retries, retryAt].join(" ");
}

function inWords(operations: readonly Operation[]): string {
  const shown = operations.slice(0, SHOWN).map(({ id, type, status, error, retryAt }) => {
    const until = status === "pending" && retryAt !== null ? `put off until ${retryAt}` : status;
    return `${type} ${id} is ${until}${error === "" ? "" : `: ${error}`}`;
  });
  const more = operations.length - shown.length;
  return more > 0 ? `${shown.join("; ")}; and ${more} more` : shown.join("; ");
}

function parseOperation(row: unknown): Operation {
  const { id, task_type, status, error_message, retry_count, next_retry_at } = isJsonObject(row) ? row : {};
  return {
    id: String(id),
    type: String(task_type),
    status: String(status),
    error: typeof error_message === "string" ? error_message : "",
    retries: typeof retry_count === "number" ? retry_count : 0,
    retryAt: typeof next_retry_at === "string" ? next_retry_at : null,
  };
}
