import type { Database } from "../../store/database.ts";
import {
  type ClaimedOperation,
  type ClaimOrder,
  claimOperations,
  lockClaims,
} from "../../store/operation-claims.ts";
import type { FreeSlots } from "./slots.ts";

/** Where the rotation over the banks stands. */
export interface Rotation {
  others: string;
  consolidations: string;
}

/**
 * Claims what is due, as far as there are slots: one row of the bank whose turn it is, so that no bank has to wait for all of
 * another's work, then the oldest; consolidations last, in turn by bank.
 */
export async function claimDue(
  database: Database,
  claim: { token: string; now: Date },
  free: FreeSlots,
  rotation: Rotation,
): Promise<ClaimedOperation[]> {
  return database.transaction(async (tx) => {
    await lockClaims(tx);
    const take = (order: ClaimOrder) => claimOperations(tx, claim, order);
    const others: ClaimedOperation[] = [];
    if (free.others > 0) {
      others.push(...(await inTurn(take, { consolidations: false, limit: 1 }, rotation.others)));
      const [first] = others;
      if (first) {
        rotation.others = first.bankKey;
        const limit = free.others - 1;
        if (limit > 0) others.push(...(await take({ consolidations: false, by: "age", limit })));
      }
    }
    const limit = free.consolidations - others.length;
    if (limit <= 0) return others;
    const consolidations = await inTurn(take, { consolidations: true, limit }, rotation.consolidations);
    rotation.consolidations = consolidations.at(-1)?.bankKey ?? rotation.consolidations;
    return [...others, ...consolidations];
  });
}

/** Rows of the banks after the last one, then of the first ones. */
async function inTurn(
  take: (order: ClaimOrder) => Promise<ClaimedOperation[]>,
  { consolidations, limit }: { consolidations: boolean; limit: number },
  afterBank: string,
): Promise<ClaimedOperation[]> {
  const after = await take({ consolidations, by: "bank", afterBank, limit });
  const left = limit - after.length;
  if (left === 0 || afterBank === "0") return after;
  return [...after, ...(await take({ consolidations, by: "bank", limit: left }))];
}
