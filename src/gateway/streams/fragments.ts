/** Texts that a stream hands out piece by piece, and ids in them that may be cut anywhere. */
import { isJsonObject, type Json } from "../json.ts";
import type { Volatiles } from "../volatiles/volatiles.ts";
import { type StreamEvent, withData } from "./event.ts";

/** Where an event holds a piece of a longer text. */
export interface Fragment {
  /** Pieces with one name belong to one text, in the order of the events. */
  channel: string;
  path: readonly (string | number)[];
}

interface Piece {
  /** Of its event. */
  index: number;
  path: Fragment["path"];
}

export type FindFragments = (data: Json) => Fragment[];

/** The events of an answer with aliases. Every event stays one, however its texts change. */
export function aliasEvents(
  events: readonly StreamEvent[],
  findFragments: FindFragments,
  volatiles: Volatiles,
): StreamEvent[] {
  const found = events.map((event) => ("data" in event ? findFragments(event.data) : []));
  const aliased = events.map((event) =>
    "data" in event ? withData(event, volatiles.aliasAnswer(event.data)) : event,
  );
  const channels = new Map<string, Piece[]>();
  for (const [index, fragments] of found.entries()) {
    for (const { channel, path } of fragments) {
      const pieces = channels.get(channel);
      if (pieces) pieces.push({ index, path });
      else channels.set(channel, [{ index, path }]);
    }
  }
  for (const pieces of channels.values()) {
    // From the raw events: the pieces alone may look like ids, too.
    const texts = pieces.map(({ path, index }) => textAt(events[index], path));
    for (const [place, text] of volatiles.aliasFragments(texts).entries()) {
      const piece = pieces[place];
      const event = piece && aliased[piece.index];
      if (event && "data" in event)
        aliased[piece.index] = withData(event, replaceAt(event.data, piece.path, text));
    }
  }
  return aliased;
}

/** @throws UnboundAlias */
export function restoreEvent(event: StreamEvent, volatiles: Volatiles): StreamEvent {
  return "data" in event ? withData(event, volatiles.restore(event.data)) : event;
}

function textAt(event: StreamEvent | undefined, path: Fragment["path"]): string {
  let value: Json | undefined = event && "data" in event ? event.data : undefined;
  for (const step of path) value = memberOf(value, step);
  return typeof value === "string" ? value : "";
}

function memberOf(value: Json | undefined, step: string | number): Json | undefined {
  if (typeof step === "number") return Array.isArray(value) ? value[step] : undefined;
  return isJsonObject(value) ? value[step] : undefined;
}

function replaceAt(value: Json, [step, ...rest]: Fragment["path"], text: string): Json {
  if (step === undefined) return text;
  const member = memberOf(value, step);
  if (member === undefined) return value;
  const replaced = replaceAt(member, rest, text);
  if (Array.isArray(value)) return value.with(Number(step), replaced);
  return isJsonObject(value) ? { ...value, [step]: replaced } : value;
}
