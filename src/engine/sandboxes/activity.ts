import { SandboxNotOpenError } from "../../store/sandboxes.ts";
import { EngineError } from "../errors.ts";

interface Running {
  controller: AbortController;
  ended: Promise<unknown>;
}

export function sandboxClosed(sandboxId: string): EngineError {
  return new EngineError(
    "sandbox_closed",
    `Sandbox '${sandboxId}' is closed: the test that it belonged to has ended. Await all work in the test.`,
  );
}

/** Knows what runs in which sandbox, so that a sandbox that is closed can stop it and wait for its end. */
export class SandboxActivity {
  readonly #running = new Map<string, Set<Running>>();
  readonly #closed = new Set<string>();

  /**
   * Runs `work` with a signal that aborts with `signal`, or when the sandbox is closed.
   * @throws EngineError `sandbox_closed` when it already is.
   */
  async run<T>(
    sandboxId: string,
    signal: AbortSignal,
    work: (signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    if (this.#closed.has(sandboxId)) throw sandboxClosed(sandboxId);
    const controller = new AbortController();
    const running = this.#running.get(sandboxId) ?? new Set();
    this.#running.set(sandboxId, running);
    const result = work(AbortSignal.any([signal, controller.signal]));
    const entry = { controller, ended: result.catch(() => {}) };
    running.add(entry);
    try {
      return await result;
    } catch (error) {
      throw error instanceof SandboxNotOpenError ? sandboxClosed(sandboxId) : error;
    } finally {
      running.delete(entry);
      if (running.size === 0) this.#running.delete(sandboxId);
    }
  }

  /** Lets nothing run in the sandbox any more; resolves when what ran has ended. */
  async close(sandboxId: string): Promise<void> {
    this.#closed.add(sandboxId);
    await this.stop(sandboxId);
  }

  /** Aborts what runs in the sandbox; resolves when it has ended. */
  async stop(sandboxId: string): Promise<void> {
    const running = [...(this.#running.get(sandboxId) ?? [])];
    for (const { controller } of running) controller.abort(sandboxClosed(sandboxId));
    await Promise.all(running.map(({ ended }) => ended));
  }
}
