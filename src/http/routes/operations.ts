import type { Engine } from "../../engine/engine.ts";
import { cancelOperation, deleteOperation, retryOperation } from "../../engine/operations/commands.ts";
import { listOperations, readOperation } from "../../engine/operations/read.ts";
import { isHeldType, releaseWork } from "../../engine/operations/release.ts";
import { type Route, route, type Sent } from "../route.ts";
import { parseUuid } from "../uuid.ts";
import { withDefault } from "../validation/composites.ts";
import { boolean, string } from "../validation/scalars.ts";
import { nullable } from "../validation/schema.ts";
import {
  cancellationAnswer,
  operationDeletionAnswer,
  operationListAnswer,
  operationStatusAnswer,
  retryAnswer,
} from "../wire/answers/operation.ts";
import { toListRow, toNotFound, toStatus } from "../wire/operation.ts";
import { page } from "./page.ts";

const LIST = "/v1/default/banks/:bank_id/operations";
const ONE = `${LIST}/:operation_id`;

/** A bank's asynchronous work. */
export function operationRoutes({ context }: Engine): Route[] {
  return [
    route({
      name: "list_operations",
      method: "GET",
      path: LIST,
      query: {
        status: withDefault(nullable(string()), null),
        type: withDefault(nullable(string()), null),
        ...page({ limit: 20, minLimit: 1, maxLimit: 100 }),
        exclude_parents: withDefault(boolean(), false),
      },
      missing: true,
      answer: operationListAnswer,
      handle: async ({ address, query: { exclude_parents: excludeParents, ...filter } }) => {
        const { total, operations } = await listOperations(context, address, { ...filter, excludeParents });
        return {
          bank_id: address.bankId,
          total,
          limit: filter.limit,
          offset: filter.offset,
          operations: operations.map(toListRow),
        };
      },
    }),
    route({
      name: "get_operation_status",
      method: "GET",
      path: ONE,
      query: { include_payload: withDefault(boolean(), false) },
      check: operationId,
      answer: operationStatusAnswer,
      handle: async (call, id) => {
        const found = await readOperation(context, call.address, id, {
          withPayload: call.query.include_payload,
        });
        const shown = call.parameter("operation_id");
        const { sandboxId, bankId } = call.address;
        if (found && isHeldType(found.operation))
          await releaseWork(context, { sandboxId, bankIds: [bankId] });
        return found ? toStatus(found, shown) : toNotFound(shown);
      },
    }),
    route({
      name: "cancel_operation",
      method: "DELETE",
      path: ONE,
      check: operationId,
      answer: cancellationAnswer,
      handle: async (call, id) => {
        await cancelOperation(context, call.address, id);
        return done(call, "cancelled");
      },
    }),
    route({
      name: "retry_operation",
      method: "POST",
      path: `${ONE}/retry`,
      check: operationId,
      answer: retryAnswer,
      handle: async (call, id) => {
        await retryOperation(context, call.address, id);
        return done(call, "queued for retry");
      },
    }),
    route({
      name: "delete_operation",
      method: "DELETE",
      path: `${ONE}/delete`,
      check: operationId,
      answer: operationDeletionAnswer,
      handle: async (call, id) => {
        await deleteOperation(context, call.address, id);
        return done(call, "deleted");
      },
    }),
  ];
}

function operationId(sent: Sent<unknown, unknown>): string {
  return parseUuid(sent.parameter("operation_id"), "operation_id");
}

/** Answers repeat an id as the caller spelt it. */
function done(sent: Sent<unknown, unknown>, what: string) {
  const id = sent.parameter("operation_id");
  return { success: true, message: `Operation ${id} ${what}`, operation_id: id };
}
