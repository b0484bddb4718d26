import type { Json } from "./json.ts";

/** What the gateway answers to the server. */
export interface Answer {
  status: number;
  headers: Record<string, string>;
  body: string;
}

export function jsonAnswer(status: number, body: Json): Answer {
  return { status, headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
}

/** An error in OpenAI's form. */
export function errorAnswer(status: number, code: string, message: string): Answer {
  return jsonAnswer(status, {
    error: { message: `[hindsight-testkit] ${message}`, type: code, param: null, code },
  });
}

/**
 * The answer to a call that has none. Clients must not try again: it stays a miss. The text quotes nothing of the request,
 * since servers search errors for words such as `tool_choice` or `max_tokens` and then ask in another way.
 */
export function missAnswer(message: string): Answer {
  const answer = errorAnswer(400, "llm_miss", message);
  return { ...answer, headers: { ...answer.headers, "x-should-retry": "false" } };
}
