import type { PendingFact } from "../../store/pending-facts.ts";
import {
  hasTooManyScopes,
  namedScopes,
  resolveScopes,
  type Scoped,
  scopeKey,
} from "../observations/scopes.ts";
import { readObservationScopes } from "../observations/stored-scopes.ts";

/** Facts whose observations go to the same scopes. */
export interface FactGroup {
  scopes: string[][];
  facts: PendingFact[];
}

/** The facts by their scopes, in the order in which each was reached. */
export function groupFacts(facts: readonly PendingFact[]): FactGroup[] {
  const groups = new Map<string, FactGroup>();
  for (const fact of facts) {
    const key = groupKey(fact);
    const group = groups.get(key) ?? { scopes: scopesLeft(fact), facts: [] };
    group.facts.push(fact);
    groups.set(key, group);
  }
  return [...groups.values()];
}

/** Those that a run which did not end has left. */
function scopesLeft(fact: PendingFact): string[][] {
  const all = resolveScopes(scopedOf(fact));
  const done = new Set((fact.consolidatedScopes ?? []).map(scopeKey));
  const left = all.filter((scope) => !done.has(scopeKey(scope)));
  return left.length > 0 ? left : all.slice(-1);
}

/** Whether a fact cannot be consolidated, as its tags make more scopes than can be asked about. */
export function isUngroupable(fact: PendingFact): boolean {
  return hasTooManyScopes(scopedOf(fact));
}

/** Facts that name their scopes are not shown together with those that have none but their own tags. */
function groupKey(fact: PendingFact): string {
  const kind = namedScopes(scopedOf(fact)) ? "named" : "own";
  return JSON.stringify([kind, ...scopesLeft(fact).map(scopeKey).sort()]);
}

function scopedOf({ tags, observationScopes }: PendingFact): Scoped {
  return { tags, scopes: readObservationScopes(observationScopes) };
}

/** Whether both write observations of a common scope. */
export function shareScope(a: FactGroup, b: FactGroup): boolean {
  const keys = new Set(a.scopes.map(scopeKey));
  return b.scopes.some((scope) => keys.has(scopeKey(scope)));
}

/**
 * A page of facts to work on, in their order: of each group at most `ofGroup`, so that a large one leaves room for others.
 * @param window the facts that it is chosen from.
 */
export function choosePage(window: readonly PendingFact[], limit: number, ofGroup: number): PendingFact[] {
  const counts = new Map<string, number>();
  const page: PendingFact[] = [];
  for (const fact of window) {
    if (page.length === limit) break;
    const key = groupKey(fact);
    const count = counts.get(key) ?? 0;
    if (count === ofGroup) continue;
    counts.set(key, count + 1);
    page.push(fact);
  }
  return page;
}
