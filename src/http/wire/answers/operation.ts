import { dict, list, object, orNull, withDefault } from "../../validation/composites.ts";
import { boolean, integer, literal, string } from "../../validation/scalars.ts";
import { anything, named, nullable } from "../../validation/schema.ts";
import { pageFields } from "./page.ts";

export const progress = named(
  "OperationProgress",
  object({
    stage: string(),
    at: string(),
    processed: orNull(integer()),
    total: orNull(integer()),
    detail: orNull(dict(integer())),
  }),
);

export const details = named(
  "RefreshMentalModelOperationDetails",
  object({
    operation_type: withDefault(literal(["refresh_mental_model"]), "refresh_mental_model"),
    outcome: literal([
      "content_written",
      "content_unchanged",
      "content_preserved_no_new_facts",
      "refresh_failed_empty_candidate",
      "refresh_failed_delta_not_applied",
      "refresh_failed_structured_output",
      "refresh_failed_error",
    ]),
    failure_reason: orNull(
      literal([
        "empty_candidate",
        "structured_doc_unreadable",
        "delta_ops_failed",
        "delta_ops_all_skipped",
        "delta_not_applied",
        "structured_output_failed",
        "retrieval_failed",
        "no_answer",
        "unexpected_error",
      ]),
    ),
  }),
);

const operationListItem = named(
  "OperationResponse",
  object({
    id: string(),
    task_type: string(),
    operation_id: orNull(string()),
    operation_type: orNull(string()),
    items_count: integer(),
    document_id: orNull(string()),
    filename: orNull(string()),
    mental_model_id: orNull(string()),
    details: orNull(details),
    created_at: string(),
    updated_at: orNull(string()),
    status: string(),
    error_message: nullable(string()),
    retry_count: orNull(integer()),
    next_retry_at: orNull(string()),
    progress: orNull(progress),
  }),
);

export const operationListAnswer = named(
  "OperationsListResponse",
  object({ bank_id: string(), ...pageFields, operations: list(operationListItem) }),
);

const childOperation = named(
  "ChildOperationStatus",
  object({
    operation_id: string(),
    status: string(),
    sub_batch_index: orNull(integer()),
    items_count: orNull(integer()),
    error_message: orNull(string()),
  }),
);

export const operationStatusAnswer = named(
  "OperationStatusResponse",
  object({
    operation_id: string(),
    status: literal(["pending", "processing", "completed", "failed", "cancelled", "not_found"]),
    operation_type: orNull(string()),
    id: orNull(string()),
    task_type: orNull(string()),
    mental_model_id: orNull(string()),
    created_at: orNull(string()),
    updated_at: orNull(string()),
    completed_at: orNull(string()),
    error_message: orNull(string()),
    retry_count: orNull(integer()),
    next_retry_at: orNull(string()),
    progress: orNull(progress),
    result_metadata: orNull(dict(anything)),
    details: orNull(details),
    child_operations: orNull(list(childOperation)),
    task_payload: orNull(dict(anything)),
  }),
);

const done = object({ success: boolean(), message: string(), operation_id: string() });
export const cancellationAnswer = named("CancelOperationResponse", done);
export const retryAnswer = named("RetryOperationResponse", done);
export const operationDeletionAnswer = named("DeleteOperationResponse", done);

export const queuedConsolidationAnswer = named(
  "ConsolidationResponse",
  object({ operation_id: string(), deduplicated: withDefault(boolean(), false) }),
);
