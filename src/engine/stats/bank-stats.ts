import type { BankAddress } from "../../store/address.ts";
import { type BankStats, readBankStats } from "../../store/bank-stats.ts";
import { requireBank } from "../banks/banks.ts";
import type { EngineContext } from "../context.ts";

export type { BankStats };

/**
 * A bank's statistics, which may be a minute old unless `refresh`.
 * @throws EngineError `bank_not_found`
 */
export async function bankStats(
  context: EngineContext,
  address: BankAddress,
  options: { refresh: boolean },
): Promise<BankStats> {
  const { bankKey } = await requireBank(context, address);
  return context.statsCache.get(bankKey, () => readBankStats(context.database, bankKey), options);
}
