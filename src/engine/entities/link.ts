import type { BankRow } from "../../store/banks.ts";
import type { Queryable } from "../../store/database.ts";
import type { FactMentions } from "./mention.ts";
import { type ResolveOptions, resolveMentions } from "./resolve.ts";
import { storeMentions } from "./store-mentions.ts";

/**
 * Links the stored facts of one write to the entities that they mention, and counts the mentions. The bank has to be locked.
 * What was there before the write is what names are compared with: mentions of one write do not speak for one another.
 */
export async function linkEntities(
  tx: Queryable,
  bank: BankRow,
  facts: readonly FactMentions[],
  options: ResolveOptions,
): Promise<void> {
  if (facts.every(({ mentions }) => mentions.length === 0)) return;
  await storeMentions(tx, bank.bankKey, await resolveMentions(tx, bank, facts, options), options.now);
}
