import {
  closeSandboxes,
  deleteBanksOf,
  insertSandboxes,
  type RemovedBank,
  sandboxState,
  setSandboxClock,
} from "../../store/sandboxes.ts";
import type { EngineContext } from "../context.ts";
import { EngineError } from "../errors.ts";
import { newIdSeed } from "../ids.ts";
import { type SandboxActivity, sandboxClosed } from "./activity.ts";
import { testClock } from "./test-clocks.ts";

/** The sandboxes of a server in test mode. */
export class TestSandboxes {
  readonly #context: EngineContext;
  readonly #activity: SandboxActivity;

  constructor(context: EngineContext, activity: SandboxActivity) {
    this.#context = context;
    this.#activity = activity;
  }

  /** @throws EngineError `not_found` for a sandbox that never was, `sandbox_closed` */
  async requireOpen(sandboxId: string): Promise<void> {
    const state = await sandboxState(this.#context.database, sandboxId);
    if (state === "closed") throw sandboxClosed(sandboxId);
    if (state === "unknown") throw new EngineError("not_found", `Sandbox '${sandboxId}' not found`);
  }

  /** Makes sandboxes, each with one bank. @returns their ids. */
  make(count: number, bankId: string): Promise<string[]> {
    const { database, clock } = this.#context;
    return insertSandboxes(database, count, {
      bankId,
      idSeed: newIdSeed(this.#context, bankId),
      now: clock.now(),
    });
  }

  /**
   * Ends a sandbox and its forks: what runs in them is stopped, their banks are deleted, and nothing is written to them any
   * more.
   * @throws EngineError `not_found`
   */
  async close(sandboxId: string): Promise<void> {
    const closed = await closeSandboxes(this.#context.database, sandboxId);
    if (closed.length === 0) throw new EngineError("not_found", `Sandbox '${sandboxId}' not found`);
    for (const id of closed) {
      await this.#activity.close(id);
      await deleteBanksOf(this.#context.database, id);
      testClock(this.#context).forget(id);
      this.#context.languageModels.forget(id);
      this.#context.heldWork.forget(id);
    }
  }

  /** Empties the default sandbox, which stays open, and sets its clock and its model back. @returns what was in it. */
  async emptyDefault(): Promise<RemovedBank[]> {
    await this.#activity.stop("");
    await setSandboxClock(this.#context.database, "", null);
    testClock(this.#context).forget("");
    this.#context.languageModels.forget("");
    return deleteBanksOf(this.#context.database, "");
  }
}
