import { EngineError } from "../errors.ts";

/** The model was asked for the answer, and gave none. */
export class NoAnswerError extends EngineError {
  constructor(message: string) {
    super("llm_failed", message);
  }
}
