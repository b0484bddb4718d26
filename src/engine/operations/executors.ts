import { consolidate } from "../consolidation/consolidate.ts";
import type { EngineContext } from "../context.ts";
import { EngineError } from "../errors.ts";
import { maintainGraph } from "../memories/graph-maintenance.ts";
import { keepMinInterval } from "../mental-models/min-interval.ts";
import type { Execute } from "../queue/execution.ts";
import { refreshMentalModel } from "../refresh/refresh.ts";
import { runRetain } from "./run-retain.ts";

/** What executes the operations of each type. */
export function executors(context: EngineContext): Execute {
  const byType: Record<string, Execute> = {
    retain: (operation, run) => runRetain(context, operation, run),
    consolidation: (operation, run) => consolidate(context, operation, run),
    refresh_mental_model: async (operation, run) => {
      await keepMinInterval(context, operation);
      return refreshMentalModel(context, operation, run);
    },
    graph_maintenance: (operation, run) => maintainGraph(context, operation, run),
  };
  return async (operation, run) => {
    const { operationType, operationId } = operation;
    const execute = Object.hasOwn(byType, operationType) ? byType[operationType] : undefined;
    if (!execute) {
      throw new EngineError(
        "invalid_value",
        `Operation ${operationId} is of type ${operationType}, which is not known`,
      );
    }
    return execute(operation, run);
  };
}
