import { createHash } from "node:crypto";
import type { BankAddress } from "../../store/address.ts";
import { findBank, findBankForUpdate } from "../../store/banks.ts";
import {
  type DirectiveContent,
  type DirectiveFilter,
  type DirectiveRow,
  deleteDirective as deleteRow,
  findDirective,
  insertDirective,
  listDirectives as listRows,
  updateDirective,
} from "../../store/directives.ts";
import { countContents } from "../../store/operations.ts";
import { requireBank } from "../banks/banks.ts";
import type { EngineContext } from "../context.ts";
import { bankNotFound, EngineError } from "../errors.ts";
import { derivedUuid } from "../ids.ts";

export type { DirectiveRow };

/** @throws EngineError `bank_not_found` */
export async function listDirectives(
  context: EngineContext,
  address: BankAddress,
  filter: DirectiveFilter,
): Promise<{ total: number; directives: DirectiveRow[] }> {
  const { bankKey } = await requireBank(context, address);
  return listRows(context.database, bankKey, filter);
}

/** @throws EngineError `bank_not_found` */
export function createDirective(
  { database, clock }: EngineContext,
  address: BankAddress,
  directive: DirectiveContent,
): Promise<DirectiveRow> {
  return database.transaction(async (db) => {
    const bank = await findBankForUpdate(db, address);
    if (!bank) throw bankNotFound(address.bankId);
    // Equal directives are told apart by how many of them the bank was given before.
    const content = JSON.stringify(["directive", directive.name, directive.content]);
    const hash = createHash("sha256").update(content).digest();
    const [number = 0] = await countContents(db, bank.bankKey, [hash]);
    const id = derivedUuid(bank.idSeed, "directive", hash.toString("hex"), number);
    const made = await insertDirective(db, bank.bankKey, id, directive, clock.now());
    if (!made) throw new Error("The directive that was inserted was not returned");
    return made;
  });
}

/** @throws EngineError `not_found`, also when there is no such bank */
export async function readDirective(
  { database }: EngineContext,
  address: BankAddress,
  id: string,
): Promise<DirectiveRow> {
  const bank = await findBank(database, address);
  return found(bank && (await findDirective(database, bank.bankKey, id)), id);
}

/** @param change null leaves a field as it is. @throws EngineError `not_found`, also when there is no such bank */
export async function changeDirective(
  { database, clock }: EngineContext,
  address: BankAddress,
  id: string,
  change: { [Field in keyof DirectiveContent]: DirectiveContent[Field] | null },
): Promise<DirectiveRow> {
  const bank = await findBank(database, address);
  return found(bank && (await updateDirective(database, bank.bankKey, id, change, clock.now())), id);
}

/** @throws EngineError `not_found`, also when there is no such bank */
export async function deleteDirective(
  { database }: EngineContext,
  address: BankAddress,
  id: string,
): Promise<void> {
  const bank = await findBank(database, address);
  found((bank && (await deleteRow(database, bank.bankKey, id))) || undefined, id);
}

function found<T>(directive: T | undefined, id: string): T {
  if (directive === undefined) throw new EngineError("not_found", `Directive '${id}' not found`);
  return directive;
}
