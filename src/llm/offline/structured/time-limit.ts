/** Work on schemas that others wrote, and that cannot be interrupted from within. */
import { createContext, Script } from "node:vm";
import { isJsonObject } from "../../../json-object.ts";
import { LlmError } from "../../llm-error.ts";

const CALL = new Script("work()");

/** @throws LlmError when it takes longer; what the work throws */
export function inTime<Result>(limitMs: number, work: () => Result): Result {
  let done: { result: Result } | undefined;
  const realm = createContext({
    work: () => {
      done = { result: work() };
    },
  });
  try {
    CALL.runInContext(realm, { timeout: limitMs });
  } catch (error) {
    if (!isTimeout(error)) throw error;
    throw new LlmError("no_answer", "The schema takes the offline model too long", { retryable: false });
  }
  if (!done) throw new Error("The work has ended without a result.");
  return done.result;
}

/** By its code: it may come from another realm. */
function isTimeout(error: unknown): boolean {
  return isJsonObject(error) && error.code === "ERR_SCRIPT_EXECUTION_TIMEOUT";
}
