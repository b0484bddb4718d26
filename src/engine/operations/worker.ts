import { setTimeout as sleep } from "node:timers/promises";
import { DatabaseBusyError, DatabaseUnavailableError } from "../../store/database.ts";
import { type ClaimedOperation, nextRetryTime } from "../../store/operation-claims.ts";
import { unmovedNow } from "../clock.ts";
import type { EngineContext } from "../context.ts";
import { EngineError } from "../errors.ts";
import { ClaimLostError, type Execute, OperationCancelledError } from "../queue/execution.ts";
import type { SandboxActivity } from "../sandboxes/activity.ts";
import { workFor } from "../work-for.ts";
import { OperationChanges } from "./changes.ts";
import { claimDue, newRotation } from "./claiming.ts";
import { endRun, type RunEnd } from "./end-run.ts";
import { foldAppends } from "./fold.ts";
import { deleteOld, settleStrandedParents, takeBackOperations } from "./housekeeping.ts";
import { describe, outcomeOfError } from "./outcome.ts";
import { type Claim, type RunEnvironment, runClaim } from "./run-claim.ts";
import { Slots } from "./slots.ts";
import { WorkerSession } from "./worker-session.ts";

const RECONNECT_AFTER_MS = 1_000;
const CLAIM_AGAIN_AFTER_MS = 1_000;
/** How often the worker looks whether another server died with operations in its hands. */
const LOOK_FOR_ORPHANS_MS = 10_000;
const DELETE_OLD_MS = 3_600_000;
const MAX_TIMER_MS = 60_000;
/** How often the end of a run is written, and the first pause in between. */
const END_ATTEMPTS = 6;
const END_PAUSE_MS = 100;

interface Run {
  controller: AbortController;
  ended: Promise<void>;
}

/**
 * Claims operations and runs them, several at a time. It is woken by notifications of the database, so that work which
 * another server queued is seen too. A claim belongs to a live database session: when that is lost, what runs is stopped, and
 * a new session takes the rows back.
 */
export class OperationWorker {
  /** Changes of operations, whichever server made them. */
  readonly changes = new OperationChanges();
  readonly #environment: RunEnvironment;
  readonly #context: EngineContext;
  readonly #slots: Slots;
  readonly #running = new Set<Run>();
  readonly #rotation = newRotation();
  /** Ids of sessions that are over. */
  readonly #former: number[] = [];
  #session: WorkerSession | undefined;
  #claims = 0;
  #claiming: Promise<void> | undefined;
  #claimAgain = false;
  /** Under way to a new session. */
  #beginningAgain: Promise<void> | undefined;
  readonly #stopping = new AbortController();
  readonly #timers: { retry?: NodeJS.Timeout; upkeep: NodeJS.Timeout[] } = { upkeep: [] };

  constructor(context: EngineContext, activity: SandboxActivity, execute: Execute) {
    const { maxSlots, consolidationSlots } = context.settings.worker;
    this.#context = context;
    this.#environment = { context, activity, execute };
    this.#slots = new Slots(maxSlots, consolidationSlots);
  }

  /** Takes back what workers left that are gone, and begins to claim, unless this server is to execute nothing. */
  async start(): Promise<void> {
    await this.#begin();
    this.#context.clock.onJump((sandboxId) => {
      this.changes.announce(sandboxId);
      if (!this.#context.settings.worker.enabled) return;
      this.#wake();
      this.#inBackground("deleting what is old", () => deleteOld(this.#context, sandboxId));
    });
    if (!this.#context.settings.worker.enabled) return;
    this.#context.heldWork.onRelease(() => this.#wake());
    this.#every(LOOK_FOR_ORPHANS_MS, "taking back operations", () => takeBackOperations(this.#context, []));
    this.#every(DELETE_OLD_MS, "deleting what is old", () => deleteOld(this.#context));
  }

