import type { Answer } from "./answer.ts";
import type { WireUsage } from "./wire/wire.ts";

/** Who answered a call. `none`: nobody, it was a miss; `test`: the test itself. */
export type AnswerSource = "cassette" | "provider" | "test" | "none";

/** A call and its answer. */
export interface Exchange {
  answer: Answer;
  source: AnswerSource;
  /** As soon as the answer has been given to its end, or given up. */
  usage: Promise<WireUsage>;
}

const UNKNOWN_USAGE: WireUsage = { inputTokens: null, outputTokens: null };

/** An exchange whose answer is there. */
export function ended(answer: Answer, source: AnswerSource, usage: WireUsage = UNKNOWN_USAGE): Exchange {
  return { answer, source, usage: Promise.resolve(usage) };
}
