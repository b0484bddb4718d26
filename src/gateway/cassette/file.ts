/**
 * The text of a cassette file: JSON lines with sorted keys. A header, then the blocks by hash, then the entries by key. It
 * says nothing of when or where it was recorded, so that recording the same again changes no line.
 */
import { TestkitError } from "../../errors/testkit-error.ts";
import { canonicalJson } from "../canonical.ts";
import { isJsonObject, type Json, type JsonObject, parseJson } from "../json.ts";
import { type Blocks, blockHash, isKeyOf, type KeyedRequest, missingBlock } from "../key.ts";
import { SEGMENTS, type Segments } from "../request.ts";
import type { StreamEvent } from "../streams/event.ts";
import type { Cassette, Entry, RecordedResponse } from "./cassette.ts";
import { VectorReader, VectorWriter } from "./vector-file.ts";

const FORMAT = 1;
/** A block's line as it is written. Its value is not parsed before it is needed: the hash tells that it is whole. */
const BLOCK_LINE = /^\{"block":"([0-9a-f]{32})","value":(.*)\}\r?$/;

/** A cassette as it is written: its text, and the vectors that stand beside it. */
interface CassetteFiles {
  text: string;
  vectors: { name: string; bytes: Buffer } | undefined;
}

export function serialiseCassette({ test, entries, blocks }: Cassette): CassetteFiles {
  const writer = new VectorWriter();
  const lines: string[] = [];
  for (const [hash, text] of [...blocks].sort(([a], [b]) => compare(a, b))) {
    lines.push(`{"block":"${hash}","value":${text}}`);
  }
  // The sort is stable: within a key the order stays.
  for (const entry of entries.toSorted((a, b) => compare(a.request.key, b.request.key))) {
    lines.push(canonicalJson(entryLine(entry, writer)));
  }
  const vectors = writer.end();
  const header = canonicalJson({ cassette: FORMAT, test, ...(vectors && { vectors: vectors.name }) });
  return { text: [header, ...lines].map((line) => `${line}\n`).join(""), vectors };
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function entryLine({ request, ids, response }: Entry, vectors: VectorWriter): JsonObject {
  const { key, provider, path, model, scope, segments } = request;
  const present = SEGMENTS.filter((name) => segments[name] !== null).map((name) => [name, segments[name]]);
  const answered = responseLine(response, vectors);
  const asked = { key, provider, path, model, scope, request: Object.fromEntries(present) };
  return { ...asked, ...(ids && { ids: [...ids] }), response: answered };
}

function responseLine(response: RecordedResponse, vectors: VectorWriter): JsonObject {
  const { status } = response;
  if ("body" in response) return { status, body: response.body };
  if ("events" in response) return { status, events: response.events.map((event) => ({ ...event })) };
  const { value, tokens } = response;
  return typeof value === "number"
    ? { status, score: value, tokens }
    : { status, vector: vectors.add(value), tokens };
}

/** A cassette's text without the mark that some editors put before it. */
export function withoutBom(text: string): string {
  return text.startsWith("\uFEFF") ? text.slice(1) : text;
}

/**
 * What a cassette's header tells: its test, and the name of the vectors that stand beside it.
 * @returns `undefined` when it is no cassette, or none that this version reads.
 */
export function readHeader(text: string): { test: string; vectors: string | undefined } | undefined {
  const [line = ""] = withoutBom(text).split("\n", 1);
  const header = parseJson(line);
  if (!isJsonObject(header) || header.cassette !== FORMAT || typeof header.test !== "string")
    return undefined;
  return { test: header.test, vectors: typeof header.vectors === "string" ? header.vectors : undefined };
}

/**
 * @param path names the file in errors.
 * @param vectors what stands beside it.
 * @throws TestkitError `CASSETTE_INVALID`, with the number of the line
 */
export function parseCassette(text: string, path: string, vectors?: Buffer): Cassette {
  const lines = withoutBom(text).split("\n");
  if (lines.at(-1) === "") lines.pop();
  const reader = new CassetteReader(path, vectors);
  for (const line of lines) reader.read(line);
  return reader.end();
}

class CassetteReader {
  readonly #path: string;
  readonly #vectors: VectorReader;
  #line = 0;
  #test: string | undefined;
  readonly #blocks: Blocks = new Map();
  readonly #entries: Entry[] = [];

  constructor(path: string, vectors: Buffer | undefined) {
    this.#path = path;
    this.#vectors = new VectorReader(vectors);
  }

  read(text: string): void {
    this.#line += 1;
    const [, hash, block] = (this.#test !== undefined && BLOCK_LINE.exec(text)) || [];
    if (hash !== undefined && block !== undefined && blockHash(block) === hash) {
      this.#blocks.set(hash, block);
      return;
    }
    const value = parseJson(text);
    if (!isJsonObject(value)) throw this.#invalid("is not a JSON object");
    if (this.#test === undefined) this.#test = this.#readHeader(value);
    else if (value.block !== undefined) this.#readBlock(value);
    else this.#entries.push(this.#readEntry(value));
  }

  end(): Cassette {
    if (this.#test === undefined) throw this.#invalid("should be the header, and the file is empty", 1);
    return { test: this.#test, entries: this.#entries, blocks: this.#blocks };
  }

  #readHeader({ cassette, test }: JsonObject): string {
    if (typeof cassette !== "number" || typeof test !== "string")
      throw this.#invalid("is no cassette's header");
    if (cassette !== FORMAT) {
      throw this.#invalid(
        `names format ${cassette}; this version of hindsight-testkit reads format ${FORMAT}`,
      );
    }
    return test;
  }

  /** A block that somebody's tool has spelt in another way. */
  #readBlock({ block, value }: JsonObject): void {
    if (typeof block !== "string" || value === undefined) throw this.#invalid("is no block");
    const text = canonicalJson(value);
    if (blockHash(text) !== block)
      throw this.#invalid("has a hash that is not its value's: it was edited by hand");
    this.#blocks.set(block, text);
  }

  #readEntry(line: JsonObject): Entry {
    const request: KeyedRequest = {
      key: this.#text(line, "key"),
      provider: this.#text(line, "provider"),
      path: this.#text(line, "path"),
      model: this.#text(line, "model"),
      scope: this.#text(line, "scope"),
      segments: this.#readSegments(line.request),
    };
    if (!isKeyOf(request.key, request)) {
      throw this.#invalid("has a key that is not its request's: it was edited by hand");
    }
    const response = this.#readResponse(line.response);
    const { ids } = line;
    if (ids === undefined) return { request, response };
    if (!Array.isArray(ids) || !ids.every((id) => typeof id === "string")) {
      throw this.#invalid("has `ids` that are no list of texts");
    }
    return { request, ids, response };
  }

  #readResponse(response: Json | undefined): RecordedResponse {
    const { status, body, events, score, vector, tokens } = isJsonObject(response) ? response : {};
    if (typeof status === "number") {
      if (body !== undefined) return { status, body };
      if (Array.isArray(events)) return { status, events: events.map((event) => this.#readEvent(event)) };
      const counted = typeof tokens === "number" ? tokens : null;
      if (typeof score === "number") return { status, value: score, tokens: counted };
      const value = this.#vectors.read(vector);
      if (value) return { status, value, tokens: counted };
      if (vector !== undefined) throw this.#invalid("refers to a vector that is not in the file beside it");
    }
    throw this.#invalid("has no `response` with a status and a body, events, a vector or a score");
  }

  #readEvent(event: Json): StreamEvent {
    if (isJsonObject(event)) {
      const name = typeof event.event === "string" ? { event: event.event } : {};
      if (event.data !== undefined) return { ...name, data: event.data };
      if (typeof event.text === "string") return { ...name, text: event.text };
    }
    throw this.#invalid("has an event without `data`");
  }

  #text(line: JsonObject, field: string): string {
    const value = line[field];
    if (typeof value !== "string") throw this.#invalid(`has no \`${field}\`, or one that is no text`);
    return value;
  }

  #readSegments(value: Json | undefined): Segments {
    if (!isJsonObject(value)) throw this.#invalid("has no `request`");
    const { system = null, tools = null, schema = null, parameters = null, conversation = null } = value;
    const segments: Segments = { system, tools, schema, parameters, conversation };
    const missing = missingBlock(segments, this.#blocks);
    if (missing !== undefined) throw this.#invalid(`refers to block ${missing}, which is not above it`);
    return segments;
  }

  #invalid(what: string, line = this.#line): TestkitError {
    return new TestkitError("CASSETTE_INVALID", { what: `Line ${line} of ${this.#path} ${what}.` });
  }
}
