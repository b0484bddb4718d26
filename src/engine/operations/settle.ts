import {
  countOpenWork,
  type SettlingScope,
  takeUnreported,
  type UnsettledRow,
} from "../../store/operation-settling.ts";
import type { EngineContext } from "../context.ts";
import type { OperationChanges } from "./changes.ts";

export type { UnsettledRow };

/**
 * Waits until no operation of the scope runs or is due any more. What failed or was put off until later does not hold it
 * up: it is returned, each failure once.
 *
 * @throws the signal's reason when it aborts.
 */
export async function waitUntilSettled(
  context: EngineContext,
  changes: OperationChanges,
  scope: SettlingScope,
  signal: AbortSignal,
): Promise<UnsettledRow[]> {
  const subscription = new AbortController();
  const either = AbortSignal.any([signal, subscription.signal]);
  try {
    for (;;) {
      signal.throwIfAborted();
      const changed = changes.next(scope.sandboxId, either);
      const { busy, unreported } = await countOpenWork(context.database, scope, context.clock.now());
      if (busy === 0) {
        return unreported === 0 ? [] : await takeUnreported(context.database, scope, context.clock.now());
      }
      await changed;
    }
  } finally {
    subscription.abort();
  }
}
