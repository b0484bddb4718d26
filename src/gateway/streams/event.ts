import { isJsonObject, type Json } from "../json.ts";

/** One event of a streamed answer: JSON nearly always, a text where a provider says something else, as `[DONE]`. */
export type StreamEvent = { event?: string } & ({ data: Json } | { text: string });

/** The JSON of an event that is an object. */
export function eventObject(event: StreamEvent): Record<string, Json> | undefined {
  return "data" in event && isJsonObject(event.data) ? event.data : undefined;
}

/** The same event with other JSON. */
export function withData(event: StreamEvent, data: Json): StreamEvent {
  return event.event === undefined ? { data } : { event: event.event, data };
}