  /** Stops what runs, waits for its end, and puts its rows back into the queue. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    clearTimeout(this.#timers.retry);
    for (const timer of this.#timers.upkeep) clearInterval(timer);
    await this.#beginningAgain;
    await this.#claiming;
    await this.#stopRuns();
    const claimed = this.#session !== undefined && this.#claims > 0;
    this.#closeSession();
    if (claimed) await takeBackOperations(this.#context, this.#former);
  }

  /** Opens a session; what was claimed in former ones is anybody's. */
  async #begin(): Promise<void> {
    const { database, settings } = this.#context;
    this.#session = await WorkerSession.open(database, {
      change: (sandboxId) => {
        this.changes.announce(sandboxId);
        this.#wake();
      },
      lost: (error) => this.#reconnect(error),
    });
    // What changed before this session began, nobody has heard of.
    this.changes.announceAll();
    if (!settings.worker.enabled) return;
    await takeBackOperations(this.#context, this.#former);
    await settleStrandedParents(this.#context);
    await deleteOld(this.#context);
    this.#wake();
  }

  /** A session and the claims that are made beside it often break together: the first that tells has a new one begun. */
  #reconnect(error: Error): void {
    if (this.#stopped) return;
    this.#context.logger.log("error", "the worker lost its database connection", { error: error.message });
    this.#closeSession();
    this.#beginningAgain ??= this.#beginAgain();
  }

  /** Begins anew until a session stands, also at the end of what has to be done at its beginning. */
  async #beginAgain(): Promise<void> {
    while (!this.#stopped && !this.#session?.isOpen) {
      await Promise.all([this.#stopRuns(), this.#pause(RECONNECT_AFTER_MS)]);
      if (this.#stopped) return;
      await this.#begin().catch((error: Error) => this.#reconnect(error));
    }
    // At once: whatever breaks from here on has it begun again.
    this.#beginningAgain = undefined;
  }

  /** Ends early when the worker stops. */
  async #pause(ms: number): Promise<void> {
    await sleep(ms, undefined, { signal: this.#stopping.signal }).catch(() => {});
  }

  get #stopped(): boolean {
    return this.#stopping.signal.aborted;
  }

  #closeSession(): void {
    if (this.#session) this.#former.push(this.#session.id);
    this.#session?.close();
    this.#session = undefined;
  }

  async #stopRuns(): Promise<void> {
    const runs = [...this.#running];
    for (const { controller } of runs) controller.abort();
    await Promise.all(runs.map(({ ended }) => ended));
  }

  #every(ms: number, what: string, work: () => Promise<void>): void {
    this.#timers.upkeep.push(setInterval(() => this.#inBackground(what, work), ms).unref());
  }

  #inBackground(what: string, work: () => Promise<void>): void {
    if (this.#stopped || !this.#session) return;
    work().catch((error: Error) =>
      this.#context.logger.log("error", `${what} failed`, { error: error.message }),
    );
  }

  /** Claims what is due, now or, when a claim is on its way, once more after it. */
  #wake(): void {
    if (this.#stopped || !this.#session || !this.#context.settings.worker.enabled) return;
    this.#claimAgain = true;
    this.#claiming ??= this.#claimWhileDue()
      .catch((error: Error) => {
        const busy = error instanceof DatabaseBusyError;
        // Whether anything was claimed is not known then.
        if (error instanceof DatabaseUnavailableError && !busy) return this.#reconnect(error);
        this.#context.logger.log("error", "claiming failed", { error: error.message });
        this.#wakeIn(CLAIM_AGAIN_AFTER_MS);
      })
      .finally(() => {
        this.#claiming = undefined;
        // Woken after the last look, before this.
        if (this.#claimAgain) this.#wake();
      });
  }

  #wakeIn(ms: number): void {
    clearTimeout(this.#timers.retry);
    if (!this.#stopped) this.#timers.retry = setTimeout(() => this.#wake(), Math.min(ms, MAX_TIMER_MS));
  }

  async #claimWhileDue(): Promise<void> {
    const { database, clock, testMode, heldWork } = this.#context;
    while (this.#claimAgain && !this.#stopped && this.#session) {
      this.#claimAgain = false;
      const free = this.#slots.free();
      if (free.consolidations === 0) return;
      const session = this.#session;
      const token = `${session.id}.${++this.#claims}`;
      const now = unmovedNow(clock);
      // What a test stores, and what it recalls, must not depend on which of two ends first.
      const claim = { token, now, inTurn: testMode, held: heldWork.list() };
      const claimed = await claimDue(database, claim, free, this.#rotation);
      // Another session takes them back.
      if (this.#session !== session || this.#stopped) return;
      heldWork.begun(claimed);
      for (const operation of claimed) this.#start(operation, token);
      const { others, consolidations } = this.#rotation;
      if (claimed.length > 0 && (others.backlog || consolidations.backlog)) this.#claimAgain = true;
      else await this.#wakeForRetries(now);
    }
  }

  /**
   * Wakes the worker when the next row that was put off is due. A clock that stands still tells when it is moved.
   * @param now as of the last claim: what has come due since then is due at once.
   */
  async #wakeForRetries(now: Date): Promise<void> {
    const { database, testMode } = this.#context;
    if (testMode) return;
    const at = await nextRetryTime(database, now);
    if (at) this.#wakeIn(at.getTime() - now.getTime());
  }

  #start(operation: ClaimedOperation, token: string): void {
    const { clock } = this.#context;
    const controller = new AbortController();
    this.#slots.take(operation.operationType);
    const run: Run = {
      controller,
      ended: workFor(clock, operation, () => this.#run(operation, token, controller.signal)).finally(() => {
        this.#running.delete(run);
        this.#slots.giveBack(operation.operationType);
        this.#wake();
      }),
    };
    this.#running.add(run);
  }

  async #run(operation: ClaimedOperation, token: string, signal: AbortSignal): Promise<void> {
    try {
      const folded = await foldAppends(this.#context, operation, token);
      const claim = { token, operation, folded };
      for (;;) {
        const end = await this.#execute(claim, signal);
        if (!end || (await this.#writeEnd(claim, end, signal))) return;
      }
    } catch (error) {
      // How its rows stand is not known: a new session takes them back.
      if (!signal.aborted) this.#reconnect(error instanceof Error ? error : new Error(String(error)));
    }
  }

  /** @returns how the run ended; undefined when whoever stopped it sees to the row. */
  async #execute(claim: Claim, signal: AbortSignal): Promise<RunEnd | undefined> {
    const { clock, logger, settings } = this.#context;
    const { operation } = claim;
    try {
      const metadata = await runClaim(this.#environment, claim, signal);
      return {
        outcomeOf: (row) => ({ status: "completed", metadata: row === operation ? metadata : {} }),
      };
    } catch (error) {
      const closed = error instanceof EngineError && error.kind === "sandbox_closed";
      if (closed || signal.aborted) return undefined;
      if (error instanceof OperationCancelledError || error instanceof ClaimLostError) return "released";
      logger.log("warning", `an operation failed or was put off`, {
        sandbox: operation.sandboxId || undefined,
        bank: operation.bankId,
        operation: operation.operationId,
        error: describe(error),
      });
      return { outcomeOf: (row) => outcomeOfError(error, row, settings.worker, clock.now()) };
    }
  }

  /** Writes the end of a run, again where the database does not answer. @returns false when the run goes on once more. */
  async #writeEnd(claim: Claim, end: RunEnd, signal: AbortSignal): Promise<boolean> {
    const { clock, settings } = this.#context;
    for (let attempt = 1; ; attempt++) {
      try {
        return await endRun(this.#context, claim, end);
      } catch (error) {
        if (signal.aborted || attempt === END_ATTEMPTS) throw error;
        if (error instanceof DatabaseUnavailableError) await this.#pause(END_PAUSE_MS * 2 ** attempt);
        // It may be the outcome itself that cannot be stored; that it failed always can.
        else
          end = {
            outcomeOf: (row) =>
              outcomeOfError(error, { ...row, retryCount: Infinity }, settings.worker, clock.now()),
          };
      }
    }
  }
}
