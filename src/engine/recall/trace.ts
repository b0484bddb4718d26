import { loadMemories, loadMetadataTexts, type MemoryRow } from "../../store/recalled-rows.ts";
import type { FactType, TagsMatch } from "../types.ts";
import { ARM_NAMES, type ArmHit, type ArmName } from "./arms/arm.ts";
import type { TemporalWindow } from "./dates/temporal-window.ts";
import type { Candidate } from "./fusion.ts";
import type { Ordered } from "./order.ts";
import type { Phase } from "./phases.ts";
import type { RankedMemory } from "./ranking.ts";
import type { RecallRun } from "./run.ts";
import type { Found } from "./search.ts";

export type { ArmHit, ArmName, RankedMemory };

/** What one arm brought of one type. */
export interface TracedSearch {
  arm: ArmName;
  factType: FactType;
  hits: readonly ArmHit[];
}

/** How a recall came to its answer. */
export interface RecallTrace {
  query: {
    text: string;
    vector: Float32Array;
    /** What dates are seen from. */
    now: Date;
    breadth: number;
    maxTokens: number;
    tags: readonly string[] | null;
    tagsMatch: TagsMatch;
    window: TemporalWindow | null;
  };
  /** For each type in turn the arms that searched. */
  searches: TracedSearch[];
  /** The semantic arm's best. */
  entryPoints: readonly { unitId: string; score: number }[];
  fused: readonly Candidate[];
  /** The scored facts above the request's floors, and those of them that no observation stands for. */
  ranked: readonly RankedMemory[];
  kept: readonly RankedMemory[];
  returned: readonly RankedMemory[];
  /** The rows of all facts that the trace names; those that were deleted meanwhile are missing. */
  memories: ReadonlyMap<string, MemoryRow>;
  /** The metadata of the returned facts, as the database writes it. */
  metadataTexts: ReadonlyMap<string, string>;
  phases: readonly Phase[];
  seconds: number;
}

const MAX_ENTRY_POINTS = 10;

function unitIdsOf(hits: readonly ArmHit[]): string[] {
  return [...new Set(hits.map(({ unitId }) => unitId))];
}

export async function collectTrace(
  run: RecallRun,
  { retrieved, semantic, fused }: Found,
  { ranked, kept }: Ordered,
  returned: readonly RankedMemory[],
): Promise<RecallTrace> {
  const { context, bank, request, phases } = run;
  const seconds = phases.elapsed;
  phases.add("semaphore_wait", run.waited, { diagnostic: true });
  const searches = request.types.flatMap((factType) =>
    ARM_NAMES.flatMap((arm): TracedSearch[] => {
      const hits = retrieved[arm]?.filter((hit) => hit.factType === factType);
      return hits ? [{ arm, factType, hits }] : [];
    }),
  );
  const returnedIds = returned.map(({ memory }) => memory.unitId);
  const [memories, metadataTexts] = await phases.measure(
    "trace_finalize",
    () =>
      Promise.all([
        loadMemories(context.database, bank.bankKey, unitIdsOf(Object.values(retrieved).flat())),
        loadMetadataTexts(context.database, bank.bankKey, returnedIds),
      ]),
    () => ({ diagnostic: true }),
  );
  return {
    query: {
      text: run.query,
      vector: run.vector,
      now: run.now,
      breadth: run.breadth,
      maxTokens: request.maxTokens,
      tags: request.tags ?? null,
      tagsMatch: request.tagsMatch,
      window: run.window ?? null,
    },
    searches,
    entryPoints: semantic.slice(0, MAX_ENTRY_POINTS),
    fused,
    ranked,
    kept,
    returned,
    memories,
    metadataTexts,
    phases: phases.list,
    seconds,
  };
}
