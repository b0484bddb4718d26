import type { Json } from "../json.ts";
import type { Blocks, KeyedRequest } from "../key.ts";

/** One recorded exchange. */
export interface Entry {
  request: KeyedRequest;
  response: { status: number; body: Json };
}

/** A test's recorded exchanges. Entries of one key are in the order in which their requests arrived. */
export interface Cassette {
  /** The test's full name. */
  test: string;
  entries: Entry[];
  /** All that the entries refer to. */
  blocks: Blocks;
}
