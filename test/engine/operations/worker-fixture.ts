import { onTestFinished } from "vitest";
import type { EngineContext } from "../../../src/engine/context.ts";
import { readOperation } from "../../../src/engine/operations/read.ts";
import { waitUntilSettled } from "../../../src/engine/operations/settle.ts";
import { submitRetain } from "../../../src/engine/operations/submit-retain.ts";
import { OperationWorker } from "../../../src/engine/operations/worker.ts";
import type { Execute } from "../../../src/engine/queue/execution.ts";
import { SandboxActivity } from "../../../src/engine/sandboxes/activity.ts";
import type { RetainItem } from "../../../src/engine/types.ts";
import type { ClaimedOperation } from "../../../src/store/operation-claims.ts";
import { createTestDatabase } from "../../support/database.ts";
import { engineContext } from "../../support/engine-context.ts";

export const ADDRESS = { sandboxId: "", bankId: "b" };

/** A run that goes on until the test says otherwise. */
class Gate {
  readonly started: string[] = [];
  readonly #waiting: { name: string; open: () => void; fail: (error: Error) => void }[] = [];
  #onStart = () => {};

  readonly execute: Execute = (operation: ClaimedOperation, { signal }) =>
    new Promise((resolve, reject) => {
      const contents = operation.taskPayload.contents as { content: string }[] | undefined;
      const name = contents?.[0]?.content ?? `${operation.operationType} of ${operation.bankId}`;
      this.started.push(name);
      this.#waiting.push({ name, open: () => resolve({ ran: name }), fail: reject });
      signal.addEventListener("abort", () => reject(signal.reason));
      this.#onStart();
    });

  /** Resolves when `count` runs have started. */
  async running(count: number): Promise<void> {
    while (this.started.length < count) {
      await new Promise<void>((resolve) => {
        this.#onStart = resolve;
      });
    }
  }

  finish(name: string, error?: Error): void {
    const index = this.#waiting.findIndex((run) => run.name === name);
    const [run] = this.#waiting.splice(index, 1);
    if (error) run?.fail(error);
    else run?.open();
  }
}

/** An engine without a worker, and workers whose runs the test ends. @param environment upstream's variables. */
export async function setUp(changes: Partial<EngineContext> = {}, environment: Record<string, string> = {}) {
  const { database } = await createTestDatabase();
  // In test mode a bank's work is done in turn.
  const context = engineContext(database, { testMode: false, ...changes }, environment);
  const gate = new Gate();
  const startWorker = async (execute: Execute = gate.execute) => {
    const worker = new OperationWorker(context, new SandboxActivity(), execute);
    await worker.start();
    onTestFinished(() => worker.stop());
    return worker;
  };
  return { context, gate, startWorker };
}

export function item(content: string, documentId?: string, more: Partial<RetainItem> = {}): RetainItem {
  return {
    content,
    timestamp: { kind: "absent" },
    resolveEntities: true,
    tags: [],
    updateMode: "replace",
    ...(documentId !== undefined && { documentId }),
    ...more,
  };
}

export async function submit(context: EngineContext, content: string, documentId?: string): Promise<string> {
  const { operationIds } = await submitRetain(context, ADDRESS, [item(content, documentId)]);
  return operationIds[0] ?? "";
}

export async function childOf(context: EngineContext, parentId: string) {
  const found = await readOperation(context, ADDRESS, parentId);
  const child = found?.children?.[0];
  if (!child) throw new Error("no child");
  return child;
}

/** What failed or was put off, when nothing else is left to do. */
export async function settled(context: EngineContext, worker: OperationWorker) {
  const options = { signal: new AbortController().signal, timeoutMs: 10_000 };
  const settling = await waitUntilSettled(context, worker.changes, { sandboxId: "" }, options);
  if (settling.outcome === "open") throw new Error(`open: ${JSON.stringify(settling.operations)}`);
  return settling.outcome === "settled" ? [] : settling.operations;
}
