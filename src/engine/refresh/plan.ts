import type { BankRow } from "../../store/banks.ts";
import { findBank } from "../../store/banks.ts";
import { findContentBasis, findNewestMemory, hasWrittenModel } from "../../store/mental-model-refreshes.ts";
import type { MentalModelRow } from "../../store/mental-models.ts";
import type { TagFilter } from "../../store/tag-filter.ts";
import type { WriteWindow } from "../../store/write-window.ts";
import type { EngineContext } from "../context.ts";
import { bankNotFound } from "../errors.ts";
import { splitMarkdown } from "../mental-models/document/split.ts";
import { readStructure } from "../mental-models/document/stored.ts";
import type { StructuredDocument } from "../mental-models/document/structure.ts";
import { type RefreshScope, refreshScope } from "../mental-models/scope.ts";
import type { RefreshableModel } from "../mental-models/source-query.ts";
import { type MentalModelTrigger, storedTrigger } from "../mental-models/trigger.ts";
import { tagFilterOf } from "../tags/tag-filter-of.ts";
import type { BankAddress } from "../types.ts";

export type RefreshMode = MentalModelTrigger["mode"];
export type FallbackReason =
  | "no_baseline_content"
  | "source_query_changed"
  | "delta_ops_failed"
  | "delta_ops_all_skipped";

/** What a refresh works on, and what it reads: all of it as of its beginning. */
export interface RefreshPlan {
  context: EngineContext;
  bank: BankRow;
  model: RefreshableModel;
  trigger: MentalModelTrigger;
  requestedMode: RefreshMode;
  /** The text that is changed by what is new; null: all of it is written. */
  baseline: StructuredDocument | null;
  /** Why it is not changed although that was asked for. */
  fallbackReason: FallbackReason | null;
  /** The text without space around it. */
  content: string;
  scope: RefreshScope;
  /** When it began. */
  startedAt: Date;
  /** The writes of memories that it reads. */
  writes: WriteWindow;
  /** The date that stands for the first of these; null: from the beginning. */
  writtenAfter: Date | null;
  /** The newest memory that it will have seen; null when there is none in its scope. */
  watermark: { at: Date; revision: string } | null;
  /** Whether there is anything to read. */
  hasSources: boolean;
}

export async function planRefresh(
  context: EngineContext,
  address: BankAddress,
  model: RefreshableModel,
  mode: "full" | undefined,
): Promise<RefreshPlan> {
  const { database, clock } = context;
  const startedAt = clock.now();
  // Read before anything else: what is written from now on is the next refresh's.
  const bank = await findBank(database, address);
  if (!bank) throw bankNotFound(address.bankId);
  const trigger = storedTrigger(model.trigger);
  const requestedMode = mode ?? trigger.mode;
  const content = model.content.trim();
  const { baseline, fallbackReason } = await findBaseline(context, bank, model, requestedMode);
  const scope = refreshScope({ ...model, trigger });
  const tags = await tagFilterOf(database, bank.bankKey, tagRequest(scope));
  const writes: WriteWindow = {
    ...(baseline && { after: model.seenRevision }),
    until: bank.revision,
  };
  const newest = await findNewestMemory(database, bank.bankKey, { tags, factTypes: scope.factTypes, writes });
  const seen = { at: model.lastMemorySeenAt ?? model.lastRefreshedAt, revision: model.seenRevision };
  return {
    context,
    bank,
    model,
    trigger,
    requestedMode,
    baseline,
    fallbackReason,
    content,
    scope,
    startedAt,
    writes,
    writtenAfter: baseline && seen.at,
    watermark: newest ? later(newest, seen) : null,
    hasSources: newest !== undefined || (await siblingsSuffice(context, bank, model, scope, tags)),
  };
}

/** The scope's tags in the form of a request. */
export function tagRequest({ tags, tagsMatch, tagGroups }: RefreshScope) {
  return { ...(tags && { tags }), tagsMatch, ...(tagGroups && { tagGroups }) };
}

async function findBaseline(
  { database }: EngineContext,
  { bankKey }: BankRow,
  model: MentalModelRow,
  mode: RefreshMode,
): Promise<Pick<RefreshPlan, "baseline" | "fallbackReason">> {
  if (mode === "full") return { baseline: null, fallbackReason: null };
  if (model.content.trim() === "") return { baseline: null, fallbackReason: "no_baseline_content" };
  const basis = await findContentBasis(database, bankKey, model.mentalModelId);
  const isAnswered = !basis || basis.answeredQuery === null || basis.answeredQuery === model.sourceQuery;
  if (!isAnswered) return { baseline: null, fallbackReason: "source_query_changed" };
  return { baseline: readStructure(basis?.structure) ?? splitMarkdown(model.content), fallbackReason: null };
}

/**
 * Whether other mental models are enough to write from where no memory is in scope: only for one that has no text that could be
 * lost, or never had a memory to rest on.
 */
async function siblingsSuffice(
  { database }: EngineContext,
  { bankKey }: BankRow,
  model: MentalModelRow,
  { excludeMentalModels, excludedIds }: RefreshScope,
  tags: TagFilter | undefined,
): Promise<boolean> {
  if (excludeMentalModels) return false;
  if (model.content.trim() !== "" && model.lastMemorySeenAt !== null) return false;
  return hasWrittenModel(database, bankKey, { excludedIds, tags });
}

interface Mark {
  at: Date;
  revision: string;
}

function later(one: Mark, other: Mark): Mark {
  return {
    at: one.at > other.at ? one.at : other.at,
    revision: BigInt(one.revision) > BigInt(other.revision) ? one.revision : other.revision,
  };
}
