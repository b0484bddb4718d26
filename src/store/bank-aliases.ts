import type { BankAddress } from "./address.ts";
import type { Queryable } from "./database.ts";

/** The own id of the bank that has this alias; undefined when it is nobody's alias. */
export async function findBankOfAlias(db: Queryable, address: BankAddress): Promise<string | undefined> {
  const { rows } = await db.query<{ bankId: string }>(
    `SELECT bank_id AS "bankId" FROM bank_aliases a JOIN banks b USING (bank_key)
     WHERE a.sandbox_id = $1 AND a.alias = $2`,
    [address.sandboxId, address.bankId],
  );
  return rows[0]?.bankId;
}
