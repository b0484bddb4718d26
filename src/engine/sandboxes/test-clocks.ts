import { listSandboxClocks, setSandboxClock } from "../../store/sandboxes.ts";
import { FixedClock } from "../clock.ts";
import type { EngineContext } from "../context.ts";
import { EngineError } from "../errors.ts";
import { refreshScheduled } from "../mental-models/automatic-refreshes.ts";

/** What Postgres and ISO 8601 with four digits of a year can both tell. */
const FIRST = Date.parse("0001-01-01T00:00:00Z");
const LAST = Date.parse("9999-12-31T23:59:59.999Z");

/** A sandbox's "now". */
export function readClock({ clock }: EngineContext, sandboxId: string): Date {
  return clock.within(sandboxId, () => clock.now());
}

/**
 * Moves a sandbox's clock. What became due runs at once.
 * @param bySpan whether the test named a span of time, and not the instant.
 * @throws EngineError `invalid_value` outside of the years 1 to 9999.
 */
export async function setClock(
  context: EngineContext,
  sandboxId: string,
  now: Date,
  bySpan = false,
): Promise<Date> {
  const ms = now.getTime();
  if (!(ms >= FIRST && ms <= LAST)) {
    throw new EngineError("invalid_value", "The clock can be set from the year 1 to the year 9999");
  }
  await setSandboxClock(context.database, sandboxId, now);
  testClock(context).set(sandboxId, now, bySpan);
  // Before the caller waits for what became due.
  await refreshScheduled(context, sandboxId);
  return now;
}

/** Takes up the clocks as they stood when the server ended; how they got there is forgotten. */
export async function restoreClocks(context: EngineContext): Promise<void> {
  const clock = testClock(context);
  for (const row of await listSandboxClocks(context.database)) clock.set(row.sandboxId, row.clock);
}

/** The clock of a server in test mode. */
export function testClock({ clock }: EngineContext): FixedClock {
  if (clock instanceof FixedClock) return clock;
  throw new Error("The clock of this server is not a test's");
}
