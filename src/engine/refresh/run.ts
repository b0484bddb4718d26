/** One refresh of a mental model: what it would write. It writes nothing itself. */
import type { EngineContext } from "../context.ts";
import {
  type BasedOn,
  mergeBasedOn,
  readBasedOn,
  usedCounts,
  withoutEntries,
} from "../mental-models/based-on.ts";
import { splitMarkdown } from "../mental-models/document/split.ts";
import { renderDocument, type StructuredDocument } from "../mental-models/document/structure.ts";
import type { RefreshableModel } from "../mental-models/source-query.ts";
import type { BankAddress } from "../types.ts";
import type { OperationLog } from "./delta/apply.ts";
import { documentTokens, type Edited, takeOutWithdrawn, workInNews } from "./edit.ts";
import { type FallbackReason, planRefresh, type RefreshMode, type RefreshPlan } from "./plan.ts";
import { type Findings, type RefreshCaller, readMemory } from "./read-memory.ts";
import { findRetraction, type Retraction } from "./retraction.ts";
import { retrievedCounts } from "./trace.ts";

type RefreshOutcome =
  | "content_written"
  | "content_unchanged"
  | "content_preserved_no_new_facts"
  | "refresh_failed_empty_candidate"
  | "refresh_failed_delta_not_applied";

export interface RefreshRun {
  plan: RefreshPlan;
  findings: Findings;
  effectiveMode: RefreshMode;
  fallbackReason: FallbackReason | null;
  outcome: RefreshOutcome;
  /** The text as it would be, and what it is made from; null: it is left as it is. */
  written: { text: string; document: StructuredDocument } | null;
  basedOn: BasedOn;
  /** Of what was found in this run alone. */
  used: Record<string, number>;
  /** Null where no operations were asked for. */
  operations: OperationLog | null;
  retraction: { found: Retraction; applied: boolean } | null;
  /** What is told of the change of a text beside all this. */
  deltaReport: Record<string, unknown>;
  warnings: string[];
  durationMs: number;
}

/** @throws what `reflect` throws */
export async function runRefresh(
  context: EngineContext,
  address: BankAddress,
  model: RefreshableModel,
  options: RefreshCaller & { mode?: "full" | undefined },
): Promise<RefreshRun> {
  const start = performance.now();
  const plan = await planRefresh(context, address, model, options.mode);
  const findings = await readMemory(plan, options);
  const result = plan.baseline
    ? await changeText(plan, findings, plan.baseline, options)
    : rewriteText(plan, findings);
  return {
    plan,
    findings,
    used: usedCounts(findings.basedOn),
    ...result,
    warnings: [...warningsOf(plan, findings), ...result.warnings],
    durationMs: Math.round(performance.now() - start),
  };
}

const EMPTY = "The refresh came out empty: the content stays as it is.";

type Result = Omit<RefreshRun, "plan" | "findings" | "used" | "durationMs">;

function rewriteText(plan: RefreshPlan, { text, document, basedOn }: Findings): Result {
  const result = {
    effectiveMode: "full" as const,
    fallbackReason: plan.fallbackReason,
    basedOn,
    operations: null,
    retraction: null,
    deltaReport: {},
  };
  if (!plan.hasSources) {
    return { ...result, outcome: "content_preserved_no_new_facts", written: null, warnings: [] };
  }
  const made = document ?? splitMarkdown(text);
  const rendered = renderDocument(made);
  if (rendered === "") {
    return { ...result, outcome: "refresh_failed_empty_candidate", written: null, warnings: [EMPTY] };
  }
  return {
    ...result,
    outcome: rendered.trim() === plan.content ? "content_unchanged" : "content_written",
    written: { text: rendered, document: made },
    warnings: [],
  };
}

async function changeText(
  plan: RefreshPlan,
  findings: Findings,
  baseline: StructuredDocument,
  caller: RefreshCaller,
): Promise<Result> {
  const withdrawal = await withdraw(plan, findings, baseline, caller);
  const { edited: reduced, retraction } = withdrawal;
  const gone = new Set(retraction?.applied ? retraction.found.withdrawn.map(({ id }) => id) : []);
  const basedOn = withoutEntries(
    mergeBasedOn(findings.basedOn, readBasedOn(plan.model.reflectResponse)),
    gone,
  );
  const news: News =
    Object.keys(usedCounts(findings.basedOn)).length === 0
      ? { edited: null, fallbackReason: null, tokens: null }
      : await tryWorkingIn(plan, findings, reduced?.document ?? baseline, caller);
  // What was taken out stands, also where the rest came to nothing.
  const document = (news.fallbackReason === null && news.edited?.document) || reduced?.document || baseline;
  const isApplied =
    (news.edited !== null && news.fallbackReason === null) || (reduced?.applied.length ?? 0) > 0;
  const text = renderDocument(document);
  const outcome = outcomeOf(plan, { isApplied, text, news });
  const operations = joinLogs(reduced, news.edited);
  return {
    basedOn,
    retraction,
    operations,
    outcome,
    effectiveMode: isApplied || outcome === "content_preserved_no_new_facts" ? "delta" : "full",
    fallbackReason: news.fallbackReason,
    written: outcome === "content_written" || outcome === "content_unchanged" ? { text, document } : null,
    deltaReport: {
      delta_applied: isApplied,
      ...(operations && {
        delta_operations_applied: operations.applied,
        delta_operations_skipped: operations.skipped,
      }),
      ...(outcome === "content_preserved_no_new_facts" && { delta_skipped_reason: "no_new_facts" }),
      ...(news.tokens !== null && { document_tokens: news.tokens, document_budget: plan.model.maxTokens }),
    },
    warnings: [...withdrawal.warnings, ...newsWarnings(plan, news, outcome)],
  };
}

