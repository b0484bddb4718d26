import { randomBytes } from "node:crypto";
import { TestkitError } from "../../errors/testkit-error.ts";
import { ExistingHindsightServer } from "../../server/existing-server.ts";
import type { ExistingLease, LeaseRequest, LeaseReturn, LeaseReturned } from "../protocol.ts";
import type { RecordedTests } from "../recorded-tests.ts";
import { RunReport } from "../run-report.ts";
import { BankApi } from "./bank-api.ts";
import { BanksOfRun } from "./banks-of-run.ts";
import type { ExistingOptions } from "./existing-options.ts";

interface HeldLease {
  worker: string;
  /** How the ids of its banks go on behind the run's prefix. */
  begin: string;
}

/** A test run on a server that somebody else has started: it starts nothing, and leaves nothing there. */
export class ExistingRun {
  readonly kind = "existing";
  readonly report = new RunReport();
  readonly #server: ExistingHindsightServer;
  readonly #apiKey: string | undefined;
  readonly #banks: BanksOfRun;
  readonly #leases = new Map<string, HeldLease>();
  readonly #cleanUps = new Set<Promise<void>>();
  #leasesGiven = 0;

  private constructor(server: ExistingHindsightServer, apiKey: string | undefined, banks: BanksOfRun) {
    this.#server = server;
    this.#apiKey = apiKey;
    this.#banks = banks;
  }

  /**
   * Makes sure that the server is there, and removes what killed runs have left on it.
   * @throws TestkitError `INVALID_OPTION`, `SERVER_UNREACHABLE`, `API_KEY_REFUSED`, `CACHE_DIRECTORY_UNUSABLE`
   */
  static async start({ url, apiKey, startTimeout }: ExistingOptions): Promise<ExistingRun> {
    const server = await ExistingHindsightServer.find({ url, apiKey, startTimeout });
    const banks = await BanksOfRun.open(new BankApi({ url: server.url, apiKey }));
    const run = new ExistingRun(server, apiKey, banks);
    run.report.phases.push(...server.phases);
    return run;
  }

  async lease({ worker }: LeaseRequest): Promise<ExistingLease> {
    for (const [id, held] of this.#leases) {
      if (held.worker === worker) await this.abandonLease(id);
    }
    await this.#banks.touch();
    this.#leasesGiven += 1;
    const id = randomBytes(8).toString("hex");
    const begin = `${this.#leasesGiven}-`;
    this.#leases.set(id, { worker, begin });
    const { url } = this.#server;
    return {
      ...{ id, kind: "existing", llmMode: "live" },
      server: { url, apiKey: this.#apiKey },
      bankPrefix: this.#banks.prefix + begin,
    };
  }

  /** The end of a file: its worker has removed the banks of the tests that have passed. */
  async returnLease(leaseId: string, returned: LeaseReturn): Promise<LeaseReturned> {
    this.#leases.delete(leaseId);
    this.report.addFile({ tests: returned.tests.length, banks: returned.usedSandboxes });
    return { left: [], unattributedMisses: [] };
  }

  /** The worker's connection ended. If it did not return the lease before, it died: its banks are of no use to anybody. */
  async abandonLease(leaseId: string): Promise<void> {
    const lease = this.#leases.get(leaseId);
    if (!lease) return;
    this.#leases.delete(leaseId);
    // What fails now is tried again at the end of the run.
    const removing = this.#banks
      .remove(lease.begin)
      .catch(() => {})
      .finally(() => this.#cleanUps.delete(removing));
    this.#cleanUps.add(removing);
    await removing;
  }

  tests(): RecordedTests {
    throw new TestkitError("EXISTING_SERVER", {
      what: "Nothing of an existing server is recorded or scripted.",
    });
  }

  async serverLog(): Promise<string> {
    return this.#server.logs();
  }

  /** Removes all banks of the run, those of failed tests too. */
  async close(): Promise<void> {
    await Promise.all(this.#cleanUps);
    await this.#banks.close().catch((error: unknown) => {
      const reason = error instanceof Error ? error.message : String(error);
      console.warn(
        `[hindsight-testkit] Banks of this run are left on ${this.#server.url}; the next run on this machine removes them. ${reason}`,
      );
    });
    await this.report.write(process.env);
  }
}
