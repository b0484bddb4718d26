import type { BankRow } from "../../store/banks.ts";
import type { Queryable } from "../../store/database.ts";
import { insertEntities, insertUnitEntities } from "../../store/entities.ts";
import { resolveConfig } from "../banks/resolve-config.ts";
import type { EngineContext } from "../context.ts";
import { readLabelGroups } from "../labels/label-groups.ts";
import { labelTest } from "../labels/label-names.ts";
import { mentionsOf } from "./mention.ts";
import { type ResolvedMentions, resolveMentions } from "./resolve.ts";

/** The names that an edited unit mentions from now on. */
export interface EditedNames {
  unitId: string;
  names: readonly string[];
  /** When the fact happened, else when it was told. */
  date: Date | null;
  /** Off: a name is that of an entity only when it is equal to it, in any case. */
  resolve: boolean;
}

/** The entities' own names that an edited unit will mention. Nothing is stored. */
export async function canonicalNames(
  context: EngineContext,
  bank: BankRow,
  edited: EditedNames,
): Promise<string[]> {
  const { mentions } = await context.database.transaction((tx) => resolveEdited(context, tx, bank, edited));
  return [...new Map(mentions.map(({ entityId, canonicalName }) => [entityId, canonicalName])).values()];
}

/**
 * Ties an edited unit to the entities that its names stand for. It counts no mention and no company: an entity that is new
 * has none. The bank has to be locked.
 */
export async function attachEntities(
  context: EngineContext,
  tx: Queryable,
  bank: BankRow,
  edited: EditedNames,
): Promise<void> {
  const { mentions, created } = await resolveEdited(context, tx, bank, edited);
  await insertEntities(tx, bank.bankKey, created);
  await insertUnitEntities(tx, bank.bankKey, mentions);
}

function resolveEdited(
  context: EngineContext,
  tx: Queryable,
  bank: BankRow,
  { unitId, names, date, resolve }: EditedNames,
): Promise<ResolvedMentions> {
  const config = resolveConfig(context.bankDefaults, bank.config);
  const mentions = mentionsOf([], { names, literal: !resolve });
  return resolveMentions(tx, bank, [{ unitId, date, mentions }], {
    settings: context.settings.retain,
    isLabel: labelTest(readLabelGroups(config.entity_labels)),
    now: context.clock.now(),
  });
}
