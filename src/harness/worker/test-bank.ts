import type { HindsightClient } from "@vectorize-io/hindsight-client";
import { TestkitError } from "../../errors/testkit-error.ts";
import type { ServerControl } from "./server-control.ts";

const DEFAULT_SETTLE_TIMEOUT_MS = 30_000;

/** `(bankId, …rest)` without the bank's id. */
type Bound<Method> = Method extends (bankId: string, ...rest: infer Rest) => infer Result
  ? (...rest: Rest) => Result
  : never;

/**
 * The running test's own bank: empty when the test begins, with the same id in every run. Its methods are the official
 * client's, without the bank's id.
 */
export class TestBank {
  readonly id: string;
  readonly retain: Bound<HindsightClient["retain"]>;
  readonly retainBatch: Bound<HindsightClient["retainBatch"]>;
  readonly recall: Bound<HindsightClient["recall"]>;
  readonly reflect: Bound<HindsightClient["reflect"]>;
  readonly listMemories: Bound<HindsightClient["listMemories"]>;
  readonly #control: ServerControl;
  readonly #sandbox: string;

  /** @internal */
  constructor(id: string, client: HindsightClient, control: ServerControl, sandbox: string) {
    this.id = id;
    this.retain = (...rest) => client.retain(id, ...rest);
    this.retainBatch = (...rest) => client.retainBatch(id, ...rest);
    this.recall = (...rest) => client.recall(id, ...rest);
    this.reflect = (...rest) => client.reflect(id, ...rest);
    this.listMemories = (...rest) => client.listMemories(id, ...rest);
    this.#control = control;
    this.#sandbox = sandbox;
  }

  /**
   * Waits until all background work of the bank is done: asynchronous retains and what follows from them. No polling:
   * the server answers when it is so.
   *
   * @param options.timeout milliseconds (30 000).
   * @throws TestkitError `BANK_NOT_SETTLED`, with the operation's error, when work failed or was put off for a retry, or
   * goes on for longer than the timeout.
   *
   * @example
   * await bank.retain("I moved to Porto.", { async: true });
   * await bank.settled();
   */
  async settled(options: { timeout?: number } = {}): Promise<void> {
    const timeout = options.timeout ?? DEFAULT_SETTLE_TIMEOUT_MS;
    const { unsettled } = await this.#control.settle(this.#sandbox, [this.id], timeout);
    if (unsettled.length === 0) return;
    const lines = unsettled.map(({ operation_type, operation_id, status, error_message, next_retry_at }) => {
      const fate = status === "pending" ? `was put off until ${next_retry_at}` : `is ${status}`;
      return `${operation_type} ${operation_id} ${fate}: ${error_message ?? "no reason given"}`;
    });
    throw new TestkitError("BANK_NOT_SETTLED", { what: `In bank ${this.id}, ${lines.join("; ")}` });
  }
}
