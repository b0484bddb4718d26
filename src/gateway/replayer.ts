import { canonicalJson } from "./canonical.ts";
import type { Cassette, Entry } from "./cassette/cassette.ts";
import { isJsonObject, type Json } from "./json.ts";
import { resolveBlocks } from "./key.ts";
import {
  describeMiss,
  type Miss,
  type MissContext,
  type MissedRequest,
  scopeName,
} from "./misses/miss-report.ts";
import type { AskedRequest } from "./recorder.ts";

const LONGEST_QUOTE = 100;

/** Recorded answers that nobody asked for. */
export interface UnusedEntry {
  key: string;
  scope: string;
  model: string;
  recorded: number;
  asked: number;
  /** Which of the key's entries, counted from 0. */
  places: number[];
  /** One line, for the failing test's message. */
  summary: string;
}

interface Recorded {
  entries: Entry[];
  used: Set<Entry>;
  asked: number;
  /** Of an item, by the ids that it shows: texts that differ in these alone have values of their own. */
  values: Map<string, Entry>;
}

/**
 * Hands out a test's recorded answers: in any order across keys, in the recorded order within one, and each once. The value
 * of an item is handed out as often as it is asked for: it depends on nothing but the item.
 */
export class Replayer {
  readonly #cassette: Cassette | undefined;
  readonly #recorded = new Map<string, Recorded>();
  readonly #missed = new Map<string, MissedRequest>();

  /** @param cassette `undefined`: the test has none, and every request is a miss. */
  constructor(cassette: Cassette | undefined) {
    this.#cassette = cassette;
    for (const entry of cassette?.entries ?? []) {
      const recorded = this.#recorded.get(entry.request.key);
      if (recorded) recorded.entries.push(entry);
      else
        this.#recorded.set(entry.request.key, {
          entries: [entry],
          used: new Set(),
          asked: 0,
          values: new Map(),
        });
    }
  }

  /**
   * The next recorded answer to a request; `undefined` when there is none. Among requests that differ in their ids alone, that
   * of the same ids; of other ids, as a new run makes them up, the next in order.
   */
  take({ keyed, volatiles }: AskedRequest): Entry | undefined {
    const recorded = this.#recorded.get(keyed.key);
    if (!recorded) return undefined;
    recorded.asked += 1;
    const { entries, used, values } = recorded;
    const ids = JSON.stringify(volatiles.ids);
    const known = values.get(ids);
    if (known) return known;
    const isOwn = (entry: Entry) => JSON.stringify(entry.ids) === ids && !used.has(entry);
    const next = entries.find(isOwn) ?? entries.find((entry) => !used.has(entry));
    const entry = next ?? entries.find(({ response }) => "value" in response);
    // A text that is asked for again has the vector that it has had.
    if (entry && "value" in entry.response) values.set(ids, entry);
    if (entry) used.add(entry);
    return entry;
  }

  /** Keeps a request that was not answered as a miss. */
  miss({ keyed: request, blocks }: AskedRequest): void {
    const missed = this.#missed.get(request.key);
    if (missed) {
      missed.asked += 1;
      return;
    }
    const recorded = this.#recorded.get(request.key);
    const asked = recorded?.asked ?? 1;
    this.#missed.set(request.key, { request, blocks, asked, recorded: recorded?.entries.length ?? 0 });
  }

  get hasMissed(): boolean {
    return this.#missed.size > 0;
  }

  /** One for each request that missed, however often it was asked, in the order in which they came. */
  misses(context: MissContext): Miss[] {
    return [...this.#missed.values()].map((missed) => describeMiss(missed, this.#cassette, context));
  }

  unused(): UnusedEntry[] {
    return [...this.#recorded.values()].flatMap(({ entries, used }) => {
      const places = entries.flatMap((entry, place) => (used.has(entry) ? [] : [place]));
      const unused = entries[places[0] ?? -1];
      if (!unused) return [];
      const { key, scope, model } = unused.request;
      const counts = `recorded ${entries.length}, asked ${used.size}`;
      const summary = `${key.slice(0, 8)} ${scopeName(scope)}, ${model} (${counts}): ${this.#quote(unused)}`;
      return [{ key, scope, model, recorded: entries.length, asked: used.size, places, summary }];
    });
  }

  /** The end of what the model was asked, by which people know a request again. */
  #quote({ request }: Entry): string {
    const { conversation } = resolveBlocks(request.segments, this.#cassette?.blocks ?? new Map());
    const last: Json | undefined = Array.isArray(conversation) ? conversation.at(-1) : conversation;
    const content =
      isJsonObject(last) && typeof last.content === "string" ? last.content : canonicalJson(last ?? null);
    const line = content.replace(/\s+/g, " ").trim();
    return line.length > LONGEST_QUOTE ? `…${line.slice(-LONGEST_QUOTE)}` : line;
  }
}
