import { TestkitError } from "../errors/testkit-error.ts";
import { isJsonObject } from "../json-object.ts";

/** An answer of which the official client's types say nothing. */
export function asObject(data: unknown): Record<string, unknown> {
  if (isJsonObject(data)) return data;
  throw strange(data);
}

export function asObjects(data: unknown): Record<string, unknown>[] {
  if (Array.isArray(data) && data.every(isJsonObject)) return data;
  throw strange(data);
}

function strange(data: unknown): TestkitError {
  return new TestkitError("REQUEST_FAILED", {
    what: `The server's answer is not of the shape that version 1.1 gives it: ${JSON.stringify(data).slice(0, 200)}.`,
  });
}
