import { ServiceError } from "./service-error.ts";

const TRANSIENT_STATUSES = [408, 409, 425, 429];

/** Whether a failure of a service may pass by itself. */
export function isTransient(error: unknown): boolean {
  if (!(error instanceof ServiceError) || error.kind === "answer") return false;
  const { status = 500 } = error;
  return status >= 500 || TRANSIENT_STATUSES.includes(status);
}
