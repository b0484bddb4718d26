import type { Queryable } from "../../store/database.ts";
import { type LabelChange, listLabelGroups, relabelUnits, setUnitMetadata } from "../../store/unit-labels.ts";
import { labelTags } from "../documents/label-tags.ts";
import { removeObservationsOf } from "../memories/remove-units.ts";
import { haveSameScopes } from "../observations/scopes.ts";
import { documentTags } from "./document-row.ts";
import type { DocumentDraft } from "./draft.ts";
import type { RetainRun } from "./run.ts";

/**
 * Gives the facts that a document keeps what the new items say of it: tags (those that stand for labels stay), metadata and
 * scopes, none where none are given. Text, context, dates and entities stay.
 *
 * @returns the observations that went, since those of their facts belong elsewhere now.
 */
export async function relabelKept(
  run: RetainRun,
  tx: Queryable,
  draft: DocumentDraft,
  document: { documentId: string; revision: string; now: Date },
): Promise<string[]> {
  const { bankKey } = run.bank;
  const { documentId, revision, now } = document;
  const [first] = draft.plan.items;
  const tags = documentTags(draft);
  const labelKeys = new Set(run.settings.labels.filter(({ tag }) => tag).map(({ key }) => key.toLowerCase()));
  const groups = await listLabelGroups(tx, bankKey, documentId);
  const changes = groups.map((from): LabelChange => {
    const to = {
      tags: [...new Set([...tags, ...labelTags(from.tags, labelKeys)])],
      scopes: first?.observationScopes ?? null,
    };
    return { from, to, moves: !haveSameScopes(from, to), touches: true };
  });
  const moved = await relabelUnits(tx, bankKey, documentId, changes, { now, revision });
  await setUnitMetadata(tx, bankKey, documentId, first?.metadata ?? {});
  return removeObservationsOf(tx, bankKey, moved);
}
