import { canonicalJson } from "./canonical.ts";
import type { Cassette, Entry } from "./cassette/cassette.ts";
import { isJsonObject, type Json } from "./json.ts";
import { type Blocks, type KeyedRequest, resolveBlocks } from "./key.ts";
import { describeMiss, type Miss, type MissContext, type MissedRequest, scopeName } from "./miss-report.ts";

const LONGEST_QUOTE = 100;

/** Recorded answers that nobody asked for. */
export interface UnusedEntry {
  key: string;
  scope: string;
  model: string;
  recorded: number;
  asked: number;
  /** One line, for the failing test's message. */
  summary: string;
}

interface Recorded {
  entries: Entry[];
  asked: number;
}

/** Hands out a test's recorded answers: in any order across keys, in the recorded order within one, and each once. */
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
      else this.#recorded.set(entry.request.key, { entries: [entry], asked: 0 });
    }
  }

  /** The next recorded answer to `request`; `undefined` when there is none, which is kept as a miss. */
  take(request: KeyedRequest, blocks: Blocks): Entry | undefined {
    const recorded = this.#recorded.get(request.key);
    const entry = recorded?.entries[recorded.asked];
    if (recorded) recorded.asked += 1;
    if (entry) return entry;
    const missed = this.#missed.get(request.key);
    if (missed) missed.asked += 1;
    else {
      const asked = recorded?.asked ?? 1;
      this.#missed.set(request.key, { request, blocks, asked, recorded: recorded?.entries.length ?? 0 });
    }
    return undefined;
  }

  /** One for each request that missed, however often it was asked, in the order in which they came. */
  misses(context: MissContext): Miss[] {
    return [...this.#missed.values()].map((missed) => describeMiss(missed, this.#cassette, context));
  }

  unused(): UnusedEntry[] {
    return [...this.#recorded.values()].flatMap(({ entries, asked }) => {
      const unused = entries[asked];
      if (!unused) return [];
      const { key, scope, model } = unused.request;
      const counts = `recorded ${entries.length}, asked ${asked}`;
      const summary = `${key.slice(0, 8)} ${scopeName(scope)}, ${model} (${counts}): ${this.#quote(unused)}`;
      return [{ key, scope, model, recorded: entries.length, asked, summary }];
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
