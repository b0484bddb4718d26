import { ConcurrencyLimit } from "../../remote/concurrency-limit.ts";
import { findBankByKey } from "../../store/banks.ts";
import type { ClaimedOperation } from "../../store/operation-claims.ts";
import { countPendingFacts, listPendingFacts, type PendingFact } from "../../store/pending-facts.ts";
import { resolveConfig } from "../banks/resolve-config.ts";
import type { EngineContext } from "../context.ts";
import { bankNotFound } from "../errors.ts";
import { refreshAfterConsolidation } from "../mental-models/automatic-refreshes.ts";
import { readScopeList, readTags } from "../observations/stored-scopes.ts";
import { queueConsolidation } from "../queue/consolidation.ts";
import type { OperationRun } from "../queue/execution.ts";
import { consolidateBatch, setAside } from "./batch.ts";
import { choosePage, type FactGroup, groupFacts, isUngroupable, shareScope } from "./groups.ts";
import { Progress } from "./progress.ts";
import type { ConsolidationRun } from "./run.ts";
import { consolidationSettings } from "./settings.ts";

/** Facts that are taken up at a time, and pages of them that are looked over where groups take turns. */
const PAGE = 50;
const PAGES_LOOKED_OVER = 5;
/** How often facts are taken up again that were changed while the model was asked about them. */
const MAX_OUTDATED = 3;
/** How often facts are whose observation was moved to where nothing is: a model that always does this would not come to an end. */
const MAX_RELEASED = 20;

/**
 * Draws observations from the facts of a bank that wait for it.
 * @returns what the operation's metadata says in the end.
 */
export async function consolidate(
  context: EngineContext,
  operation: ClaimedOperation,
  operationRun: OperationRun,
): Promise<Record<string, unknown>> {
  const { bankKey, operationId, taskPayload } = operation;
  const bank = await findBankByKey(context.database, bankKey);
  if (!bank) throw bankNotFound(operation.bankId);
  const settings = consolidationSettings(resolveConfig(context.bankDefaults, bank.config));
  const model = context.llmOperations.consolidation.model && context.llm;
  if (!model || !settings.enabled) return {};
  const asked = readScopeList(taskPayload.observation_scopes) ?? [];
  // A list without scopes limits nothing.
  const scopes = asked.length > 0 ? asked : null;
  const total = await countPendingFacts(context.database, bankKey, scopes);
  const failed = new AbortController();
  const run: ConsolidationRun = {
    context,
    bank,
    model,
    settings,
    operationId,
    operation: operationRun,
    signal: AbortSignal.any([operationRun.signal, failed.signal]),
    progress: new Progress(operationRun, total, operation.resultMetadata.document_events),
    writes: new ConcurrencyLimit(1),
    outdated: new Map(),
    released: new Map(),
    refreshTags: new Set(readTags(taskPayload, "pending_refresh_tags")),
  };
  if (total > 0) await run.progress.begin(context.clock.now());
  const isRoundFull = total > 0 && (await consolidateRound(run, scopes, failed));
  const isRequested = taskPayload.caller_requested === true;
  const hasGained =
    run.released.size === 0 || (await countPendingFacts(context.database, bankKey, scopes)) < total;
  const fruitlessRounds = hasGained ? 0 : Number(taskPayload.fruitless_rounds ?? 0) + 1;
  const goesOn = isRoundFull && (isRequested || settings.automatic) && fruitlessRounds < MAX_RELEASED;
  const hasBegun = operation.resultMetadata.progress !== undefined;
  return end(run, { scopes, isRequested, goesOn, hasBegun, fruitlessRounds });
}

/** @returns whether another round is to follow: it has taken up as many facts as it may, or some were changed meanwhile. */
async function consolidateRound(
  run: ConsolidationRun,
  scopes: string[][] | null,
  failed: AbortController,
): Promise<boolean> {
  const { maxPerRound } = run.settings;
  let left = maxPerRound > 0 ? maxPerRound : Infinity;
  for (;;) {
    await run.operation.checkpoint();
    if (left <= 0) return true;
    const page = await nextPage(run, scopes, Math.min(PAGE, left));
    if (page.length === 0) return run.outdated.size > 0 && (await hasOutdated(run, scopes));
    await consolidateGroups(run, groupFacts(page), failed);
    left -= page.length;
  }
}

