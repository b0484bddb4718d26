import { ConcurrencyLimit } from "../remote/concurrency-limit.ts";
import type { LlmOperation, LlmSettings } from "../settings/llm-settings.ts";

/**
 * How many calls are made at once: of the whole process, and of an operation where that is set. A call holds its permits as long
 * as an attempt lasts, and not while it waits for the next one.
 */
export class Permits {
  readonly #all: ConcurrencyLimit;
  readonly #byOperation: Map<string, ConcurrencyLimit>;

  constructor(settings: Pick<LlmSettings, "maxConcurrent" | "maxConcurrentByOperation">) {
    this.#all = new ConcurrencyLimit(settings.maxConcurrent);
    this.#byOperation = new Map(
      Object.entries(settings.maxConcurrentByOperation).map(([operation, limit]) => [
        operation,
        new ConcurrencyLimit(limit),
      ]),
    );
  }

  /** @throws the signal's reason when it is aborted before the work has begun. */
  run<T>(
    operation: LlmOperation,
    background: boolean,
    work: () => Promise<T>,
    signal: AbortSignal | undefined,
  ): Promise<T> {
    const limited = () => this.#all.run(work, signal, { background });
    // The narrower one first: who waits there keeps no one else from going on.
    return this.#byOperation.get(operation)?.run(limited, signal, { background }) ?? limited();
  }
}
