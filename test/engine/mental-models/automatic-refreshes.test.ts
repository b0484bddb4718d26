import { describe, expect, test } from "vitest";
import { ensureBank } from "../../../src/engine/banks/banks.ts";
import { FixedClock } from "../../../src/engine/clock.ts";
import {
  refreshAfterConsolidation,
  refreshScheduled,
} from "../../../src/engine/mental-models/automatic-refreshes.ts";
import { createMentalModel, requestRefresh } from "../../../src/engine/mental-models/mental-models.ts";
import { keepMinInterval } from "../../../src/engine/mental-models/min-interval.ts";
import { DEFAULT_TRIGGER, type MentalModelTrigger } from "../../../src/engine/mental-models/trigger.ts";
import { listOperations, readOperation } from "../../../src/engine/operations/read.ts";
import { waitUntilSettled } from "../../../src/engine/operations/settle.ts";
import { OperationWorker } from "../../../src/engine/operations/worker.ts";
import { SandboxActivity } from "../../../src/engine/sandboxes/activity.ts";
import { setClock } from "../../../src/engine/sandboxes/test-clocks.ts";
import { createChatModel } from "../../support/chat-model.ts";
import { createTestDatabase } from "../../support/database.ts";
import { engineContext } from "../../support/engine-context.ts";
import { seedMemories } from "../../support/memories.ts";

const ADDRESS = { sandboxId: "", bankId: "b" };
const NEVER = new AbortController().signal;
const START = new Date("2025-01-01T00:00:00Z");
const at = (hours: number) => new Date(START.getTime() + hours * 3_600_000);

/** A bank whose refreshes nobody runs, until the test says that they are done. */
async function setUp(environment: Record<string, string> = {}) {
  const { database } = await createTestDatabase();
  const clock = new FixedClock(START.toISOString());
  const llm = createChatModel({ provider: "offline" }, { attribute: false });
  const context = engineContext(database, { llm, clock }, environment);
  const bank = await ensureBank(context, ADDRESS);
  const consolidated = (tags: string[]) =>
    database.transaction((tx) => refreshAfterConsolidation(context, tx, bank, tags));
  const list = async (status: string | null = null) => {
    const filter = { status, type: "refresh_mental_model", excludeParents: false, limit: 100, offset: 0 };
    return (await listOperations(context, ADDRESS, filter)).operations;
  };
  const waiting = async () =>
    (await list("pending")).map(({ resultMetadata }) => resultMetadata.mental_model_id).sort();
  /** As if all refreshes had been run now. */
  const finish = async (kind: "full" | "delta" = "full") => {
    await database.query("UPDATE operations SET status = 'completed'");
    await database.query(
      `UPDATE mental_models m SET seen_revision = revision, last_refreshed_at = $1,
         last_full_refreshed_at = CASE WHEN $2 THEN $1 ELSE last_full_refreshed_at END
       FROM banks b WHERE b.bank_key = m.bank_key`,
      [clock.now(), kind === "full"],
    );
  };
  const make = async (id: string, trigger: Partial<MentalModelTrigger>, tags: string[] = []) => {
    const model = { id, name: id, sourceQuery: "?", tags, maxTokens: 2048 };
    await createMentalModel(context, ADDRESS, { ...model, trigger: { ...DEFAULT_TRIGGER, ...trigger } });
    await finish();
  };
  const write = (text: string, tags: string[] = []) => seedMemories(database, "b", [{ text, tags }]);
  return { context, database, clock, consolidated, list, waiting, finish, make, write };
}

describe("after a consolidation", () => {
  test("models that follow it and have something new in their tags are refreshed", async () => {
    const { consolidated, make, write, waiting } = await setUp();
    const follow = { refresh_after_consolidation: true };
    await make("all", follow);
    await make("red", follow, ["red"]);
    await make("blue", follow, ["blue"]);
    await make("groups", { ...follow, tag_groups: [{ not: { tags: ["red"], match: "any_strict" } }] }, ["x"]);
    await make("idle", {});
    await consolidated(["red"]);
    expect(await waiting()).toEqual([]);
    await write("Wine is red.", ["red"]);
    await consolidated(["red"]);
    expect(await waiting()).toEqual(["all", "red"]);
    await write("It rains.");
    await consolidated([]);
    expect(await waiting()).toEqual(["all", "groups", "red"]);
  });

  test("joins a refresh that waits or runs, and leaves alone what failed the last time", async () => {
    const { context, database, consolidated, make, write, list } = await setUp();
    await make("m", { refresh_after_consolidation: true });
    await write("It rains.");
    await consolidated([]);
    await consolidated([]);
    await database.query("UPDATE operations SET status = 'processing' WHERE status = 'pending'");
    await consolidated([]);
    expect(await list("pending")).toEqual([]);
    // What somebody asks for does not join one that may have read before.
    await requestRefresh(context, ADDRESS, "m", undefined);
    expect(await list("pending")).toHaveLength(1);
    await database.query("UPDATE operations SET status = 'failed'");
    await database.query("UPDATE mental_models SET last_refresh_failed_at = last_refreshed_at");
    await consolidated([]);
    expect(await list("pending")).toEqual([]);
  });
});

