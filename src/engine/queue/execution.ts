import type { Queryable } from "../../store/database.ts";
import type { ClaimedOperation } from "../../store/operation-claims.ts";

/** What the execution of an operation can tell and ask while it goes on. */
export interface OperationRun {
  /** Aborts when the run has no right to go on: the server stops, its claim is lost, its time is up, its sandbox is closed. */
  signal: AbortSignal;
  /** Other operations on the same thing whose work this run takes along; they get the same outcome. */
  folded: readonly ClaimedOperation[];
  /**
   * Merges keys into the operation's result_metadata at once, in place of what they held.
   *
   * @param tx the transaction that stores what is told of: it then commits only while the operation is still this run's.
   * @throws ClaimLostError when another run has it.
   */
  note(metadata: Record<string, unknown>, tx?: Queryable): Promise<void>;
  /** A point at which a cancelled operation ends. @throws OperationCancelledError, ClaimLostError */
  checkpoint(): Promise<void>;
}

/** Executes a claimed operation. @returns what is merged into its result_metadata in the end. */
export type Execute = (operation: ClaimedOperation, run: OperationRun) => Promise<Record<string, unknown>>;

/** The operation was cancelled: its row says so already. */
export class OperationCancelledError extends Error {
  constructor(operationId: string) {
    super(`Operation ${operationId} was cancelled`);
    this.name = "OperationCancelledError";
  }
}

/** Another run has the operation now, or it waits for one: this one may store nothing more. */
export class ClaimLostError extends Error {
  constructor(operationId: string) {
    super(`Operation ${operationId} is no longer this run's`);
    this.name = "ClaimLostError";
  }
}
