import { type BankRow, beginBankRewrite, findBankForUpdate } from "../../store/banks.ts";
import type { Queryable } from "../../store/database.ts";
import { clearMemories as clearAll, unitsOfType } from "../../store/unit-clearing.ts";
import { deleteArchived, deleteUnits } from "../../store/unit-removal.ts";
import type { EngineContext } from "../context.ts";
import { queueConsolidationOfChange } from "../queue/consolidation.ts";
import { removeObservationsOf } from "../removal/remove-units.ts";
import type { BankAddress } from "../types.ts";

/**
 * Makes a bank forget: everything but its settings, or what is of a type, live and in the archive. In the latter case
 * documents and entities stay as they are.
 * @returns how many live units there were; 0 where the bank does not exist.
 */
export async function clearMemories(
  context: EngineContext,
  address: BankAddress,
  type: string | null,
): Promise<number> {
  const { database, statsCache } = context;
  const cleared = await database.transaction(async (tx) => {
    const bank = await findBankForUpdate(tx, address);
    if (!bank) return undefined;
    await beginBankRewrite(tx, bank.bankKey);
    const count = type ? await clearType(context, tx, bank, type) : await clearAll(tx, bank.bankKey);
    return { bankKey: bank.bankKey, count };
  });
  if (!cleared) return 0;
  statsCache.drop(cleared.bankKey);
  return cleared.count;
}

async function clearType(
  context: EngineContext,
  tx: Queryable,
  bank: BankRow,
  type: string,
): Promise<number> {
  const { bankKey } = bank;
  const unitIds = await unitsOfType(tx, bankKey, type);
  // The sources of observations that are cleared themselves stay consolidated.
  const observationIds = type === "observation" ? [] : await removeObservationsOf(tx, bankKey, unitIds);
  const count = await deleteUnits(tx, bankKey, unitIds);
  await deleteArchived(tx, bankKey, { factType: type });
  if (observationIds.length > 0) await queueConsolidationOfChange(context, tx, bank);
  return count;
}
