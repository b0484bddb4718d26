import { findBankByKey } from "../../store/banks.ts";
import { loadObservations, type ObservationRow } from "../../store/observation-writes.ts";
import { leafOf } from "../../store/tag-filter.ts";
import { askWhetherSame } from "./ask.ts";
import type { ConsolidationPlan } from "./plan.ts";
import type { ConsolidationRun } from "./run.ts";

/** An observation that was there before, and says the same as one that is to be written. */
export interface Twin {
  observation: ObservationRow;
  /** What says it for both. */
  text: string;
}

/** Observations that are looked at for each that is written. */
const NEAREST = 5;

/** A text that is to be written, with its vector. */
export interface Draft {
  text: string;
  embedding: Float32Array;
  /** Of the observation that it is written into; null: of a new one. */
  observationId: string | null;
}

/** For each text the observation of the scope that says the same already, as far as there is one. */
export async function findTwins(
  run: ConsolidationRun,
  scope: readonly string[],
  drafts: readonly Draft[],
  { deletes }: ConsolidationPlan,
): Promise<(Twin | null)[]> {
  const gone = new Set(deletes.map(({ observationId }) => observationId));
  const twins: (Twin | null)[] = [];
  // One after the other: the order of the calls does not depend on which search is quicker.
  for (const draft of drafts) {
    const nearest = await nearestObservation(run, scope, draft, gone);
    const verdict = nearest && (await askWhetherSame(run, draft.text, nearest.text));
    twins.push(nearest && verdict?.action === "merge" ? { observation: nearest, text: verdict.text } : null);
  }
  return twins;
}

async function nearestObservation(
  { context, bank }: ConsolidationRun,
  scope: readonly string[],
  { embedding, observationId }: Draft,
  gone: ReadonlySet<string>,
): Promise<ObservationRow | null> {
  const { dedupThreshold } = context.settings.consolidation;
  if (dedupThreshold >= 1) return null;
  const current = await findBankByKey(context.database, bank.bankKey);
  if (!current) return null;
  const hits = await context.vectors.search(current, {
    vector: embedding,
    factTypes: ["observation"],
    limit: NEAREST,
    minSimilarity: dedupThreshold,
    tags: leafOf(scope, "all_strict"),
  });
  const near = hits.find(
    ({ unitId, score }) => unitId !== observationId && !gone.has(unitId) && score >= dedupThreshold,
  );
  if (!near) return null;
  const rows = await loadObservations(context.database, bank.bankKey, [near.unitId]);
  return rows.get(near.unitId) ?? null;
}
