import { countObservationsWith } from "../../store/observation-writes.ts";
import type { PendingFact } from "../../store/pending-facts.ts";
import { isSearchable } from "../../store/text-search.ts";
import type { ConsolidationAnswer } from "./answer.ts";
import { askWhatToDo, withAttempts } from "./ask.ts";
import { type Draft, findTwins, type Twin } from "./duplicates.ts";
import { knownObservations } from "./known-observations.ts";
import { type ConsolidationPlan, planOf } from "./plan.ts";
import type { ConsolidationRun } from "./run.ts";
import type { ScopeRules } from "./strategies/scope-rules.ts";

/** An answer that is ready to be stored. */
export interface PreparedAnswer {
  scope: readonly string[];
  /** Those that the model was shown. */
  facts: readonly PendingFact[];
  plan: ConsolidationPlan;
  /** Of each update, then of each create, with who says the same already. */
  drafts: readonly (Draft & { twin: Twin | null })[];
  /** The revisions of the observations that the model was shown. */
  shown: ReadonlyMap<string, string>;
}

/**
 * Asks what is to be done about facts in one of their scopes, and makes it ready.
 * @throws InvalidAnswerError, MisreadAnswerError, LlmError when the facts could not be consolidated together.
 */
export async function prepareAnswer(
  run: ConsolidationRun,
  facts: readonly PendingFact[],
  scope: readonly string[],
): Promise<PreparedAnswer> {
  const rules = run.settings.rulesOf(scope);
  const known = await knownObservations(run, facts, scope, rules);
  const shown = new Map(known.map(({ observation }) => [observation.unitId, observation.revision]));
  const question = { facts, known, mission: rules.mission, freeSlots: await freeSlots(run, scope, rules) };
  const ids = new Set(facts.map(({ unitId }) => unitId));
  return withAttempts(run, async () => {
    const answer = await withoutUnsearchable(run, await askWhatToDo(run, question));
    const plan = planOf(answer, ids, known, question.freeSlots);
    const drafts = await embed(run, plan);
    const twins = await findTwins(run, scope, drafts, plan);
    return {
      scope,
      facts,
      plan,
      drafts: drafts.map((draft, index) => ({ ...draft, twin: twins[index] ?? null })),
      shown,
    };
  });
}

/** The answer without what cannot be stored: as if the model had left it out. */
async function withoutUnsearchable(
  { context }: ConsolidationRun,
  answer: ConsolidationAnswer,
): Promise<ConsolidationAnswer> {
  const searchable = async <Action extends { text: string }>(actions: readonly Action[]) => {
    const kept: Action[] = [];
    for (const action of actions) if (await isSearchable(context.database, action.text)) kept.push(action);
    return kept;
  };
  return {
    ...answer,
    creates: await searchable(answer.creates),
    updates: await searchable(answer.updates),
  };
}

/** How many observations the scope has room for; null: any number. */
async function freeSlots(
  { context, bank }: ConsolidationRun,
  scope: readonly string[],
  { maxObservations }: ScopeRules,
): Promise<number | null> {
  if (maxObservations === null) return null;
  if (maxObservations === 0) return 0;
  const count = await countObservationsWith(context.database, bank.bankKey, scope);
  return Math.max(0, maxObservations - count);
}

async function embed(
  { context, signal }: ConsolidationRun,
  { updates, creates }: ConsolidationPlan,
): Promise<Draft[]> {
  const texts = [
    ...updates.map(({ text, observationId }) => ({ text, observationId })),
    ...creates.map(({ text }) => ({ text, observationId: null })),
  ];
  if (texts.length === 0) return [];
  const vectors = await context.embedder.embed(
    texts.map(({ text }) => text),
    { signal },
  );
  return texts.map((draft, index) => {
    const embedding = vectors[index];
    if (!embedding) throw new Error("The embedder returned fewer vectors than texts");
    return { ...draft, embedding };
  });
}
