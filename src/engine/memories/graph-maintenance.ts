import type { ClaimedOperation } from "../../store/operation-queue.ts";
import type { EngineContext } from "../context.ts";

/**
 * Executes a graph_maintenance operation: mends the graph after deletions.
 * @returns what its result_metadata says of it.
 */
export async function maintainGraph(
  _context: EngineContext,
  _operation: ClaimedOperation,
  _signal: AbortSignal,
): Promise<Record<string, unknown>> {
  return {};
}