describe("by a schedule", () => {
  test("a model is refreshed when its time has come and there is something new", async () => {
    const { context, make, write, waiting, finish } = await setUp();
    await make("three", { refresh_cron: "0 3 * * *" });
    await make("noon", { refresh_cron: "0 12 * * *" });
    await setClock(context, "", at(4));
    expect(await waiting()).toEqual([]);
    await write("It rains.");
    await refreshScheduled(context, null);
    expect(await waiting()).toEqual(["three"]);
    await refreshScheduled(context, null);
    expect(await waiting()).toEqual(["three"]);
    await finish();
    await write("It pours.");
    await setClock(context, "", at(11));
    expect(await waiting()).toEqual([]);
    await setClock(context, "", at(12));
    expect(await waiting()).toEqual(["noon"]);
  });

  test("a full refresh follows others, also where nothing is new, and makes one that waits a full one", async () => {
    const { context, clock, make, list, finish } = await setUp();
    await make("m", { full_refresh_cron: "0 3 * * *" });
    await setClock(context, "", at(4));
    expect(await list("pending")).toEqual([]);
    await finish("full");
    await setClock(context, "", at(26));
    await finish("delta");
    await refreshScheduled(context, null);
    expect(await list("pending")).toEqual([]);
    await setClock(context, "", at(27));
    const [queued] = await list("pending");
    const found = await readOperation(context, ADDRESS, queued?.operationId ?? "", { withPayload: true });
    expect(found?.payload).toMatchObject({ _automatic: true, _mode: "full", mental_model_id: "m" });
    await finish("full");
    clock.set("", at(100));
    await refreshScheduled(context, "");
    expect(await list("pending")).toEqual([]);
  });

  test("a clock moves its own sandbox only", async () => {
    const { context, make, write, waiting } = await setUp();
    await make("m", { refresh_cron: "0 3 * * *" });
    await write("It rains.");
    await context.database.query("INSERT INTO sandboxes (sandbox_id) VALUES ('7')");
    await setClock(context, "7", at(4));
    expect(await waiting()).toEqual([]);
  });
});

describe("the interval between refreshes", () => {
  test("puts off what nobody asked for; whoever asks, has it at once", async () => {
    const { context, consolidated, make, write, list } = await setUp({
      HINDSIGHT_API_MENTAL_MODEL_MIN_REFRESH_INTERVAL_SECONDS: "3600",
    });
    const ran: string[] = [];
    const worker = new OperationWorker(context, new SandboxActivity(), async (operation) => {
      await keepMinInterval(context, operation);
      ran.push(String(operation.taskPayload.mental_model_id));
      return {};
    });
    await make("hourly", { refresh_after_consolidation: true });
    await make("free", { refresh_after_consolidation: true, min_refresh_interval_seconds: 0 });
    await write("It rains.");
    await consolidated([]);
    const settle = () =>
      waitUntilSettled(context, worker.changes, { sandboxId: "" }, { signal: NEVER, timeoutMs: 10_000 });
    await worker.start();
    try {
      expect(await settle()).toMatchObject({ outcome: "unsuccessful", operations: [{ nextRetryAt: at(1) }] });
      expect(ran).toEqual(["free"]);
      const [parked] = await list("pending");
      expect(parked).toMatchObject({ nextRetryAt: at(1), retryCount: 0, errorMessage: null });
      await setClock(context, "", at(0.5));
      expect(await requestRefresh(context, ADDRESS, "hourly", "full")).toBe(parked?.operationId);
      expect(await settle()).toEqual({ outcome: "settled" });
      expect(ran).toEqual(["free", "hourly"]);
    } finally {
      await worker.stop();
    }
  });
});
