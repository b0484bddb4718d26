import { markRewritten } from "../../store/banks.ts";
import type { Queryable } from "../../store/database.ts";
import { type FactLabels, listFactLabels, relabelFacts } from "../../store/fact-labels.ts";
import { removeObservationsOf } from "../memories/remove-units.ts";
import { haveSameScopes } from "../observations/scopes.ts";
import type { RetainItem } from "../types.ts";
import { withTagKey } from "./labels/label-names.ts";

export interface Relabelled {
  /** Facts whose observations belong elsewhere now. */
  moved: number;
  /** The observations that thereby went. */
  observationIds: string[];
}

/**
 * Gives the facts that a document has kept what it was retained with this time: its tags, beside those that stand for labels,
 * metadata and scopes; what was not said this time goes. Facts of which nothing changes are left as they are.
 */
export async function relabelKept(
  tx: Queryable,
  bankKey: string,
  documentId: string,
  {
    source,
    tags,
    tagKeys,
    now,
  }: { source: RetainItem; tags: readonly string[]; tagKeys: ReadonlySet<string>; now: Date },
): Promise<Relabelled> {
  const changes = (await listFactLabels(tx, bankKey, documentId)).flatMap((from) => {
    const to: FactLabels = {
      tags: [...new Set([...tags, ...withTagKey(from.tags, tagKeys)])],
      scopes: source.observationScopes ?? null,
      metadata: source.metadata ?? {},
    };
    if (isSame(from, to)) return [];
    return [{ from, to, moves: !haveSameScopes(from, to) }];
  });
  if (changes.length === 0) return { moved: 0, observationIds: [] };
  const moved = await relabelFacts(tx, bankKey, documentId, changes, now);
  await markRewritten(tx, bankKey);
  return { moved: moved.length, observationIds: await removeObservationsOf(tx, bankKey, moved) };
}

function isSame(a: FactLabels, b: FactLabels): boolean {
  const form = ({ tags, scopes, metadata }: FactLabels) =>
    JSON.stringify([[...tags].sort(), scopes, Object.entries(metadata).sort()]);
  return form(a) === form(b);
}
