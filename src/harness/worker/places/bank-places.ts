import { HindsightClient } from "../../../client/hindsight-client.ts";
import { TestkitError } from "../../../errors/testkit-error.ts";
import { TestClock } from "../../../server/test-clock.ts";
import { BankApi } from "../../existing/bank-api.ts";
import type { ExistingLease } from "../../protocol.ts";
import { TestBank } from "../test-bank.ts";
import type { TestHindsight } from "../test-hindsight.ts";
import { BankSettling } from "./bank-settling.ts";
import type { TestPlace, TestPlaces } from "./place.ts";

/** Banks on a server that somebody else has started. What a worker that dies leaves of them, the run removes. */
export class BankPlaces implements TestPlaces {
  readonly #lease: ExistingLease;
  readonly #api: BankApi;
  #taken = 0;

  constructor(lease: ExistingLease) {
    this.#lease = lease;
    this.#api = new BankApi(lease.server);
  }

  async take(): Promise<TestPlace> {
    this.#taken += 1;
    const bank = `${this.#lease.bankPrefix}${this.#taken}`;
    await this.#api.create(bank);
    return this.#open(bank);
  }

  async remove({ id }: TestPlace): Promise<void> {
    await this.#api.remove(id);
  }

  async end(): Promise<string[]> {
    return [];
  }

  #open(bank: string): TestPlace {
    const { url, apiKey } = this.#lease.server;
    const settling = new BankSettling(this.#api, bank);
    const client = new HindsightClient({ baseUrl: url, ...(apiKey !== undefined && { apiKey }) });
    const key = apiKey === undefined ? "" : `-H "Authorization: Bearer <apiKey>" `;
    return {
      id: bank,
      bank: new TestBank(bank, client, {
        settled: (_, timeout) => settling.settled(timeout),
        fork: async () => requireOwn("bank.fork()"),
      }),
      hindsight: openServer(client, url, apiKey),
      settle: async () => {},
      llmCalls: async () => [],
      requireOwn,
      describe: async () => ({
        look: `curl ${key}${url}/v1/default/banks/${bank}/memories/list`,
        server: ["not the run's own: its log is with whoever has started it"],
      }),
    };
  }
}

function openServer(client: HindsightClient, url: string, apiKey: string | undefined): TestHindsight {
  const clock = {
    readClock: async () => requireOwn("hindsight.clock"),
    moveClock: async () => requireOwn("hindsight.clock"),
  };
  return {
    url,
    apiKey,
    isExisting: true,
    client,
    clock: new TestClock(clock, ""),
    fork: async () => requireOwn("hindsight.fork()"),
  };
}

function requireOwn(what: string): never {
  throw new TestkitError("EXISTING_SERVER", { what: `${what} is for servers that the run has started.` });
}
