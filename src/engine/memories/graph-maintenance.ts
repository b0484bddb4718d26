import type { ClaimedOperation } from "../../store/operation-claims.ts";
import type { EngineContext } from "../context.ts";
import type { OperationRun } from "../operations/execution.ts";

/**
 * Executes a graph_maintenance operation: mends the graph after deletions.
 * @returns what its result_metadata says of it.
 */
export async function maintainGraph(
  _context: EngineContext,
  _operation: ClaimedOperation,
  _run: OperationRun,
): Promise<Record<string, unknown>> {
  return {};
}