/** Sets aside what no page can hold. */
async function nextPage(
  run: ConsolidationRun,
  scopes: string[][] | null,
  limit: number,
): Promise<PendingFact[]> {
  const { context, bank, settings } = run;
  const takesTurns = settings.parallelism > 1;
  const without = [...oftenIn(run.outdated, MAX_OUTDATED), ...oftenIn(run.released, MAX_RELEASED)];
  for (;;) {
    const window = await listPendingFacts(context.database, bank.bankKey, {
      limit: takesTurns ? limit * PAGES_LOOKED_OVER : limit,
      scopes,
      without,
    });
    const ungroupable = window.filter(isUngroupable);
    if (ungroupable.length === 0) {
      return choosePage(window, limit, takesTurns ? Math.ceil(limit / settings.parallelism) : limit);
    }
    for (const fact of ungroupable) await setAside(run, fact, { wasAnswered: false });
    await tellProgress(run);
  }
}

function oftenIn(times: ReadonlyMap<string, number>, limit: number): string[] {
  return [...times].filter(([, count]) => count >= limit).map(([unitId]) => unitId);
}

/** Whether facts that were changed again and again wait still. */
async function hasOutdated({ context, bank }: ConsolidationRun, scopes: string[][] | null): Promise<boolean> {
  return (await countPendingFacts(context.database, bank.bankKey, scopes)) > 0;
}

/**
 * Works on several groups at once; those that write observations of a common scope wait for one another. In test mode one is
 * done after the other, for each sees what those before it have written.
 */
async function consolidateGroups(
  run: ConsolidationRun,
  groups: readonly FactGroup[],
  failed: AbortController,
): Promise<void> {
  const parallelism = run.context.testMode ? 1 : run.settings.parallelism;
  if (parallelism === 1) {
    for (const group of groups) await consolidateGroup(run, group);
    return;
  }
  const slots = new ConcurrencyLimit(parallelism);
  const started: { group: FactGroup; done: Promise<void> }[] = [];
  for (const group of groups) {
    const before = started.filter((other) => shareScope(other.group, group)).map(({ done }) => done);
    const done = Promise.all(before).then(() => slots.run(() => consolidateGroup(run, group), run.signal));
    // The others stop at their next step; all are waited for, so that none goes on behind the back of who gets the error.
    done.catch((error: unknown) => failed.abort(error));
    started.push({ group, done });
  }
  await Promise.allSettled(started.map(({ done }) => done));
  await Promise.all(started.map(({ done }) => done));
}

async function consolidateGroup(run: ConsolidationRun, { facts, scopes }: FactGroup): Promise<void> {
  const { batchSize } = run.settings;
  for (let start = 0; start < facts.length; start += batchSize) {
    run.signal.throwIfAborted();
    await consolidateBatch(run, { facts: facts.slice(start, start + batchSize), scopes });
    await tellProgress(run);
  }
}

function tellProgress({ context, progress, writes, signal }: ConsolidationRun): Promise<void> {
  return writes.run(() => progress.tell(context.clock.now()), signal);
}

interface Outcome {
  scopes: string[][] | null;
  isRequested: boolean;
  goesOn: boolean;
  hasBegun: boolean;
  fruitlessRounds: number;
}

/** Hands over to the next round, or to what follows the last one. */
async function end(
  run: ConsolidationRun,
  { scopes, isRequested, goesOn, hasBegun, fruitlessRounds }: Outcome,
): Promise<Record<string, unknown>> {
  const { context, bank, progress, refreshTags } = run;
  const now = context.clock.now();
  const tags = [...refreshTags].sort();
  await context.database.transaction(async (tx) => {
    // What an earlier run has done, and did not live to follow up, counts.
    const hasDone = progress.processed > 0 || tags.length > 0 || hasBegun;
    if (!goesOn) return hasDone ? refreshAfterConsolidation(context, tx, bank, tags) : undefined;
    await queueConsolidation(tx, bank, {
      now,
      observationScopes: scopes ?? undefined,
      callerRequested: isRequested,
      refreshTags: tags,
      fruitlessRounds,
    });
  });
  return {
    ...progress.documentEvents(now),
    ...(!goesOn && progress.processed > 0 && progress.atEnd(now)),
  };
}
