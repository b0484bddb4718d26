import {
  closeSandbox,
  deleteBanksOf,
  insertSandboxes,
  type RemovedBank,
  sandboxState,
} from "../../store/sandboxes.ts";
import type { EngineContext } from "../context.ts";
import { EngineError } from "../errors.ts";
import { newIdSeed } from "../ids.ts";
import { type SandboxActivity, sandboxClosed } from "./activity.ts";

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
    const { database, clock, testMode } = this.#context;
    return insertSandboxes(database, count, {
      bankId,
      idSeed: newIdSeed(bankId, testMode),
      now: clock.now(),
    });
  }

  /**
   * Ends a sandbox: what runs in it is stopped, its banks are deleted, and nothing is written to it any more.
   * @throws EngineError `not_found`
   */
  async close(sandboxId: string): Promise<void> {
    if (!(await closeSandbox(this.#context.database, sandboxId))) {
      throw new EngineError("not_found", `Sandbox '${sandboxId}' not found`);
    }
    await this.#activity.close(sandboxId);
    await deleteBanksOf(this.#context.database, sandboxId);
  }

  /** Empties the default sandbox, which stays open. @returns what was in it. */
  async emptyDefault(): Promise<RemovedBank[]> {
    await this.#activity.stop("");
    return deleteBanksOf(this.#context.database, "");
  }
}
