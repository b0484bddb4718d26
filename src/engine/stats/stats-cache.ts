import type { BankStats } from "../../store/bank-stats.ts";
import type { Clock } from "../clock.ts";

const MAX_ENTRIES = 10_000;

/** Keeps banks' statistics for a while: a client that polls does not make the database count again and again. */
export class StatsCache {
  readonly #clock: Clock;
  readonly #keepMs: number;
  readonly #entries = new Map<string, { until: number; stats: Promise<BankStats> }>();

  constructor(clock: Clock, keepMs: number) {
    this.#clock = clock;
    this.#keepMs = keepMs;
  }

  /** What is kept, unless `refresh`; else what `read` reads. Several at once share one reading. */
  async get(
    bankKey: string,
    read: () => Promise<BankStats>,
    { refresh }: { refresh: boolean },
  ): Promise<BankStats> {
    const now = this.#clock.now().getTime();
    const kept = this.#entries.get(bankKey);
    if (kept && !refresh && now < kept.until) return kept.stats;
    const entry = { until: now + this.#keepMs, stats: read() };
    this.#entries.delete(bankKey);
    this.#entries.set(bankKey, entry);
    const [oldest] = this.#entries.keys();
    if (oldest !== undefined && this.#entries.size > MAX_ENTRIES) this.#entries.delete(oldest);
    try {
      return await entry.stats;
    } catch (error) {
      if (this.#entries.get(bankKey) === entry) this.#entries.delete(bankKey);
      throw error;
    }
  }

  /** Forgets a bank's statistics, when what they count has gone. */
  drop(bankKey: string): void {
    this.#entries.delete(bankKey);
  }
}
