import {
  type BankForked,
  type ClockState,
  CONTROL,
  type DefaultSandboxReset,
  type SandboxesMade,
  type SandboxForked,
  TEST_BANK_ID,
  type UnsettledOperation,
} from "../../daemon-protocol.ts";
import { resolveBank } from "../../engine/banks/aliases.ts";
import type { Engine } from "../../engine/engine.ts";
import { isoDate } from "../../engine/iso-date.ts";
import { type UnsettledRow, waitUntilSettled } from "../../engine/operations/settle.ts";
import { forkBank, forkSandbox } from "../../engine/sandboxes/forks.ts";
import { readClock, setClock } from "../../engine/sandboxes/test-clocks.ts";
import { jsonAnswer } from "../answer.ts";
import { isoDateOrNull, parseDate } from "../dates.ts";
import { HttpError } from "../http-error.ts";
import { type Route, route } from "../route.ts";
import { list, object, withDefault } from "../validation/composites.ts";
import { integer, string } from "../validation/scalars.ts";
import { nullable } from "../validation/schema.ts";

const MAX_SANDBOXES = 1000;
/** The years beside these are not dates, but placeholders. */
const FIRST = Date.parse("0002-01-01T00:00:00Z");
const LAST = Date.parse("9998-12-31T23:59:59Z");
const SETTLE_TIMEOUT_MS = 30_000;
const MAX_SETTLE_TIMEOUT_MS = 3_600_000;

const sandbox = withDefault(string(), "");
const orNull = {
  text: withDefault(nullable(string()), null),
  integer: withDefault(nullable(integer()), null),
};

/** What a server in test mode can do beside Hindsight's API. It is proved with a token, not with the API key. */
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
      path: CONTROL.forkSandbox,
      open: true,
      body: object({ sandbox }),
      handle: async ({ body }): Promise<SandboxForked> => ({
        sandbox: await forkSandbox(context, body.sandbox),
      }),
    }),
    route({
      method: "POST",
      path: CONTROL.forkBank,
      open: true,
      body: object({ sandbox, bank: string(), to: string(), to_sandbox: orNull.text }),
      handle: async ({ body }): Promise<BankForked> => {
        const from = await resolveBank(context, { sandboxId: body.sandbox, bankId: body.bank });
        const to = { sandboxId: body.to_sandbox ?? body.sandbox, bankId: body.to };
        await forkBank(context, from, to);
        return { bank: to.bankId, sandbox: to.sandboxId };
      },
    }),
    route({
      method: "GET",
      path: CONTROL.clock,
      open: true,
      query: { sandbox },
      handle: async ({ query }): Promise<ClockState> => {
        await sandboxes.requireOpen(query.sandbox);
        return { now: isoDate(readClock(context, query.sandbox)) };
      },
    }),
    route({
      method: "POST",
      path: CONTROL.clock,
      open: true,
      body: object({ sandbox, now: orNull.text, advance_ms: orNull.integer }),
      handle: async ({ body }): Promise<ClockState> => {
        await sandboxes.requireOpen(body.sandbox);
        const target = instantOf(body.now, body.advance_ms, readClock(context, body.sandbox));
        return { now: isoDate(await setClock(context, body.sandbox, target, body.advance_ms !== null)) };
      },
    }),
    route({
      method: "POST",
      path: CONTROL.settled,
      open: true,
      body: object({
        sandbox,
        banks: withDefault(nullable(list(string())), null),
        timeout_ms: withDefault(integer({ min: 0, max: MAX_SETTLE_TIMEOUT_MS }), SETTLE_TIMEOUT_MS),
      }),
      handle: async ({ body, signal }) => {
        const sandboxId = body.sandbox;
        await sandboxes.requireOpen(sandboxId);
        const named = body.banks?.map((bankId) => resolveBank(context, { sandboxId, bankId }));
        const bankIds = named && (await Promise.all(named)).map(({ bankId }) => bankId);
        const scope = { sandboxId, bankIds };
        const options = { signal, timeoutMs: body.timeout_ms };
        const settling = await waitUntilSettled(context, worker.changes, scope, options);
        if (settling.outcome === "settled") return { unsettled: [] };
        const timedOut = settling.outcome === "open";
        const unsettled = settling.operations.map(toUnsettled);
        const detail = unsettled.map((row) => describe(row, timedOut ? body.timeout_ms : null)).join("; ");
        return jsonAnswer(timedOut ? 408 : 409, { detail, unsettled });
      },
    }),
    route({
      method: "POST",
      path: CONTROL.holdWork,
      open: true,
      body: object({ sandbox }),
      handle: async ({ body }) => {
        await sandboxes.requireOpen(body.sandbox);
        context.heldWork.hold(body.sandbox);
        return {};
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

/** @throws HttpError 400 unless exactly one is given. */
function instantOf(now: string | null, advanceMs: number | null, current: Date): Date {
  if (now !== null && advanceMs === null) {
    const date = parseDate(now);
    if (date) return date.instant;
    throw new HttpError(
      400,
      `The clock cannot be set to '${now}'; it takes ISO 8601 such as '2025-03-01T09:00:00Z'`,
    );
  }
  if (now === null && advanceMs !== null) {
    const instant = new Date(current.getTime() + advanceMs);
    if (instant.getTime() >= FIRST && instant.getTime() <= LAST) return instant;
    throw new HttpError(400, "The clock can be moved within the years 2 to 9998");
  }
  throw new HttpError(400, "Either now or advance_ms is needed");
}

function toUnsettled(row: UnsettledRow): UnsettledOperation {
  return {
    bank_id: row.bankId,
    operation_id: row.operationId,
    operation_type: row.operationType,
    status: row.status,
    error_message: row.errorMessage,
    next_retry_at: isoDateOrNull(row.nextRetryAt),
  };
}

/** @param waitedMs how long it was waited for; null when it failed or was put off. */
function describe(row: UnsettledOperation, waitedMs: number | null): string {
  const name = `${row.operation_type} ${row.operation_id} of bank ${row.bank_id}`;
  if (waitedMs !== null) return `${name} is still ${row.status} after ${waitedMs} ms`;
  const fate = row.status === "pending" ? `was put off until ${row.next_retry_at}` : "failed";
  return `${name} ${fate}: ${row.error_message ?? "no reason given"}`;
}
