/** How events stand in the bytes of an answer. */
import { EventSourceParserStream } from "eventsource-parser/stream";
import { parseJson } from "../json.ts";
import type { StreamEvent } from "./event.ts";

interface Framing {
  contentType: string;
  /** @throws what reading throws: the provider broke off. */
  read(body: ReadableStream<Uint8Array>): AsyncIterable<StreamEvent>;
  write(event: StreamEvent): string;
}

/** Server-sent events (WHATWG HTML, §9.2). */
const serverSentEvents: Framing = {
  contentType: "text/event-stream",
  async *read(body) {
    const events = decoded(body).pipeThrough(new EventSourceParserStream());
    for await (const { event, data } of events) {
      const json = parseJson(data);
      yield {
        ...(event !== undefined && { event }),
        ...(json === undefined ? { text: data } : { data: json }),
      };
    }
  },
  write(event) {
    const text = "data" in event ? JSON.stringify(event.data) : event.text;
    const lines = text.split("\n").map((line) => `data: ${line}\n`);
    return `${event.event === undefined ? "" : `event: ${event.event}\n`}${lines.join("")}\n`;
  },
};

/** A JSON value a line, as Ollama streams. */
const jsonLines: Framing = {
  contentType: "application/x-ndjson",
  async *read(body) {
    let rest = "";
    for await (const part of decoded(body)) {
      const lines = (rest + part).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) if (line.trim() !== "") yield toEvent(line);
    }
    if (rest.trim() !== "") yield toEvent(rest);
  },
  write: (event) => `${"data" in event ? JSON.stringify(event.data) : event.text}\n`,
};

export const FRAMINGS = { sse: serverSentEvents, ndjson: jsonLines } as const;

function toEvent(line: string): StreamEvent {
  const data = parseJson(line);
  return data === undefined ? { text: line } : { data };
}

function decoded(body: ReadableStream<Uint8Array>): ReadableStream<string> {
  return body.pipeThrough(new TextDecoderStream());
}
