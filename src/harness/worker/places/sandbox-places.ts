import { HindsightClient } from "../../../client/hindsight-client.ts";
import { TEST_BANK_ID } from "../../../daemon-protocol.ts";
import { TestClock } from "../../../server/test-clock.ts";
import { TestControl } from "../../../server/test-control.ts";
import type { OwnLease } from "../../protocol.ts";
import type { CoordinatorClient } from "../coordinator-client.ts";
import { TestBank } from "../test-bank.ts";
import type { TestHindsight } from "../test-hindsight.ts";
import type { TestPlace, TestPlaces } from "./place.ts";
import { SandboxQueue } from "./sandbox-queue.ts";

const LOG_LINES = 20;

/** Sandboxes of the slot's own server. */
export class SandboxPlaces implements TestPlaces {
  readonly #lease: OwnLease;
  readonly #client: CoordinatorClient;
  readonly #control: TestControl;
  readonly #queue: SandboxQueue;

  constructor(lease: OwnLease, client: CoordinatorClient) {
    this.#lease = lease;
    this.#client = client;
    this.#control = new TestControl(lease.server);
    this.#queue = new SandboxQueue(this.#control, lease.sandboxes);
  }

  async take(): Promise<TestPlace> {
    return this.#open(await this.#queue.take());
  }

  async remove({ id }: TestPlace): Promise<void> {
    await this.#control.closeSandbox(id);
  }

  async end(): Promise<string[]> {
    const unused = await this.#queue.drain();
    this.#control.close();
    return unused;
  }

  #open(sandbox: string): TestPlace {
    const control = this.#control;
    const forks: string[] = [];
    return {
      id: sandbox,
      ...openSandbox(control, sandbox, (copy) => forks.push(copy)),
      settle: async (timeout) => {
        for (const id of [sandbox, ...forks]) await control.settle(id, undefined, timeout);
      },
      llmCalls: () => control.llmCalls(sandbox),
      requireOwn: () => {},
      describe: async () => ({
        look: `curl ${sandboxUrl(control, sandbox)}/v1/default/banks/${TEST_BANK_ID}/memories/list`,
        server: [
          `pid ${this.#lease.server.pid}; the end of its log:`,
          (await this.#log(sandbox)).replace(/^/gm, "    "),
        ],
      }),
    };
  }

  #log(sandbox: string): Promise<string> {
    return this.#client
      .serverLog(this.#lease.id, sandbox, LOG_LINES)
      .catch((error: Error) => `(the log cannot be had: ${error.message})`);
  }
}

function sandboxUrl(control: TestControl, sandbox: string): string {
  return `${control.url}/sandbox/${sandbox}`;
}

/**
 * A sandbox of the slot's server: its bank, and the way to it.
 * @param onFork is told the sandboxes that it is copied to, and those that these are copied to.
 */
function openSandbox(
  control: TestControl,
  sandbox: string,
  onFork: (sandbox: string) => void,
): { bank: TestBank; hindsight: TestHindsight } {
  const url = sandboxUrl(control, sandbox);
  const client = new HindsightClient({ baseUrl: url });
  const hindsight: TestHindsight = {
    url,
    apiKey: undefined,
    isExisting: false,
    client,
    clock: new TestClock(control, sandbox),
    fork: async () => {
      const copy = await control.forkSandbox(sandbox);
      onFork(copy);
      return openSandbox(control, copy, onFork);
    },
  };
  const banks = {
    settled: (bank: string, timeout?: number) => control.settled(sandbox, [bank], timeout),
    fork: (bank: string, to: string) => control.forkBank(sandbox, bank, to),
  };
  return { bank: new TestBank(TEST_BANK_ID, client, banks), hindsight };
}
