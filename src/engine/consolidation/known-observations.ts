import { findBankByKey } from "../../store/banks.ts";
import { loadObservations } from "../../store/observation-writes.ts";
import type { PendingFact } from "../../store/pending-facts.ts";
import type { MemoryRow } from "../../store/recalled-rows.ts";
import { recallInterleaved } from "../recall/interleaved.ts";
import { sourceFacts } from "../recall/source-facts.ts";
import type { ConsolidationRun } from "./run.ts";
import type { ScopeRules } from "./strategies/scope-rules.ts";

/** An observation that is shown to the model, with those of its sources that fit. */
export interface KnownObservation {
  observation: MemoryRow & { revision: string };
  sources: MemoryRow[];
}

/** Tokens of observations that one fact brings along. */
const OBSERVATIONS_MAX_TOKENS = 512;

/** What a scope's observations say of the facts' subjects already: what each fact finds, in the order of the facts. */
export async function knownObservations(
  run: ConsolidationRun,
  facts: readonly PendingFact[],
  scope: readonly string[],
  rules: ScopeRules,
): Promise<KnownObservation[]> {
  const { context, settings, signal } = run;
  const { database } = context;
  // As it is now: searched as it was when the run began, it would not show what the run itself has written.
  const bank = await findBankByKey(database, run.bank.bankKey);
  if (!bank) return [];
  const found = await Promise.all(
    facts.map(({ text }) =>
      recallInterleaved(
        context,
        bank,
        { query: text, types: ["observation"], tags: scope, maxTokens: OBSERVATIONS_MAX_TOKENS },
        { settings: settings.recall, signal },
      ),
    ),
  );
  const rows = [...new Map(found.flat().map((row) => [row.unitId, row])).values()];
  const written = await loadObservations(
    database,
    bank.bankKey,
    rows.map(({ unitId }) => unitId),
  );
  // One that was changed since it was found is shown as it is now.
  const observations = rows.flatMap((row) => {
    const current = written.get(row.unitId);
    return current ? [{ ...row, ...current }] : [];
  });
  const packed = await sourceFacts(database, bank.bankKey, observations, {
    maxTokens: rules.sourceFactsMaxTokens,
    maxTokensPerObservation: rules.sourceFactsMaxTokensPerObservation,
  });
  const byId = new Map(packed.facts.map((fact) => [fact.unitId, fact]));
  return observations.map((observation) => ({
    observation,
    sources: observation.sourceMemoryIds.flatMap((id) => byId.get(id) ?? []),
  }));
}
