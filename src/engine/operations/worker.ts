import { randomInt } from "node:crypto";
import type pg from "pg";
import {
  announceOperations,
  type ClaimedOperation,
  claimOperations,
  nextRetryTime,
  OPERATIONS_CHANNEL,
  type RunOutcome,
  takeRunAgain,
  writeOutcome,
} from "../../store/operation-queue.ts";
import { lockWorker, recoverOperations } from "../../store/operation-recovery.ts";
import { lockOperation } from "../../store/operations.ts";
import type { EngineContext } from "../context.ts";
import type { SandboxActivity } from "../sandboxes/activity.ts";
import { OperationChanges } from "./changes.ts";
import type { Execute } from "./execution.ts";
import { MAX_RETRIES, outcomeOfError } from "./outcome.ts";
import { settleParent } from "./parents.ts";

const SLOTS = 8;
const RECONNECT_AFTER_MS = 1_000;
const MAX_TIMER_MS = 60_000;

interface Run {
  controller: AbortController;
  ended: Promise<void>;
}

/**
 * Claims operations and runs them, several at a time. It is woken by notifications of the database, so that work which
 * another server queued is seen too. A claim belongs to a live database session: the worker holds an advisory lock on its
 * connection, and the rows of a worker whose lock is free are taken back.
 */
