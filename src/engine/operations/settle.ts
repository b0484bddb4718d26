import {
  countOpenWork,
  listOpenWork,
  type SettlingScope,
  takeUnreported,
  type UnsettledRow,
} from "../../store/operation-settling.ts";
import type { EngineContext } from "../context.ts";
import type { OperationChanges } from "./changes.ts";

export type { UnsettledRow };

/** How many of the operations that still go on are named when the time is up. */
const NAMED = 20;

export type Settling =
  | { outcome: "settled" }
  /** What failed or was put off until later, each time once. */
  | { outcome: "unsuccessful"; operations: UnsettledRow[] }
  /** The time was up: what still goes on. */
  | { outcome: "open"; operations: UnsettledRow[] };

/**
 * Waits until no operation of the scope runs or is due any more. What failed or was put off until later does not hold it up.
 *
 * @param timeoutMs in real time.
 * @throws the signal's reason when it aborts.
 */
export function waitUntilSettled(
  context: EngineContext,
  changes: OperationChanges,
  scope: SettlingScope,
  { signal, timeoutMs }: { signal: AbortSignal; timeoutMs: number },
): Promise<Settling> {
  const { database, clock, heldWork } = context;
  const wait = async (): Promise<Settling> => {
    const subscription = new AbortController();
    const timer = setTimeout(() => subscription.abort(), timeoutMs);
    const either = AbortSignal.any([signal, subscription.signal]);
    try {
      for (;;) {
        signal.throwIfAborted();
        const changed = changes.next(scope.sandboxId, either);
        const { busy, unreported } = await countOpenWork(database, scope, clock.now());
        if (busy === 0 && unreported === 0) return { outcome: "settled" };
        if (busy === 0) {
          const operations = await takeUnreported(database, scope, clock.now());
          // Two who wait at once are told once.
          return operations.length === 0 ? { outcome: "settled" } : { outcome: "unsuccessful", operations };
        }
        if (subscription.signal.aborted) {
          return { outcome: "open", operations: await listOpenWork(database, scope, clock.now(), NAMED) };
        }
        await changed;
      }
    } finally {
      clearTimeout(timer);
      subscription.abort();
    }
  };
  return clock.within(scope.sandboxId, () => heldWork.whileAwaited(scope, wait));
}
