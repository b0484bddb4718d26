import type { LlmCall } from "../../../daemon-protocol.ts";
import type { TestBank } from "../test-bank.ts";
import type { TestHindsight } from "../test-hindsight.ts";

/** Where one test has its memory: a sandbox of a server of ours, or a bank of one that somebody else has started. */
export interface TestPlace {
  /** By which the run knows the test. */
  readonly id: string;
  readonly bank: TestBank;
  readonly hindsight: TestHindsight;
  /**
   * Waits until no work of the test, its copies included, goes on; whether it failed is not asked.
   * @throws TestkitError `BANK_NOT_SETTLED` when that takes longer than `timeout` milliseconds.
   */
  settle(timeout: number): Promise<void>;
  /** The calls to models that the server has made for it. */
  llmCalls(): Promise<LlmCall[]>;
  /** @throws TestkitError `EXISTING_SERVER` where the server is not ours, so that it cannot do `what`. */
  requireOwn(what: string): void;
  /** How to look at the memory, and what the server has to say, for the report of a failed test. */
  describe(): Promise<{ look: string; server: string[] }>;
}

/** What the tests of a file get their places from. */
export interface TestPlaces {
  take(): Promise<TestPlace>;
  /** The test has passed. */
  remove(place: TestPlace): Promise<void>;
  /** The file has ended. @returns the sandboxes that no test took. */
  end(): Promise<string[]>;
}