export class OperationWorker {
  /** Changes of operations, whichever server made them. */
  readonly changes = new OperationChanges();
  readonly #context: EngineContext;
  readonly #activity: SandboxActivity;
  readonly #execute: Execute;
  readonly #id = randomInt(1, 2 ** 31 - 1);
  readonly #running = new Map<string, Run>();
  #connection: pg.PoolClient | undefined;
  #claims = 0;
  #claiming: Promise<void> | undefined;
  #claimAgain = false;
  #stopped = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(context: EngineContext, activity: SandboxActivity, execute: Execute) {
    this.#context = context;
    this.#activity = activity;
    this.#execute = execute;
  }

  /** Takes back what a worker left that is gone, and begins to claim. */
  async start(): Promise<void> {
    await this.#connect();
    await this.#recover();
    this.#wake();
  }

  /** Asks a run to end; its row already says why. */
  cancel(bankKey: string, operationId: string): void {
    this.#running.get(`${bankKey}/${operationId}`)?.controller.abort();
  }

  /** Aborts what runs, waits for its end, and puts its rows back into the queue. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#claiming;
    const runs = [...this.#running.values()];
    for (const { controller } of runs) controller.abort();
    await Promise.all(runs.map(({ ended }) => ended));
    this.#connection?.release(true);
    this.#connection = undefined;
    if (runs.length > 0) await this.#recover();
  }

  async #connect(): Promise<void> {
    const connection = await this.#context.database.pool.connect();
    connection.on("notification", ({ payload }) => {
      this.changes.announce(payload ?? "");
      this.#wake();
    });
    connection.on("error", (error) => this.#reconnect(error));
    await connection.query(`LISTEN ${OPERATIONS_CHANNEL}`);
    if (!(await lockWorker(connection, this.#id))) {
      connection.release(true);
      throw new Error(`Another worker holds the lock of worker ${this.#id}`);
    }
    this.#connection = connection;
  }

  /** Without its connection the worker has lost its claims: it stops what runs, and begins anew. */
  #reconnect(error: Error): void {
    if (this.#stopped) return;
    this.#context.logger.log("error", "the worker lost its database connection", { error: error.message });
    this.#connection?.release(true);
    this.#connection = undefined;
    for (const { controller } of this.#running.values()) controller.abort();
    this.#timer = setTimeout(() => {
      Promise.all([...this.#running.values()].map(({ ended }) => ended))
        .then(() => this.start())
        .then(() => this.changes.announceAll())
        .catch((again: Error) => this.#reconnect(again));
    }, RECONNECT_AFTER_MS);
  }

  async #recover(): Promise<void> {
    const { database, clock, logger } = this.#context;
    const recovered = await database.transaction(async (tx) => {
      const rows = await recoverOperations(tx, this.#id, MAX_RETRIES, clock.now());
      for (const row of rows) {
        if (row.status === "failed" && row.parentId) {
          await settleParent(tx, row.bankKey, row.parentId, clock.now());
        }
        await announceOperations(tx, row.sandboxId);
      }
      return rows;
    });
    if (recovered.length > 0) logger.log("info", "took back operations", { count: recovered.length });
  }

  /** Claims what is due, now or, when a claim is on its way, once more after it. */
  #wake(): void {
    if (this.#stopped || !this.#connection) return;
    this.#claimAgain = true;
    this.#claiming ??= this.#claimWhileDue()
      .catch((error: Error) => this.#context.logger.log("error", "claiming failed", { error: error.message }))
      .finally(() => {
        this.#claiming = undefined;
        // Woken after the last look, before this.
        if (this.#claimAgain) this.#wake();
      });
  }

  async #claimWhileDue(): Promise<void> {
    const { database, clock } = this.#context;
    while (this.#claimAgain && !this.#stopped) {
      this.#claimAgain = false;
      const limit = SLOTS - this.#running.size;
      if (limit === 0) return;
      const token = `${this.#id}.${++this.#claims}`;
      const claimed = await claimOperations(database, { token, now: clock.now(), limit });
      for (const operation of claimed) this.#start(operation, token);
      if (claimed.length === 0) await this.#scheduleRetries();
    }
  }

  /** Wakes the worker when the next row that was put off is due. A clock that stands still never gets there. */
  async #scheduleRetries(): Promise<void> {
    if (this.#context.testMode) return;
    const at = await nextRetryTime(this.#context.database);
    clearTimeout(this.#timer);
    if (!at || this.#stopped) return;
    const delay = Math.max(0, at.getTime() - this.#context.clock.now().getTime());
    this.#timer = setTimeout(() => this.#wake(), Math.min(delay, MAX_TIMER_MS));
  }

  #start(operation: ClaimedOperation, token: string): void {
    const key = `${operation.bankKey}/${operation.operationId}`;
    const controller = new AbortController();
    const ended = this.#run(operation, token, controller.signal).finally(() => {
      if (this.#running.get(key)?.controller === controller) this.#running.delete(key);
      this.#wake();
    });
    this.#running.set(key, { controller, ended });
  }

  async #run(operation: ClaimedOperation, token: string, signal: AbortSignal): Promise<void> {
    const { clock, logger } = this.#context;
    const named = {
      sandbox: operation.sandboxId || undefined,
      bank: operation.bankId,
      operation: operation.operationId,
    };
    let stop = signal;
    let outcome: RunOutcome;
    try {
      const metadata = await this.#activity.run(operation.sandboxId, signal, (either) => {
        stop = either;
        return this.#execute(operation, either);
      });
      outcome = { status: "completed", metadata };
    } catch (error) {
      // Cancelled, handed back because the server stops, or its sandbox is closed: whoever aborted sees to the row.
      if (stop.aborted) return;
      outcome = outcomeOfError(error, operation.retryCount, clock.now());
      const message = outcome.status === "failed" ? "an operation failed" : "an operation was put off";
      logger.log("warning", message, {
        ...named,
        error: outcome.status !== "completed" && outcome.errorMessage,
      });
    }
    try {
      // The outcome may itself be what cannot be stored; that it failed always can, so that nobody waits for it for ever.
      const ended = await this.#writeEnd(operation, token, outcome).catch((error: unknown) =>
        this.#writeEnd(operation, token, outcomeOfError(error, MAX_RETRIES, clock.now())),
      );
      if (!ended) await this.#run(operation, token, signal);
    } catch (error) {
      logger.log("error", "the end of an operation could not be written", { ...named, error: String(error) });
    }
  }

  /** @returns false when the row runs once more instead, because work joined it meanwhile. */
  async #writeEnd(operation: ClaimedOperation, token: string, outcome: RunOutcome): Promise<boolean> {
    const { bankKey, operationId, parentId, sandboxId } = operation;
    const now = this.#context.clock.now();
    return this.#context.database.transaction(async (tx) => {
      if (await takeRunAgain(tx, { bankKey, operationId, token })) return false;
      // Parents are locked before their children everywhere, so that no two transactions wait for each other.
      if (parentId) await lockOperation(tx, bankKey, parentId);
      const status = await writeOutcome(tx, { bankKey, operationId, token }, outcome, now);
      if (status !== undefined && status !== "pending" && parentId) {
        await settleParent(tx, bankKey, parentId, now);
      }
      await announceOperations(tx, sandboxId);
      return true;
    });
  }
}
