import { beginBankWrite, markRewritten } from "../../store/banks.ts";
import {
  factStates,
  markConsolidated,
  markScopeConsolidated,
  type PendingFact,
} from "../../store/pending-facts.ts";
import { noteRefreshTags } from "./follow-up.ts";
import { ObservationWriter } from "./observation-writer.ts";
import type { PreparedAnswer } from "./prepare.ts";
import type { ConsolidationRun } from "./run.ts";

/** What becomes of the facts of an answer. */
export interface FactsDone {
  /** Those that are done with in its scope … */
  facts: readonly PendingFact[];
  /** … and whether that was their last. */
  isLast: boolean;
}

/**
 * Stores what an answer says, in one transaction with what becomes of its facts.
 * @returns "outdated" when a fact or an observation that it rests on is no longer what it was; nothing is stored then.
 */
export function applyAnswer(
  run: ConsolidationRun,
  prepared: PreparedAnswer,
  done: FactsDone,
): Promise<"applied" | "outdated"> {
  // One at a time: what was told of one is told before the next.
  return run.writes.run(() => apply(run, prepared, done), run.signal);
}

async function apply(
  run: ConsolidationRun,
  prepared: PreparedAnswer,
  done: FactsDone,
): Promise<"applied" | "outdated"> {
  const { bankKey } = run.bank;
  const { plan, facts, scope } = prepared;
  const now = run.context.clock.now();
  let onCommit: (() => void) | undefined;
  const result = await run.context.database.transaction(async (tx) => {
    const { bank, firstPosition } = await beginBankWrite(tx, bankKey, plan.creates.length);
    const states = await factStates(
      tx,
      bankKey,
      facts.map(({ unitId }) => unitId),
    );
    if (facts.some((fact) => isChanged(fact, states.get(fact.unitId)))) return "outdated";
    const isLive = ({ unitId }: PendingFact) => states.has(unitId);
    const write = { bank, firstPosition, now, scope, facts: facts.filter(isLive) };
    const writer = await ObservationWriter.begin(tx, run, write, prepared);
    if (!writer) return "outdated";
    const outcome = await writer.write(prepared);
    if (outcome.updated + outcome.merged + outcome.deleted > 0) await markRewritten(tx, bankKey);
    const ids = done.facts.filter(isLive).map(({ unitId }) => unitId);
    if (done.isLast) await markConsolidated(tx, bankKey, ids, now);
    else await markScopeConsolidated(tx, bankKey, ids, scope);
    const finished = done.isLast ? done.facts : [];
    const keepTags = await noteRefreshTags(tx, run, finished);
    const keepProgress = await run.progress.note({ ...outcome, processed: finished.length }, now, tx);
    onCommit = () => {
      keepTags();
      keepProgress();
    };
    return "applied";
  });
  onCommit?.();
  return result;
}

/** A fact that is gone takes only what rests on it along; one that was changed has to be read again. */
function isChanged(
  { revision }: PendingFact,
  state: { revision: string; isPending: boolean } | undefined,
): boolean {
  return state !== undefined && (!state.isPending || state.revision !== revision);
}
