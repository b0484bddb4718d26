import { isoDate } from "../../engine/iso-date.ts";
import type { OperationDetails, OperationRow } from "../../engine/operations/read.ts";
import { isoDateOrNull } from "../dates.ts";
import { integer, string } from "../validation/scalars.ts";
import { details, progress } from "./answers/operation.ts";
import { stored } from "./stored.ts";

/** What list and status have in common. */
function common(operation: OperationRow) {
  return {
    operation_id: operation.operationId,
    id: operation.operationId,
    operation_type: operation.operationType,
    task_type: operation.operationType,
    status: operation.status,
    mental_model_id: stored(string(), operation.resultMetadata.mental_model_id),
    created_at: isoDate(operation.createdAt),
    updated_at: isoDate(operation.updatedAt),
    error_message: operation.errorMessage,
    retry_count: operation.retryCount,
    next_retry_at: isoDateOrNull(operation.nextRetryAt),
    progress: stored(progress, operation.resultMetadata.progress),
    details: detailsOf(operation),
  };
}

/** What a refresh says that came of it. */
function detailsOf({ operationType, resultMetadata }: OperationRow) {
  const { outcome, failure_reason = null } = resultMetadata;
  return outcome === undefined
    ? null
    : stored(details, { operation_type: operationType, outcome, failure_reason });
}

/** An operation in a list. */
export function toListRow(operation: OperationRow) {
  const { items_count, document_id, original_filename } = operation.resultMetadata;
  return {
    ...common(operation),
    items_count: stored(integer(), items_count) ?? 0,
    document_id: stored(string(), document_id),
    filename: stored(string(), original_filename),
  };
}

/** An operation by itself. @param id as the caller spelt it. */
export function toStatus({ operation, children, payload }: OperationDetails, id: string) {
  return {
    ...common(operation),
    operation_id: id,
    id,
    completed_at: isoDateOrNull(operation.completedAt),
    result_metadata: operation.resultMetadata,
    child_operations: children?.map(toChild) ?? null,
    task_payload: payload,
  };
}

function toChild(child: OperationRow) {
  return {
    operation_id: child.operationId,
    status: child.status,
    sub_batch_index: stored(integer(), child.resultMetadata.sub_batch_index),
    items_count: stored(integer(), child.resultMetadata.items_count),
    error_message: child.errorMessage,
  };
}

/** What is answered for an id that the bank does not know: 200, by contract. */
export function toNotFound(id: string) {
  return {
    operation_id: id,
    id,
    operation_type: null,
    task_type: null,
    status: "not_found" as const,
    mental_model_id: null,
    created_at: null,
    updated_at: null,
    completed_at: null,
    error_message: null,
    retry_count: null,
    next_retry_at: null,
    progress: null,
    result_metadata: null,
    details: null,
    child_operations: null,
    task_payload: null,
  };
}
