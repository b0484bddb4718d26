import { type ListedUnit, listUnits, type UnitFilter } from "../../store/memory-list.ts";
import { requireBank } from "../banks/banks.ts";
import type { EngineContext } from "../context.ts";
import { EngineError } from "../errors.ts";
import { tagFilterOf } from "../tags/tag-filter-of.ts";
import type { BankAddress, TagRequest } from "../types.ts";

export type { ListedUnit };

const CONSOLIDATION_STATES = ["pending", "done", "failed"] as const;

/** A list's filter as a caller gives it: the states are checked once the bank is known to exist. */
export interface ListFilter extends Omit<UnitFilter, "archived" | "consolidation" | "tags">, TagRequest {
  /** `valid`, or `invalidated` for the archive. */
  state: string | null;
  /** In any case. */
  consolidationState: string | null;
  /** `invalid` stands for what is no UUID. */
  entityId: string | null;
}

/**
 * A page of a bank's memory units, newest first, and how many there are.
 * @throws EngineError `bank_not_found`, `invalid_value`
 */
export async function listMemories(
  context: EngineContext,
  address: BankAddress,
  filter: ListFilter,
): Promise<{ total: number; units: ListedUnit[] }> {
  const bank = await requireBank(context, address);
  const { state, consolidationState, from, until } = filter;
  if (state !== null && state !== "valid" && state !== "invalidated") {
    throw new EngineError("invalid_value", `Invalid state '${state}': it must be valid or invalidated`);
  }
  if (filter.entityId === "invalid") {
    throw new EngineError("invalid_value", "Invalid entity_id: it must be a UUID");
  }
  const consolidation = CONSOLIDATION_STATES.find((known) => known === consolidationState?.toLowerCase());
  if (consolidationState && !consolidation) {
    throw new EngineError(
      "invalid_value",
      `Invalid consolidation_state '${consolidationState}': it must be pending, done or failed`,
    );
  }
  if (from && until && until <= from) {
    throw new EngineError("invalid_value", "end_date must be after start_date");
  }
  const tags = await tagFilterOf(context.database, bank.bankKey, filter);
  return listUnits(context.database, bank.bankKey, {
    ...filter,
    archived: state === "invalidated",
    consolidation: consolidation ?? null,
    tags,
  });
}
