/** A moment on `performance.now()`'s clock by which all of a start has to be done. */
export type Deadline = number;

/** Milliseconds that are left, at least one: zero would mean no limit to a timer's user. */
export function timeLeft(deadline: Deadline): number {
  return Math.max(1, deadline - performance.now());
}

/**
 * Waits for the promise, but not beyond the deadline; the work behind it goes on, and its failure is then ignored.
 * @param onTimeout makes the error to throw.
 */
export function before<T>(deadline: Deadline, promise: Promise<T>, onTimeout: () => Error): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(onTimeout()), timeLeft(deadline));
    promise.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
