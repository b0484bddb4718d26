export { BankGoneError } from "../store/banks.ts";
export { DatabaseUnavailableError } from "../store/database.ts";

/** What the engine refuses, by kind. `engine` knows no HTTP: `http` maps each kind to a status. */
export type EngineErrorKind =
  | "bank_not_found"
  | "not_found"
  | "invalid_value"
  | "unprocessable"
  /** A policy of the bank forbids it, which may change. */
  | "blocked"
  | "conflict"
  /** Others wrote the document again and again while it was appended to. */
  | "append_conflict"
  | "sandbox_closed"
  | "llm_failed"
  /** The embeddings or reranker service. */
  | "service_failed"
  | "timeout";

export class EngineError extends Error {
  readonly kind: EngineErrorKind;

  constructor(kind: EngineErrorKind, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "EngineError";
    this.kind = kind;
  }
}

export function bankNotFound(bankId: string): EngineError {
  return new EngineError("bank_not_found", `Bank '${bankId}' not found`);
}
