import { type BankRow, markRewritten } from "../../store/banks.ts";
import type { Queryable } from "../../store/database.ts";
import { type LabelGroup, listLabelGroups, relabelUnits } from "../../store/unit-labels.ts";
import { withTagKey } from "../labels/label-names.ts";
import { haveSameScopes } from "../observations/scopes.ts";
import { removeObservationsOf } from "../removal/remove-units.ts";
import type { RetainItem } from "../types.ts";

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
  { bankKey, revision }: BankRow,
  documentId: string,
  {
    source,
    tags,
    tagKeys,
    now,
  }: { source: RetainItem; tags: readonly string[]; tagKeys: ReadonlySet<string>; now: Date },
): Promise<Relabelled> {
  const changes = (await listLabelGroups(tx, bankKey, documentId)).flatMap((from) => {
    const to: LabelGroup = {
      tags: [...new Set([...tags, ...withTagKey(from.tags, tagKeys)])],
      scopes: source.observationScopes ?? null,
      metadata: source.metadata ?? {},
    };
    if (isSame(from, to)) return [];
    return [{ from, to, moves: !haveSameScopes(from, to), touches: true }];
  });
  if (changes.length === 0) return { moved: 0, observationIds: [] };
  const moved = await relabelUnits(tx, bankKey, documentId, changes, { now, revision });
  await markRewritten(tx, bankKey);
  return { moved: moved.length, observationIds: await removeObservationsOf(tx, bankKey, moved) };
}

function isSame(a: LabelGroup, b: LabelGroup): boolean {
  const form = ({ tags, scopes, metadata }: LabelGroup) =>
    JSON.stringify([[...tags].sort(), scopes, Object.entries(metadata).sort()]);
  return form(a) === form(b);
}
