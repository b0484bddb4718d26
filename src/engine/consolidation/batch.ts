import { lockBank } from "../../store/banks.ts";
import { markConsolidationFailed, type PendingFact } from "../../store/pending-facts.ts";
import { applyAnswer } from "./apply.ts";
import { isFailureOfFacts } from "./ask.ts";
import { type PreparedAnswer, prepareAnswer } from "./prepare.ts";
import { NO_OUTCOME } from "./progress.ts";
import type { Batch, ConsolidationRun } from "./run.ts";

/** Whether facts are asked about for the first time, once more together, or each by itself. */
type Stage = "first" | "again" | "alone";
const NEXT: Record<Stage, Stage> = { first: "again", again: "alone", alone: "alone" };

/**
 * Consolidates facts that belong to the same scopes: all of them together in each scope. Those that no answer touched are
 * asked about again, together and then each by itself. Facts that cannot be consolidated together are halved; one that cannot
 * be by itself is set aside.
 */
export async function consolidateBatch(
  run: ConsolidationRun,
  batch: Batch,
  stage: Stage = "first",
): Promise<void> {
  const { facts, scopes } = batch;
  const untouched = await askAndApply(run, batch);
  if (untouched === "failed") {
    const [only] = facts;
    if (only && facts.length === 1) return setAside(run, only, { wasAnswered: stage !== "first" });
    const middle = Math.floor(facts.length / 2);
    await consolidateBatch(run, { facts: facts.slice(0, middle), scopes }, stage);
    await consolidateBatch(run, { facts: facts.slice(middle), scopes }, stage);
  } else if (stage === "again") {
    for (const fact of untouched) await consolidateBatch(run, { facts: [fact], scopes }, "alone");
  } else if (untouched.length > 0) {
    await consolidateBatch(run, { facts: untouched, scopes }, NEXT[stage]);
  }
}

/** @returns the facts that no answer touched, or that they could not be consolidated together. */
async function askAndApply(
  run: ConsolidationRun,
  { facts, scopes }: Batch,
): Promise<PendingFact[] | "failed"> {
  const touched = new Set<string>();
  for (const [index, scope] of scopes.entries()) {
    await run.operation.checkpoint();
    const prepared = await prepare(run, facts, scope);
    if (!prepared) return "failed";
    for (const id of prepared.plan.touched) touched.add(id);
    const isLast = index === scopes.length - 1;
    const isDone = ({ unitId }: PendingFact) => !isLast || facts.length === 1 || touched.has(unitId);
    const applied = await applyAnswer(run, prepared, { facts: facts.filter(isDone), isLast });
    if (applied === "outdated") {
      // They wait still, and come again as they are then.
      for (const { unitId } of facts) run.outdated.set(unitId, (run.outdated.get(unitId) ?? 0) + 1);
      return [];
    }
  }
  return facts.length === 1 ? [] : facts.filter(({ unitId }) => !touched.has(unitId));
}

/** @returns undefined when the facts could not be consolidated together. */
async function prepare(
  run: ConsolidationRun,
  facts: readonly PendingFact[],
  scope: readonly string[],
): Promise<PreparedAnswer | undefined> {
  try {
    return await prepareAnswer(run, facts, scope);
  } catch (error) {
    run.signal.throwIfAborted();
    if (isFailureOfFacts(error)) return undefined;
    throw error;
  }
}

/**
 * Lets a fact wait no longer that cannot be consolidated.
 * @param wasAnswered whether an answer left the fact out before: it counts as done with as well.
 */
export function setAside(
  run: ConsolidationRun,
  fact: PendingFact,
  { wasAnswered }: { wasAnswered: boolean },
): Promise<void> {
  const { database, clock } = run.context;
  return run.writes.run(async () => {
    const now = clock.now();
    const onCommit = await database.transaction(async (tx) => {
      await lockBank(tx, run.bank.bankKey);
      await markConsolidationFailed(tx, run.bank.bankKey, fact, { now, isDone: wasAnswered });
      return run.progress.note({ ...NO_OUTCOME, failed: 1, processed: 1 }, now, tx);
    });
    onCommit();
  }, run.signal);
}
