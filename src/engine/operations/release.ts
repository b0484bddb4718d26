import { HELD_TYPES } from "../../store/operation-claims.ts";
import { listWaiting, type SettlingScope } from "../../store/operation-settling.ts";
import type { EngineContext } from "../context.ts";
import type { OperationRow } from "./read.ts";

/** Lets work begin that is held in a sandbox, or in some banks of it: somebody waits for what comes of it. */
export async function releaseWork(
  { database, heldWork }: EngineContext,
  scope: SettlingScope,
): Promise<void> {
  if (!heldWork.holds(scope.sandboxId)) return;
  heldWork.release(scope.sandboxId, await listWaiting(database, scope, HELD_TYPES));
}

/** Whether who asks after an operation waits for work that may be held. */
export function isHeldType({ operationType }: Pick<OperationRow, "operationType">): boolean {
  return HELD_TYPES.includes(operationType);
}
