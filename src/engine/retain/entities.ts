import type { BankRow } from "../../store/banks.ts";
import type { Queryable } from "../../store/database.ts";
import {
  addMentions,
  type EntityMentions,
  findEntitiesByName,
  insertUnitEntities,
} from "../../store/entities.ts";
import { derivedUuid } from "../ids.ts";

/** The names that a stored fact mentions, each once. */
export interface FactMentions {
  unitId: string;
  /** When the fact happened or was told. */
  date: Date;
  names: readonly string[];
}

/** Links facts to the bank's entities, which are told apart by their names in any case; new names become new entities. */
export async function linkEntities(
  db: Queryable,
  bank: BankRow,
  facts: readonly FactMentions[],
): Promise<void> {
  const names = [...new Set(facts.flatMap((fact) => fact.names))];
  if (names.length === 0) return;
  const known = await findEntitiesByName(db, bank.bankKey, names);
  const idOf = new Map(
    known.map(({ key, entityId }, index) => [
      names[index],
      entityId ?? derivedUuid(bank.idSeed, "entity", key),
    ]),
  );
  const mentions = new Map<string, EntityMentions>();
  const pairs = new Map<string, { unitId: string; entityId: string }>();
  for (const { unitId, date, names: ofFact } of facts) {
    for (const name of ofFact) {
      const entityId = idOf.get(name);
      const pair = `${unitId} ${entityId}`;
      if (entityId === undefined || pairs.has(pair)) continue;
      pairs.set(pair, { unitId, entityId });
      const mention = mentions.get(entityId);
      if (!mention) {
        mentions.set(entityId, { entityId, canonicalName: name, count: 1, firstSeen: date, lastSeen: date });
        continue;
      }
      mention.count += 1;
      if (date < mention.firstSeen) mention.firstSeen = date;
      if (date > mention.lastSeen) mention.lastSeen = date;
    }
  }
  await addMentions(db, bank.bankKey, [...mentions.values()]);
  await insertUnitEntities(db, bank.bankKey, [...pairs.values()]);
}
