import { LlmError } from "../../llm/llm-error.ts";
import type { ChatMessage, JsonSchema } from "../../llm/types.ts";
import { backoff, withRetries } from "../../remote/retry.ts";
import type { PendingFact } from "../../store/pending-facts.ts";
import { type ConsolidationAnswer, InvalidAnswerError, MisreadAnswerError, readAnswer } from "./answer.ts";
import type { KnownObservation } from "./known-observations.ts";
import { duplicateMessages } from "./prompts/duplicates.ts";
import { consolidationMessages } from "./prompts/request.ts";
import { CONSOLIDATION_SCHEMA, DUPLICATE_SCHEMA } from "./prompts/schemas.ts";
import type { ConsolidationRun } from "./run.ts";
import { readVerdict, type Verdict } from "./verdict.ts";

/** What the model is asked about. */
export interface Question {
  facts: readonly PendingFact[];
  known: readonly KnownObservation[];
  mission: string | null;
  /** Observations that may be created; null: any number. */
  freeSlots: number | null;
}

/** Asks what is to be done about facts. @throws InvalidAnswerError, MisreadAnswerError, LlmError */
export async function askWhatToDo(run: ConsolidationRun, question: Question): Promise<ConsolidationAnswer> {
  const answer = readAnswer(await complete(run, consolidationMessages(question), CONSOLIDATION_SCHEMA));
  if (question.freeSlots !== null && answer.creates.length > question.freeSlots) {
    throw new InvalidAnswerError("The model creates more observations than there is room for");
  }
  return answer;
}

/** Asks whether two observations say the same. @throws MisreadAnswerError, LlmError where nothing can be asked any more. */
export async function askWhetherSame(
  run: ConsolidationRun,
  candidate: string,
  twin: string,
): Promise<Verdict> {
  try {
    return readVerdict(await complete(run, duplicateMessages(candidate, twin), DUPLICATE_SCHEMA), twin);
  } catch (error) {
    if (!(error instanceof LlmError) || endsOperation(error)) throw error;
    throw new MisreadAnswerError("The model did not say whether two observations are the same", {
      cause: error,
    });
  }
}

async function complete(
  { model, context, bank, operationId, signal }: ConsolidationRun,
  messages: ChatMessage[],
  responseSchema: JsonSchema,
): Promise<string> {
  const { maxCompletionTokens } = context.settings.consolidation;
  const { content } = await model.complete(
    {
      scope: "consolidation",
      messages,
      responseFormat: "json",
      responseSchema,
      ...(maxCompletionTokens !== null && { maxTokens: maxCompletionTokens }),
      attribution: { sandboxId: bank.sandboxId, bankId: bank.bankId, operationId },
    },
    signal,
  );
  return content ?? "";
}

const BACKOFF = { initialBackoffMs: 1_000, maxBackoffMs: 8_000, jitter: 0 };

/** What no answer came to is tried again as a whole; what was answered, but not as it was asked for, is not. */
export function withAttempts<T>(
  { context, signal }: ConsolidationRun,
  attempt: () => Promise<T>,
): Promise<T> {
  const policy = { ...BACKOFF, retries: context.settings.consolidation.maxAttempts - 1 };
  return withRetries(
    attempt,
    policy,
    (error, retry) => (isWorthAnother(error) ? backoff(policy, retry) : undefined),
    signal,
  );
}

function isWorthAnother(error: unknown): boolean {
  if (error instanceof MisreadAnswerError) return true;
  if (!(error instanceof LlmError) || endsOperation(error)) return false;
  return error.kind !== "invalid_json" && error.kind !== "length";
}

/** Whether nothing that the operation asks for can be answered: the key is refused, or the provider names a pause. */
function endsOperation(error: LlmError): boolean {
  return error.isAuthentication || error.retryAfterMs !== undefined || error.kind === "not_configured";
}

/** Whether it is the facts that failed, and not the operation. */
export function isFailureOfFacts(error: unknown): boolean {
  if (error instanceof InvalidAnswerError || error instanceof MisreadAnswerError) return true;
  return error instanceof LlmError && !endsOperation(error);
}
