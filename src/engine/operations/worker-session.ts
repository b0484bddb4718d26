import { randomInt } from "node:crypto";
import type pg from "pg";
import type { Database } from "../../store/database.ts";
import { OPERATIONS_CHANNEL } from "../../store/operation-queue.ts";
import { lockWorker } from "../../store/operation-recovery.ts";

/**
 * A connection of a worker's own. It hears of every change of the queue, and its advisory lock shows that the worker lives:
 * claims are worth as much as the session that they were made in.
 */
export class WorkerSession {
  /** Names the worker in its claims; another one in every session. */
  readonly id: number;
  readonly #connection: pg.PoolClient;
  #closed = false;

  private constructor(id: number, connection: pg.PoolClient) {
    this.id = id;
    this.#connection = connection;
  }

  /**
   * @param on.change the sandbox whose operations changed.
   * @param on.lost the connection broke; it is told once, and not after `close`.
   */
  static async open(
    database: Database,
    on: { change: (sandboxId: string) => void; lost: (error: Error) => void },
  ): Promise<WorkerSession> {
    const connection = await database.connect();
    const session = new WorkerSession(randomInt(1, 2 ** 31 - 1), connection);
    const lost = (error: Error) => {
      if (session.#closed) return;
      session.close();
      on.lost(error);
    };
    connection.on("error", lost);
    connection.on("end", () => lost(new Error("The connection ended")));
    connection.on("notification", ({ payload }) => on.change(payload ?? ""));
    try {
      await connection.query(`LISTEN ${OPERATIONS_CHANNEL}`);
      if (!(await lockWorker(connection, session.id))) throw new Error(`Worker ${session.id} exists already`);
    } catch (error) {
      session.close();
      throw error;
    }
    return session;
  }

  get isOpen(): boolean {
    return !this.#closed;
  }

  /** Ends the session: its claims are anybody's from now on. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#connection.release(true);
  }
}
