import { setMaxListeners } from "node:events";

/** The work took longer than it may. */
export class TimeLimitError extends Error {
  constructor(limitMs: number) {
    super(`No answer within ${limitMs / 1_000} s`);
    this.name = "TimeLimitError";
  }
}

/**
 * Runs work that ends when its signal is aborted: by `signal`, or after `limitMs` milliseconds. The timer and the listener are
 * held as long as the work runs, which `AbortSignal.any` of a timeout does not promise, and no longer.
 * @throws TimeLimitError; the signal's reason; what the work throws.
 */
export async function withTimeLimit<T>(
  limitMs: number,
  signal: AbortSignal | undefined,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  signal?.throwIfAborted();
  const controller = new AbortController();
  const over = new TimeLimitError(limitMs);
  const timer = setTimeout(() => controller.abort(over), limitMs);
  const abort = () => controller.abort(signal?.reason);
  // That many requests have one caller is no leak.
  if (signal) setMaxListeners(0, signal);
  signal?.addEventListener("abort", abort, { once: true });
  try {
    return await work(controller.signal);
  } catch (error) {
    controller.signal.throwIfAborted();
    throw error;
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", abort);
  }
}
