import type { EngineContext } from "../context.ts";
import { EngineError } from "../errors.ts";
import { maintainGraph } from "../memories/graph-maintenance.ts";
import type { Execute } from "./execution.ts";
import { runRetain } from "./run-retain.ts";

/** What executes the operations of each type. */
export function executors(context: EngineContext): Execute {
  const byType: Record<string, Execute> = {
    retain: (operation, signal) => runRetain(context, operation, signal),
    // Nothing is consolidated yet.
    consolidation: async () => ({}),
    graph_maintenance: (operation, signal) => maintainGraph(context, operation, signal),
  };
  return async (operation, signal) => {
    const { operationType, operationId } = operation;
    const execute = Object.hasOwn(byType, operationType) ? byType[operationType] : undefined;
    if (!execute) {
      throw new EngineError(
        "invalid_value",
        `Operation ${operationId} is of type ${operationType}, which is not known`,
      );
    }
    return execute(operation, signal);
  };
}