interface News {
  /** Null when the model was not asked, or gave nothing that could be used. */
  edited: Edited | null;
  fallbackReason: FallbackReason | null;
  /** How long the text is then; null where nothing was worked in. */
  tokens: number | null;
}

async function tryWorkingIn(
  plan: RefreshPlan,
  { basedOn }: Findings,
  document: StructuredDocument,
  caller: RefreshCaller,
): Promise<News> {
  try {
    const edited = await workInNews(plan, caller, document, basedOn);
    // As if all had been done, the news would never be seen again.
    if (edited.count > 0 && edited.applied.length === 0) {
      return { edited, fallbackReason: "delta_ops_all_skipped", tokens: null };
    }
    const tokens = await documentTokens(renderDocument(edited.document));
    return { edited, fallbackReason: null, tokens };
  } catch (error) {
    caller.signal.throwIfAborted();
    plan.context.logger.log("warning", "a mental model's text could not be changed", {
      mentalModelId: plan.model.mentalModelId,
      error: String(error),
    });
    return { edited: null, fallbackReason: "delta_ops_failed", tokens: null };
  }
}

interface Withdrawal {
  edited: Edited | null;
  retraction: RefreshRun["retraction"];
  warnings: string[];
}

async function withdraw(
  plan: RefreshPlan,
  { basedOn }: Findings,
  document: StructuredDocument,
  caller: RefreshCaller,
): Promise<Withdrawal> {
  const found = await findRetraction(plan);
  if (!found) return { edited: null, retraction: null, warnings: [] };
  const { length: count } = found.withdrawn;
  const gone = `${count} of the facts that this text cites are gone`;
  if (found.isAll) {
    const warnings = [
      `None of the ${count} facts that this text cites is there: the citations go, the text stays.`,
    ];
    // Whether to wait is no question where nothing is taken out.
    return { edited: null, retraction: { found, applied: true }, warnings };
  }
  if (found.deferredReason !== null) {
    const warnings = [`${gone}; what was said of them is taken out later: ${found.deferredReason}.`];
    return { edited: null, retraction: { found, applied: false }, warnings };
  }
  try {
    const edited = await takeOutWithdrawn(plan, caller, document, { retraction: found, found: basedOn });
    return { edited, retraction: { found, applied: true }, warnings: [] };
  } catch (error) {
    caller.signal.throwIfAborted();
    const warnings = [`${gone}, and what was said of them could not be taken out: ${String(error)}`];
    return { edited: null, retraction: { found, applied: false }, warnings };
  }
}

function outcomeOf(
  { content }: RefreshPlan,
  { isApplied, text, news }: { isApplied: boolean; text: string; news: News },
): RefreshOutcome {
  const isAsked = news.edited !== null || news.fallbackReason !== null;
  if (!isApplied) return isAsked ? "refresh_failed_delta_not_applied" : "content_preserved_no_new_facts";
  if (text === "") return isAsked ? "refresh_failed_empty_candidate" : "content_written";
  return text.trim() === content && isAsked ? "content_unchanged" : "content_written";
}

/** What was taken out comes first. */
function joinLogs(one: OperationLog | null, other: OperationLog | null): OperationLog | null {
  if (!one && !other) return null;
  return {
    applied: [...(one?.applied ?? []), ...(other?.applied ?? [])],
    skipped: [...(one?.skipped ?? []), ...(other?.skipped ?? [])],
  };
}

function warningsOf({ hasSources }: RefreshPlan, { toolCalls, basedOn }: Findings): string[] {
  if (!hasSources) return ["Nothing in this mental model's scope could be read: the content stays as it is."];
  const retrieved = Object.values(retrievedCounts(toolCalls)).reduce((sum, count) => sum + count, 0);
  if (retrieved === 0) return ["The searches found nothing: the scope may be too narrow."];
  return Object.keys(usedCounts(basedOn)).length === 0
    ? [`The searches found ${retrieved} facts, and the text rests on none of them.`]
    : [];
}

function newsWarnings({ model }: RefreshPlan, news: News, outcome: RefreshOutcome): string[] {
  const skipped = news.edited?.skipped.length ?? 0;
  const isTooLong = news.tokens !== null && news.tokens > model.maxTokens;
  return [
    ...(isTooLong
      ? [`The text has ${news.tokens} tokens, more than the ${model.maxTokens} that it may have.`]
      : []),
    ...(skipped > 0 && news.fallbackReason === null
      ? [`${skipped} changes did not fit the text and were not made.`]
      : []),
    ...(outcome === "refresh_failed_delta_not_applied"
      ? [`The changes could not be made (${news.fallbackReason}): the content stays as it is.`]
      : []),
    ...(outcome === "refresh_failed_empty_candidate" ? [EMPTY] : []),
  ];
}
