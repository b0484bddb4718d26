import type { Json } from "../json.ts";
import type { Blocks, KeyedRequest } from "../key.ts";
import type { StreamEvent } from "../streams/event.ts";
import type { ItemValue } from "../wire/wire.ts";

/** A complete answer as it is kept: of a conversation whole or as a stream, or the value of one item. */
export type RecordedResponse = { status: number } & (
  | { body: Json }
  | { events: StreamEvent[] }
  | { value: ItemValue; tokens: number | null }
);

/** One recorded exchange. */
export interface Entry {
  request: KeyedRequest;
  /** What stood in the places of the request's ids; only where another entry asks the same with other ids. */
  ids?: readonly string[] | undefined;
  response: RecordedResponse;
}

/** A test's recorded exchanges. Entries of one key are in the order in which their requests arrived. */
export interface Cassette {
  /** The test's full name. */
  test: string;
  entries: Entry[];
  /** All that the entries refer to. */
  blocks: Blocks;
}
