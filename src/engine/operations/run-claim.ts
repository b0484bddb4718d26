import type { Queryable } from "../../store/database.ts";
import type { ClaimedOperation } from "../../store/operation-claims.ts";
import { claimState, noteMetadata } from "../../store/operation-queue.ts";
import type { EngineContext } from "../context.ts";
import {
  ClaimLostError,
  type Execute,
  OperationCancelledError,
  type OperationRun,
} from "../queue/execution.ts";
import type { SandboxActivity } from "../sandboxes/activity.ts";
import { TimeUpError } from "./outcome.ts";

/** What a claim's run needs of its worker. */
export interface RunEnvironment {
  context: EngineContext;
  activity: SandboxActivity;
  execute: Execute;
}

/** Rows that one run executes. */
export interface Claim {
  token: string;
  operation: ClaimedOperation;
  /** Others whose work it takes along. */
  folded: readonly ClaimedOperation[];
}

/**
 * Executes a claimed operation within the time that its type may take. When that is up the run counts as ended, whatever
 * still goes on of it: it can store nothing more.
 * @returns what its result_metadata says of it.
 */
export async function runClaim(
  { context, activity, execute }: RunEnvironment,
  { operation, folded, token }: Claim,
  signal: AbortSignal,
): Promise<Record<string, unknown>> {
  const { database, clock } = context;
  const { bankKey, operationId, sandboxId } = operation;
  const claimed = { bankKey, operationId, token };
  const limit = new TimeLimit(context, operation.operationType);
  try {
    return await activity.run(sandboxId, AbortSignal.any([signal, limit.signal]), (either) => {
      const run: OperationRun = {
        signal: either,
        folded,
        async note(metadata, tx: Queryable = database) {
          limit.progressed();
          const held = await noteMetadata(tx, claimed, metadata, clock.now());
          if (!held) throw new ClaimLostError(operationId);
        },
        async checkpoint() {
          either.throwIfAborted();
          const state = await claimState(database, claimed);
          if (state === "lost") throw new ClaimLostError(operationId);
          if (state === "cancelled") throw new OperationCancelledError(operationId);
        },
      };
      return Promise.race([execute(operation, run), limit.reached]);
    });
  } finally {
    limit.clear();
  }
}

/** How long a run may go on, in real time: in all, or for a consolidation since it last got further. */
class TimeLimit {
  /** Rejects when the time is up. */
  readonly reached: Promise<never>;
  readonly #controller = new AbortController();
  readonly #restarts: boolean;
  #timer: NodeJS.Timeout | undefined;

  constructor({ settings: { worker } }: EngineContext, operationType: string) {
    this.#restarts = operationType === "consolidation";
    const limitMs = operationType === "retain" ? worker.retainTimeoutMs : worker.consolidationTimeoutMs;
    const limited = operationType === "retain" || this.#restarts;
    this.reached = new Promise((_, reject) => {
      if (!limited) return;
      this.#timer = setTimeout(() => {
        const error = new TimeUpError(operationType, limitMs);
        reject(error);
        this.#controller.abort(error);
      }, limitMs);
    });
    this.reached.catch(() => {});
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  progressed(): void {
    if (this.#restarts) this.#timer?.refresh();
  }

  clear(): void {
    clearTimeout(this.#timer);
  }
}
