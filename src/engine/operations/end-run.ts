import { keepBank } from "../../store/banks.ts";
import type { ClaimedOperation } from "../../store/operation-claims.ts";
import {
  announceOperations,
  type RunOutcome,
  releaseClaim,
  takeRunAgain,
  writeOutcome,
} from "../../store/operation-queue.ts";
import { lockJoinable, lockOperation } from "../../store/operations.ts";
import type { EngineContext } from "../context.ts";
import { failure } from "./outcome.ts";
import { settleParent } from "./parents.ts";
import type { Claim } from "./run-claim.ts";

/** How a run ended: with what result_metadata says of it, with an error, or because its first row was taken from it. */
export type RunEnd = { outcomeOf(row: ClaimedOperation): RunOutcome } | "released";

/**
 * Writes the end of a run into all rows of its claim, and settles their parents.
 * @returns false when the run has to go on once more instead, because work joined it meanwhile.
 */
export async function endRun(
  { database, clock }: EngineContext,
  { token, operation, folded }: Claim,
  end: RunEnd,
): Promise<boolean> {
  const { bankKey, sandboxId } = operation;
  const rows = [operation, ...folded];
  const now = clock.now();
  return database.transaction(async (tx) => {
    // What deletes the bank locks it before its operations; what locks these in another order would meet it half-way.
    await keepBank(tx, bankKey);
    if (await takeRunAgain(tx, { bankKey, operationId: operation.operationId, token })) return false;
    const parents = [...new Set(rows.flatMap(({ parentId }) => parentId ?? []))].sort();
    // Parents are locked before their children everywhere, so that no two transactions wait for each other.
    for (const parentId of parents) await lockOperation(tx, bankKey, parentId);
    if (end !== "released") {
      for (const row of rows) {
        const claimed = { bankKey, operationId: row.operationId, token };
        let outcome = end.outcomeOf(row);
        if (outcome.status === "pending" && row.operationType === "consolidation") {
          // What it left undone is the next one's.
          const next = await lockJoinable(tx, bankKey, "consolidation");
          if (next) outcome = failure(outcome.errorMessage, now);
        }
        await writeOutcome(tx, claimed, outcome, now);
      }
    }
    await releaseClaim(tx, { bankKey, operationIds: rows.map(({ operationId }) => operationId), token });
    for (const parentId of parents) await settleParent(tx, bankKey, parentId, now);
    await announceOperations(tx, sandboxId);
    return true;
  });
}
