import type { Database } from "../../store/database.ts";
import {
  type ClaimedOperation,
  type ClaimOrder,
  type ClaimToMake,
  claimOperations,
  lockClaims,
} from "../../store/operation-claims.ts";
import type { FreeSlots } from "./slots.ts";

/** Whose turn it is, of the operations of one kind. */
interface Turn {
  /** The bank that had the last one. */
  lastBank: string;
  /** Whether the last claim left rows that were due, so that banks have to take turns. */
  backlog: boolean;
}

/** Where the rotation over the banks stands. */
export interface Rotation {
  others: Turn;
  consolidations: Turn;
}

export function newRotation(): Rotation {
  return {
    others: { lastBank: "0", backlog: false },
    consolidations: { lastBank: "0", backlog: false },
  };
}

type Take = (order: ClaimOrder) => Promise<ClaimedOperation[]>;

/**
 * Claims what is due, as far as there are slots. Where more is due than that: one row of the bank whose turn it is, so that no
 * bank has to wait for all of another's work, then the oldest. Consolidations come last, in turn by bank.
 */
export async function claimDue(
  database: Database,
  claim: ClaimToMake,
  free: FreeSlots,
  rotation: Rotation,
): Promise<ClaimedOperation[]> {
  return database.transaction(async (tx) => {
    await lockClaims(tx);
    const take: Take = (order) => claimOperations(tx, claim, order);
    const others = await claimOthers(take, free.others, rotation.others);
    const limit = free.consolidations - others.length;
    return [...others, ...(await claimConsolidations(take, limit, rotation.consolidations))];
  });
}

async function claimOthers(take: Take, limit: number, turn: Turn): Promise<ClaimedOperation[]> {
  if (limit <= 0) return [];
  const first = turn.backlog ? await inTurn(take, { consolidations: false, limit: 1 }, turn) : [];
  const left = limit - first.length;
  const oldest = left > 0 ? await take({ consolidations: false, by: "age", limit: left }) : [];
  turn.lastBank = first[0]?.bankKey ?? oldest[0]?.bankKey ?? turn.lastBank;
  turn.backlog = first.length + oldest.length === limit;
  return [...first, ...oldest];
}

async function claimConsolidations(take: Take, limit: number, turn: Turn): Promise<ClaimedOperation[]> {
  if (limit <= 0) return [];
  const claimed = turn.backlog
    ? await inTurn(take, { consolidations: true, limit }, turn)
    : await take({ consolidations: true, by: "bank", limit });
  turn.lastBank = claimed.at(-1)?.bankKey ?? turn.lastBank;
  turn.backlog = claimed.length === limit;
  return claimed;
}

/** Rows of the banks after the last one, then of the first ones. */
async function inTurn(
  take: Take,
  { consolidations, limit }: { consolidations: boolean; limit: number },
  { lastBank }: Turn,
): Promise<ClaimedOperation[]> {
  const after = await take({ consolidations, by: "bank", afterBank: lastBank, limit });
  const left = limit - after.length;
  return left > 0 ? [...after, ...(await take({ consolidations, by: "bank", limit: left }))] : after;
}
