import type { ClaimedOperation } from "../../store/operation-queue.ts";

/** Executes a claimed operation. @returns what is merged into its result_metadata. */
export type Execute = (operation: ClaimedOperation, signal: AbortSignal) => Promise<Record<string, unknown>>;
