import type { Queryable } from "../../store/database.ts";
import { notePayload } from "../../store/operations.ts";
import type { PendingFact } from "../../store/pending-facts.ts";
import type { ConsolidationRun } from "./run.ts";

/**
 * Notes the tags of facts that are done with in the operation's own payload: should the server end before it has seen to the
 * mental models, whoever takes the operation up still knows which.
 * @returns what to call once it is committed.
 */
export async function noteRefreshTags(
  tx: Queryable,
  run: ConsolidationRun,
  facts: readonly PendingFact[],
): Promise<() => void> {
  const tags = new Set([...run.refreshTags, ...facts.flatMap((fact) => fact.tags)]);
  if (tags.size > run.refreshTags.size) {
    await notePayload(tx, run.bank.bankKey, run.operationId, { pending_refresh_tags: [...tags].sort() });
  }
  return () => {
    for (const tag of tags) run.refreshTags.add(tag);
  };
}
