import type { Json } from "./json.ts";
import type { Wire } from "./wire/wire.ts";

/** What the gateway answers. */
export interface Answer {
  status: number;
  headers: Record<string, string>;
  body: string | AsyncIterable<string>;
}

export function jsonAnswer(status: number, body: Json): Answer {
  return { status, headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
}

/** An error in OpenAI's form, which is understood by most. */
export function openAiError(code: string, message: string): Json {
  return { error: { message, type: code, param: null, code } };
}

/** An error in the form of the API that was called. */
export function errorAnswer(wire: Wire, status: number, code: string, message: string): Answer {
  return jsonAnswer(status, wire.errorBody(code, `[hindsight-testkit] ${message}`));
}

/**
 * The answer to a call that has none. Clients must not try again: it stays a miss. The text quotes nothing of the request,
 * since servers search errors for words such as `tool_choice` or `max_tokens` and then ask in another way.
 */
export function missAnswer(wire: Wire, message: string): Answer {
  return finalAnswer(wire, "llm_miss", message);
}

/** The same to a call that can be neither recorded nor replayed. */
export function refusedAnswer(wire: Wire, message: string): Answer {
  return finalAnswer(wire, "llm_call_refused", message);
}

function finalAnswer(wire: Wire, code: string, message: string): Answer {
  const answer = errorAnswer(wire, 400, code, message);
  return { ...answer, headers: { ...answer.headers, "x-should-retry": "false" } };
}
