import { hash } from "node:crypto";
import { canonicalJson } from "./canonical.ts";
import { isJsonObject, type Json, type JsonObject, parseJson } from "./json.ts";
import { type LlmRequest, SEGMENTS, type Segments } from "./request.ts";

/** From this length of its canonical JSON on, a part of a request is stored as a block of its own. */
const BLOCK_LENGTH = 200;
const REFERENCE = "$block";

/** The canonical JSON of long parts of requests (prompts, tools, schemas, messages), each once, by its hash. */
export type Blocks = Map<string, string>;

/** A request whose long parts are references to blocks, and its key. */
export interface KeyedRequest extends LlmRequest {
  key: string;
}

function sha256(text: string): string {
  return hash("sha256", text);
}

/** The hash that names a block: 128 bits of SHA-256 over its canonical JSON. */
export function blockHash(canonical: string): string {
  return sha256(canonical).slice(0, 32);
}

/** The hash that a reference names; `undefined` when `value` is no reference. */
function referencedBlock(value: Json): string | undefined {
  if (!isJsonObject(value)) return undefined;
  const { [REFERENCE]: name } = value;
  return typeof name === "string" && Object.keys(value).length === 1 ? name : undefined;
}

/**
 * The key of a request whose long parts are references. SHA-256 over provider, path, model, scope and segments; as the
 * references are hashes themselves, it covers the blocks as well, and can be checked without them.
 */
function keyOf(request: LlmRequest): string {
  return sha256(canonicalJson(keyedParts(request)));
}

/** Whether `key` is the request's. In what we wrote the keys are sorted, so that the quick text is nearly always the canonical one. */
export function isKeyOf(key: string, request: LlmRequest): boolean {
  return sha256(JSON.stringify(keyedParts(request))) === key || keyOf(request) === key;
}

function keyedParts({ model, path, provider, scope, segments }: LlmRequest): JsonObject {
  const { conversation, parameters, schema, system, tools } = segments;
  return { model, path, provider, scope, segments: { conversation, parameters, schema, system, tools } };
}

/**
 * Replaces the long parts by references, adds them to `blocks`, and computes the key. Whether a part becomes a block
 * depends on nothing but itself, so that one more entry in a file leaves the lines of the others alone.
 */
export function keyRequest(request: LlmRequest, blocks: Blocks): KeyedRequest {
  const fold = (part: Json): Json => {
    if (part === null) return null;
    const canonical = canonicalJson(part);
    // What only looks like a reference must not be taken for one.
    if (canonical.length < BLOCK_LENGTH && referencedBlock(part) === undefined) return part;
    const name = blockHash(canonical);
    blocks.set(name, canonical);
    return { [REFERENCE]: name };
  };
  const folded = { ...request, segments: mapParts(request.segments, fold) };
  return { ...folded, key: keyOf(folded) };
}

/** Puts the blocks back in the place of the references. All of them must be in `blocks`. */
export function resolveBlocks(segments: Segments, blocks: Blocks): Segments {
  return mapParts(segments, (part) => {
    const text = blocks.get(referencedBlock(part) ?? "");
    return text === undefined ? part : (parseJson(text) ?? part);
  });
}

/** Those of the blocks that requests refer to. */
export function blocksOf(requests: readonly KeyedRequest[], blocks: Blocks): Blocks {
  const used: Blocks = new Map();
  for (const { segments } of requests) {
    mapParts(segments, (part) => {
      const name = referencedBlock(part);
      const text = blocks.get(name ?? "");
      if (name !== undefined && text !== undefined) used.set(name, text);
      return part;
    });
  }
  return used;
}

/** The first block that a request refers to and that is not in `blocks`. */
export function missingBlock(segments: Segments, blocks: Blocks): string | undefined {
  for (const name of SEGMENTS) {
    const segment = segments[name];
    for (const part of Array.isArray(segment) ? segment : [segment]) {
      const block = referencedBlock(part);
      if (block !== undefined && !blocks.has(block)) return block;
    }
  }
  return undefined;
}

/** Maps what may be a reference: an item of a list, or a segment that is no list. */
function mapParts(segments: Segments, map: (part: Json) => Json): Segments {
  const mapped = SEGMENTS.map((name) => {
    const segment = segments[name];
    return [name, Array.isArray(segment) ? segment.map(map) : map(segment)];
  });
  return Object.fromEntries(mapped) as Segments;
}
