import {
  CONTROL,
  type DefaultSandboxReset,
  type SandboxesMade,
  type Settled,
  TEST_BANK_ID,
} from "../../daemon-protocol.ts";
import type { Engine } from "../../engine/engine.ts";
import { type UnsettledRow, waitUntilSettled } from "../../engine/operations/settle.ts";
import { isoDateOrNull } from "../dates.ts";
import { type Route, route } from "../route.ts";
import { list, object, withDefault } from "../validation/composites.ts";
import { integer, string } from "../validation/scalars.ts";
import { nullable } from "../validation/schema.ts";

/** All control routes are below it. */
export const CONTROL_PREFIX = "/_testkit";
const MAX_SANDBOXES = 1000;

/** What the test harness asks a server in test mode for. It proves itself with a token, not with the API key. */
export function controlRoutes({ context, sandboxes, worker }: Engine): Route[] {
  return [
    route({
      method: "POST",
      path: CONTROL.sandboxes,
      open: true,
      body: object({ count: integer({ min: 1, max: MAX_SANDBOXES }) }),
      handle: async ({ body }): Promise<SandboxesMade> => ({
        sandboxes: await sandboxes.make(body.count, TEST_BANK_ID),
      }),
    }),
    route({
      method: "DELETE",
      path: `${CONTROL.sandboxes}/:sandbox_id`,
      open: true,
      handle: async (call) => {
        await sandboxes.close(call.parameter("sandbox_id"));
        return {};
      },
    }),
    route({
      method: "POST",
      path: CONTROL.settle,
      open: true,
      body: object({ sandbox: string(), banks: withDefault(nullable(list(string())), null) }),
      handle: async ({ body, signal }): Promise<Settled> => {
        const scope = { sandboxId: body.sandbox, bankIds: body.banks ?? undefined };
        const unsettled = await waitUntilSettled(context, worker.changes, scope, signal);
        return { unsettled: unsettled.map(toUnsettled) };
      },
    }),
    route({
      method: "POST",
      path: CONTROL.reset,
      open: true,
      handle: async (): Promise<DefaultSandboxReset> => ({
        banks: (await sandboxes.emptyDefault()).map(({ bankId, memoryUnits, insertedAt }) => ({
          bank_id: bankId,
          memory_units: memoryUnits,
          created_at: insertedAt.getTime(),
        })),
      }),
    }),
  ];
}

function toUnsettled(row: UnsettledRow): Settled["unsettled"][number] {
  return {
    bank_id: row.bankId,
    operation_id: row.operationId,
    operation_type: row.operationType,
    status: row.status,
    error_message: row.errorMessage,
    next_retry_at: isoDateOrNull(row.nextRetryAt),
  };
}
