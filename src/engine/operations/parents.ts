import type { Queryable } from "../../store/database.ts";
import { setStatus } from "../../store/operation-queue.ts";
import { hasOpenChild, listChildren, lockOperation, type OperationRow } from "../../store/operations.ts";

/** How many errors of the children a parent shows. */
const SAMPLE_SIZE = 5;

export function isParent(operation: OperationRow): boolean {
  return operation.resultMetadata.is_parent === true;
}

/**
 * Gives a parent the outcome of its children once all of them have ended: failed before cancelled before completed. A
 * parent that was cancelled stays so. Call in the transaction that wrote a child's end.
 */
export async function settleParent(
  tx: Queryable,
  bankKey: string,
  parentId: string,
  now: Date,
): Promise<void> {
  const parent = await lockOperation(tx, bankKey, parentId);
  if (!parent || parent.status === "cancelled") return;
  if (await hasOpenChild(tx, bankKey, parentId)) return;
  const children = await listChildren(tx, bankKey, parentId);
  if (children.some((child) => child.status === "failed")) {
    const failure = { status: "failed", errorMessage: commonestError(children) } as const;
    await setStatus(tx, bankKey, parent, failure, now);
  } else if (children.some((child) => child.status === "cancelled")) {
    await setStatus(tx, bankKey, parent, { status: "cancelled" }, now);
  } else {
    const metadata = sums(children);
    await setStatus(tx, bankKey, parent, { status: "completed", completedAt: now, metadata }, now);
  }
}

/** Fails a parent that waits and has no child at all: nothing can end it any more. */
export async function failStrandedParent(
  tx: Queryable,
  bankKey: string,
  parentId: string,
  now: Date,
): Promise<void> {
  const parent = await lockOperation(tx, bankKey, parentId);
  if (parent?.status !== "pending" || (await listChildren(tx, bankKey, parentId)).length > 0) return;
  const change = { status: "failed", errorMessage: "RuntimeError: no sub-batch is left" } as const;
  await setStatus(tx, bankKey, parent, change, now);
}

function commonestError(children: readonly OperationRow[]): string | undefined {
  const counts = new Map<string, number>();
  for (const { errorMessage } of children) {
    if (errorMessage) counts.set(errorMessage, (counts.get(errorMessage) ?? 0) + 1);
  }
  const [commonest] = [...counts].sort(([, a], [, b]) => b - a);
  return commonest?.[0];
}

function sums(children: readonly OperationRow[]): Record<string, unknown> {
  const sum = (key: string) =>
    children.reduce((total, child) => total + Number(child.resultMetadata[key] ?? 0), 0);
  const sample = children
    .flatMap(({ resultMetadata }) => resultMetadata.extraction_errors_sample ?? [])
    .slice(0, SAMPLE_SIZE);
  return {
    unit_ids_count: sum("unit_ids_count"),
    extraction_errors_count: sum("extraction_errors_count"),
    ...(sample.length > 0 && { extraction_errors_sample: sample }),
  };
}
