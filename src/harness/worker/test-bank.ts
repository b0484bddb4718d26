import type { HindsightClient } from "../../client/hindsight-client.ts";
import type { Bound } from "../../client/sdk-types.ts";

/** What the bank's server can do with it beside its API. */
interface BankControl {
  settled(bank: string, timeout: number | undefined): Promise<void>;
  fork(bank: string, to: string): Promise<void>;
}

/**
 * The running test's own bank: empty when the test begins, with the same id in every run (on an existing server it has another in
 * each). Its methods are the client's, without the bank's id; `hindsight.client.bank(bank.id)` has all others.
 */
export class TestBank {
  readonly id: string;
  readonly retain: Bound<HindsightClient["retain"]>;
  readonly retainBatch: Bound<HindsightClient["retainBatch"]>;
  readonly recall: Bound<HindsightClient["recall"]>;
  readonly reflect: Bound<HindsightClient["reflect"]>;
  readonly listMemories: Bound<HindsightClient["listMemories"]>;
  readonly #client: HindsightClient;
  readonly #control: BankControl;

  /** @internal */
  constructor(id: string, client: HindsightClient, control: BankControl) {
    this.id = id;
    this.retain = (...rest) => client.retain(id, ...rest);
    this.retainBatch = (...rest) => client.retainBatch(id, ...rest);
    this.recall = (...rest) => client.recall(id, ...rest);
    this.reflect = (...rest) => client.reflect(id, ...rest);
    this.listMemories = (...rest) => client.listMemories(id, ...rest);
    this.#client = client;
    this.#control = control;
  }

  /**
   * Waits until all background work of the bank is done: asynchronous retains and what follows from them. No polling:
   * the server answers when it is so; an existing server is asked for the bank's operations until it is.
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
    await this.#control.settled(this.id, options.timeout);
  }

  /**
   * Copies the bank, with everything that is in it, under another id. All other ids stay what they are. What happens to the
   * one afterwards does not concern the other. Wait until the bank is settled first: work in progress is not copied.
   *
   * @throws TestkitError `FORK_REFUSED` when work of the bank has not ended, or the id is taken; `EXISTING_SERVER`.
   *
   * @example
   * await bank.retain("Ada lives in Porto.");
   * const other = await bank.fork("what-if");
   * await other.retain("Ada moved to Lisbon.");
   */
  async fork(id: string): Promise<TestBank> {
    await this.#control.fork(this.id, id);
    return new TestBank(id, this.#client, this.#control);
  }
}
