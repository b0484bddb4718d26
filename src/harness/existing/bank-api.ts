import { TestkitError } from "../../errors/testkit-error.ts";
import { isJsonObject } from "../../json-object.ts";
import { parseJson } from "../../parse-json.ts";
import { type Answer, ask } from "../../server/ask.ts";

const BANKS = "/v1/default/banks";
/** An answer that takes longer does not come; making and removing a bank takes some 50 ms. */
const ANSWER_MS = 30_000;
const PAGE = 100;
const LONGEST_QUOTE = 500;

/** The banks and operations of a server that somebody else runs, as far as tests on it need them. */
export class BankApi {
  readonly url: string;
  readonly #headers: Record<string, string>;

  constructor({ url, apiKey }: { url: string; apiKey?: string | undefined }) {
    this.url = url;
    this.#headers = apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` };
  }

  async create(bank: string): Promise<void> {
    await this.#call("PUT", path(bank), {});
  }

  /** No error where there is none. */
  async remove(bank: string): Promise<void> {
    await this.#call("DELETE", path(bank));
  }

  /** The ids that begin so, a page of them. */
  async list(prefix: string): Promise<string[]> {
    const query = new URLSearchParams({ q: prefix, limit: String(PAGE) });
    const { banks } = await this.#call("GET", `${BANKS}?${query}`);
    const ids = Array.isArray(banks)
      ? banks.map((bank) => (isJsonObject(bank) ? bank.bank_id : undefined))
      : [];
    // What is asked for is found in the middle of an id as well, and in names.
    return ids.filter((id): id is string => typeof id === "string" && id.startsWith(prefix));
  }

  /** A page of the bank's operations that do work, the newest first, and how many there are. */
  async operations(
    bank: string,
    offset: number,
    signal: AbortSignal,
  ): Promise<{ rows: unknown[]; total: number }> {
    const query = new URLSearchParams({
      limit: String(PAGE),
      offset: String(offset),
      // A parent waits for its parts; of one that was put off it does not tell.
      exclude_parents: "true",
    });
    const answer = await this.#call("GET", `${path(bank)}/operations?${query}`, undefined, signal);
    const { operations, total } = answer;
    return {
      rows: Array.isArray(operations) ? operations : [],
      total: typeof total === "number" ? total : 0,
    };
  }

  async #call(
    method: string,
    route: string,
    body?: object,
    given?: AbortSignal,
  ): Promise<Record<string, unknown>> {
    const timeout = AbortSignal.timeout(ANSWER_MS);
    const signal = given ? AbortSignal.any([given, timeout]) : timeout;
    let answer: Answer;
    try {
      answer = await ask(this.url + route, { method, headers: this.#headers, body, signal });
    } catch (error) {
      given?.throwIfAborted();
      const reason = error instanceof Error ? error.message : String(error);
      throw new TestkitError("SERVER_UNREACHABLE", {
        what: `${this.url} does not answer ${method} ${route}: ${reason}.`,
        cause: error,
      });
    }
    const value = parseJson(answer.text);
    if (answer.status === 200 && isJsonObject(value)) return value;
    throw new TestkitError("REQUEST_FAILED", {
      what: `${method} ${route} answered ${answer.status}: ${answer.text.slice(0, LONGEST_QUOTE)}`,
    });
  }
}

function path(bank: string): string {
  return `${BANKS}/${encodeURIComponent(bank)}`;
}
