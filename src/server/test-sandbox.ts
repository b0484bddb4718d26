import { TestClock } from "./test-clock.ts";
import type { TestControl } from "./test-control.ts";

/** A set of banks of its own on a server in test mode, and what a test can do with it. */
export class TestSandbox {
  /** The base URL for the code under test. */
  readonly url: string;
  readonly clock: TestClock;
  readonly #control: TestControl;
  readonly #id: string;

  /** @internal */
  constructor(control: TestControl, id: string) {
    this.#control = control;
    this.#id = id;
    this.url = id === "" ? control.url : `${control.url}/sandbox/${id}`;
    this.clock = new TestClock(control, id);
  }

  /**
   * Waits until all background work is done, of one bank or of all. No polling: the server answers when it is so.
   *
   * @param options.timeout milliseconds (30 000).
   * @throws TestkitError `BANK_NOT_SETTLED`, with the operation's error, when work failed or was put off for a retry, or goes
   * on for longer than the timeout.
   */
  async settled(options: { bank?: string; timeout?: number } = {}): Promise<void> {
    const banks = options.bank === undefined ? undefined : [options.bank];
    await this.#control.settled(this.#id, banks, options.timeout);
  }

  /**
   * Copies a bank, with everything that is in it, under another id.
   * @throws TestkitError `FORK_REFUSED` when work of the bank has not ended, or the id is taken.
   */
  async forkBank(bank: string, to: string): Promise<void> {
    await this.#control.forkBank(this.#id, bank, to);
  }

  /**
   * Copies all banks and the clock into a sandbox of their own. The copy ends with what it is a copy of.
   * @throws TestkitError `FORK_REFUSED` when work has not ended.
   */
  async fork(): Promise<TestSandbox> {
    return new TestSandbox(this.#control, await this.#control.forkSandbox(this.#id));
  }

  /** Ends the sandbox and its forks; from then on it answers 410. The default one is emptied. */
  async close(): Promise<void> {
    if (this.#id === "") await this.#control.emptyDefaultSandbox();
    else await this.#control.closeSandbox(this.#id);
  }
}
