import { writeFile } from "node:fs/promises";
import type { Phases } from "../daemon-protocol.ts";

/** What a run did and what it spent its time on. Written as JSON where `HINDSIGHT_TESTKIT_REPORT` says. */
export class RunReport {
  /** The phases of global setup, in milliseconds. */
  readonly phases: Phases = [];
  readonly #servers: { slot: string; url: string; phases: Phases }[] = [];
  readonly #processes: { name: string; pid: number }[] = [];
  /** By file and name, why a test with a cassette has failed. */
  readonly #failed = new Map<string, { file: string; name: string; why: string }>();
  /** Where the servers' clocks begin, in ISO 8601; of several projects, those of the first. */
  #clock: string | undefined;
  #tests = 0;
  #banks = 0;

  addClock(clock: string): void {
    this.#clock ??= clock;
  }

  addServer(server: { slot: string; url: string; phases: Phases }): void {
    this.#servers.push(server);
  }

  /** A process that must be gone when the run has ended. */
  addProcess(name: string, pid: number | null | undefined): void {
    if (typeof pid === "number") this.#processes.push({ name, pid });
  }

  addFile(counts: { tests: number; banks: number }): void {
    this.#tests += counts.tests;
    this.#banks += counts.banks;
  }

  /** A test with a cassette has ended. One that is tried again counts as it ended last. */
  addTest({ file, name }: { file: string; name: string }, why: string | undefined): void {
    const key = JSON.stringify([file, name]);
    if (why === undefined) this.#failed.delete(key);
    else this.#failed.set(key, { file, name, why });
  }

  async time<T>(name: string, work: () => Promise<T>): Promise<T> {
    const began = performance.now();
    const result = await work();
    this.phases.push({ name, ms: performance.now() - began });
    return result;
  }

  async write(env: NodeJS.ProcessEnv): Promise<void> {
    const path = env.HINDSIGHT_TESTKIT_REPORT;
    if (!path) return;
    const report = {
      phases: this.phases,
      servers: this.#servers,
      processes: this.#processes,
      clock: this.#clock,
      tests: this.#tests,
      banks: this.#banks,
      failed: [...this.#failed.values()],
    };
    await writeFile(path, `${JSON.stringify(report, null, 2)}\n`);
  }
}
