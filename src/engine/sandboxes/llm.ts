import { TestkitError } from "../../errors/testkit-error.ts";
import type { LoggedCall } from "../../llm/call-log.ts";
import type { LlmChoice } from "../../llm/chosen-models.ts";
import type { EngineContext } from "../context.ts";
import { EngineError } from "../errors.ts";

export type { LlmChoice, LoggedCall };

/**
 * From now on a sandbox, and forks that are made of it later, ask this model.
 * @param choice null: the server's own again.
 * @throws EngineError `unprocessable` for one that cannot be asked.
 */
export function chooseLlm(
  { languageModels }: EngineContext,
  sandboxId: string,
  choice: LlmChoice | null,
): void {
  try {
    languageModels.choose(sandboxId, choice);
  } catch (error) {
    if (!(error instanceof TestkitError)) throw error;
    throw new EngineError("unprocessable", error.what.replace(/\.$/, ""), { cause: error });
  }
}

/** The calls that were made for a sandbox, in the order in which they ended. */
export function listLlmCalls({ languageModels }: EngineContext, sandboxId: string): readonly LoggedCall[] {
  return languageModels.calls?.list(sandboxId) ?? [];
}
