import type { BankAddress } from "../../store/address.ts";
import {
  type BankAlias,
  deleteAlias,
  findBankOfName,
  insertAlias,
  listAliases,
  setPrimaryAlias,
} from "../../store/bank-aliases.ts";
import { type BankRow, findBankForUpdate } from "../../store/banks.ts";
import type { Queryable } from "../../store/database.ts";
import type { EngineContext } from "../context.ts";
import { bankNotFound, EngineError } from "../errors.ts";
import { checkBankId } from "./bank-id.ts";
import { requireBank } from "./banks.ts";

/** A bank's own id and its further ones. */
export interface BankAliases {
  bankId: string;
  aliases: BankAlias[];
}

/** The address with the bank's own id in place of an alias. */
export async function resolveBank({ database }: EngineContext, address: BankAddress): Promise<BankAddress> {
  // A route that names no bank.
  if (address.bankId === "") return address;
  return { ...address, bankId: (await findBankOfName(database, address)) ?? address.bankId };
}

/** @throws EngineError `bank_not_found` */
export async function bankAliases(context: EngineContext, address: BankAddress): Promise<BankAliases> {
  const { bankId, bankKey } = await requireBank(context, address);
  return { bankId, aliases: await listAliases(context.database, bankKey) };
}

/** @throws EngineError `bank_not_found`; `invalid_value` when no bank may have this id; `conflict` when one has it. */
export function addAlias(
  context: EngineContext,
  address: BankAddress,
  { alias, primary }: BankAlias,
): Promise<BankAliases> {
  return change(context, address, async (db, bank) => {
    checkBankId(alias);
    if (alias === bank.bankId) throw new EngineError("invalid_value", `'${alias}' is the bank's own id`);
    if (!(await insertAlias(db, bank, alias, context.clock.now()))) {
      throw new EngineError("conflict", `'${alias}' already stands for a bank`);
    }
    if (primary) await setPrimaryAlias(db, bank.bankKey, alias);
  });
}

/** Makes an alias the primary, or takes that from it. @throws EngineError `bank_not_found`, `not_found` */
export function changeAlias(
  context: EngineContext,
  address: BankAddress,
  { alias, primary }: BankAlias,
): Promise<BankAliases> {
  return change(context, address, async (db, { bankKey }) => {
    const current = (await listAliases(db, bankKey)).find((known) => known.alias === alias);
    if (!current) throw aliasNotFound(alias);
    if (primary !== current.primary) await setPrimaryAlias(db, bankKey, primary ? alias : null);
  });
}

/** @throws EngineError `bank_not_found`, `not_found` */
export function removeAlias(
  context: EngineContext,
  address: BankAddress,
  alias: string,
): Promise<BankAliases> {
  return change(context, address, async (db, { bankKey }) => {
    if (!(await deleteAlias(db, bankKey, alias))) throw aliasNotFound(alias);
  });
}

function change(
  { database }: EngineContext,
  address: BankAddress,
  work: (db: Queryable, bank: BankRow) => Promise<void>,
): Promise<BankAliases> {
  return database.transaction(async (db) => {
    const bank = await findBankForUpdate(db, address);
    if (!bank) throw bankNotFound(address.bankId);
    await work(db, bank);
    return { bankId: bank.bankId, aliases: await listAliases(db, bank.bankKey) };
  });
}

function aliasNotFound(alias: string): EngineError {
  return new EngineError("not_found", `The bank has no alias '${alias}'`);
}
