import { listObservationScopes, type ObservationScope } from "../../../store/observations.ts";
import { requireBank } from "../../banks/banks.ts";
import type { EngineContext } from "../../context.ts";
import type { BankAddress } from "../../types.ts";
import { type StrategyEntry, toStrategy, winnerOf } from "./strategies.ts";

/** A scope that observations are in, and the position of the strategy that applies to it; null: none does. */
export interface HandledScope extends ObservationScope {
  handledBy: number | null;
}

/** Scopes of a bank, and how many observations are in them. */
export interface ScopeGroup {
  matchCount: number;
  observationCount: number;
  /** The most populous. */
  samples: HandledScope[];
}

/** What a strategy would do, and each of its rules. */
interface StrategyPreview {
  isActive: boolean;
  /** Scopes that it would apply to. */
  claimedCount: number;
  /** `takenCount`: those of its scopes that the strategy does not get. */
  rules: (ScopeGroup & { takenCount: number })[];
}

export interface StrategiesPreview {
  strategies: StrategyPreview[];
  /** The scopes that no strategy applies to. */
  rest: ScopeGroup;
  scopesScanned: number;
  /** Whether these were all scopes. */
  isComplete: boolean;
}

/** How many scopes a preview looks at: the most populous. */
const MAX_SCOPES = 10_000;

/** Tells which of the bank's scopes each of these strategies would apply to. @throws EngineError `bank_not_found` */
export async function previewStrategies(
  context: EngineContext,
  address: BankAddress,
  { entries, sampleLimit }: { entries: readonly StrategyEntry[]; sampleLimit: number },
): Promise<StrategiesPreview> {
  const { bankKey } = await requireBank(context, address);
  const page = { limit: MAX_SCOPES, offset: 0 };
  const { scopes, total } = await listObservationScopes(context.database, bankKey, page);
  const strategies = entries.map(toStrategy);
  const handled = scopes.map((scope) => {
    const winner = winnerOf(strategies, scope.tags);
    return { ...scope, handledBy: winner < 0 ? null : winner };
  });
  return {
    strategies: strategies.map(({ isActive, rules }, position) => {
      const isOwn = ({ handledBy }: HandledScope) => handledBy === position;
      return {
        isActive,
        claimedCount: handled.filter(isOwn).length,
        rules: rules.map((rule) => {
          const matching = handled.filter(({ tags }) => rule?.(tags));
          const takenCount = matching.filter((scope) => !isOwn(scope)).length;
          return { ...groupOf(matching, sampleLimit), takenCount };
        }),
      };
    }),
    rest: groupOf(
      handled.filter(({ handledBy }) => handledBy === null),
      sampleLimit,
    ),
    scopesScanned: scopes.length,
    isComplete: scopes.length === total,
  };
}

function groupOf(scopes: HandledScope[], sampleLimit: number): ScopeGroup {
  return {
    matchCount: scopes.length,
    observationCount: scopes.reduce((sum, { count }) => sum + count, 0),
    samples: scopes.slice(0, sampleLimit),
  };
}
