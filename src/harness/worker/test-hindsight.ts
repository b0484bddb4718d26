import type { HindsightClient } from "../../client/hindsight-client.ts";
import type { TestClock } from "../../server/test-clock.ts";
import type { TestBank } from "./test-bank.ts";

export type { TestClock, TimeSpan } from "../../server/test-clock.ts";

/** The slot's server, as the running test sees it. */
export interface TestHindsight {
  /**
   * The base URL for code under test. What goes through it stays in this test's sandbox, whatever the bank id; on an existing
   * server there are no sandboxes, and code under test must take the bank's id.
   */
  readonly url: string;
  /** What callers of an existing server send as `Authorization: Bearer …`; a server of the run asks for none. */
  readonly apiKey: string | undefined;
  /** Whether the tests run on a server that somebody else has started, the option `url`. */
  readonly isExisting: boolean;
  /** A client on that URL: `HindsightClient` of the toolkit, which is the official one with its methods grouped. */
  readonly client: HindsightClient;
  /** The test's own clock: it stands still at the same instant in every test, until this test moves it. */
  readonly clock: TestClock;
  /**
   * Copies all banks of the test, and its clock, into a world of their own. What happens in the one afterwards does not
   * concern the other. Wait until the banks are settled first: work in progress is not copied. The copy ends with the test.
   *
   * @throws TestkitError `FORK_REFUSED` when work has not ended; `EXISTING_SERVER`.
   *
   * @example
   * const { bank: later, hindsight: future } = await hindsight.fork();
   * await future.clock.advance({ days: 30 });
   */
  fork(): Promise<{ bank: TestBank; hindsight: TestHindsight }>;
}
