import type { BankAddress } from "../../store/address.ts";
import { findBankOfAlias } from "../../store/bank-aliases.ts";
import type { EngineContext } from "../context.ts";

/** The address with the bank's own id in place of an alias. */
export async function resolveBank({ database }: EngineContext, address: BankAddress): Promise<BankAddress> {
  // A route that names no bank.
  if (address.bankId === "") return address;
  return { ...address, bankId: (await findBankOfAlias(database, address)) ?? address.bankId };
}
