import { createHash, randomUUID } from "node:crypto";
import type { BankRow } from "../../store/banks.ts";
import type { Queryable } from "../../store/database.ts";
import { countContents } from "../../store/operations.ts";
import { derivedUuid, seedless } from "../ids.ts";

/**
 * Ids for new operations, each a function of what the operation is made of and of how many equal ones the bank was given
 * before it. Which requests came first shifts no id of another content.
 */
export async function newOperationIds(
  tx: Queryable,
  bank: BankRow,
  contents: readonly unknown[],
): Promise<string[]> {
  // What is said of a bank's own units and models shall not bring the seed in.
  const hashes = contents.map((content) =>
    createHash("sha256")
      .update(seedless(JSON.stringify(content)))
      .digest(),
  );
  const numbers = await countContents(tx, bank.bankKey, hashes);
  // A fork in the same sandbox has the seed of what it is a fork of.
  const seed = JSON.stringify([bank.idSeed, bank.bankId]);
  return hashes.map((hash, index) =>
    derivedUuid(seed, "operation", hash.toString("hex"), numbers[index] ?? 0),
  );
}

/**
 * The same for operations that are made of what clients send, which seldom is the same twice. Where ids may be random nothing
 * is counted, so that no row is kept for each operation that ever was.
 */
export async function newRetainIds(
  tx: Queryable,
  bank: BankRow,
  contents: readonly unknown[],
  testMode: boolean,
): Promise<string[]> {
  return testMode ? newOperationIds(tx, bank, contents) : contents.map(() => randomUUID());
}
