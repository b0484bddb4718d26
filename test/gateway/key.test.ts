import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Json } from "../../src/gateway/json.ts";
import { type Blocks, isKeyOf, keyRequest, resolveBlocks } from "../../src/gateway/key.ts";
import type { LlmRequest, Segments } from "../../src/gateway/request.ts";

const LONG = "A sentence of a long prompt. ".repeat(20);

function request(segments: Partial<Segments>, more: Partial<LlmRequest> = {}): LlmRequest {
  return {
    provider: "openai",
    path: "/chat/completions",
    model: "m",
    scope: "reflect",
    segments: { system: null, tools: null, schema: null, parameters: {}, conversation: [], ...segments },
    ...more,
  };
}

const keyFor = (...given: Parameters<typeof request>) => keyRequest(request(...given), new Map()).key;

describe("keyRequest", () => {
  test("every part of a request is in its key", () => {
    const conversation = [{ role: "user", content: LONG }];
    const keys = [
      keyFor({ conversation }),
      keyFor({ conversation: [{ role: "user", content: `${LONG}!` }] }),
      keyFor({ conversation, system: [LONG] }),
      keyFor({ conversation, tools: [LONG] }),
      keyFor({ conversation, schema: { note: LONG } }),
      keyFor({ conversation, parameters: { temperature: 0 } }),
      keyFor({ conversation }, { provider: "other" }),
      keyFor({ conversation }, { path: "/responses" }),
      keyFor({ conversation }, { model: "n" }),
      keyFor({ conversation }, { scope: "retain_extract_facts" }),
    ];
    expect(new Set(keys).size).toBe(keys.length);
  });

  test("stores long parts once, and the references stand for them", () => {
    const blocks: Blocks = new Map();
    const segments = request({ system: [LONG], conversation: [LONG, "short", LONG] });
    const keyed = keyRequest(segments, blocks);
    expect([...blocks.values()]).toEqual([JSON.stringify(LONG)]);
    expect(JSON.stringify(keyed.segments)).not.toContain("sentence");
    expect(resolveBlocks(keyed.segments, blocks)).toEqual(segments.segments);
    expect(isKeyOf(keyed.key, keyed)).toBe(true);
    expect(isKeyOf(keyed.key, { ...keyed, model: "n" })).toBe(false);
  });

  test("keying and resolving give back any request, also one that looks like a reference", () => {
    const part = fc.oneof(
      // As it comes from a text: JSON has no minus zero of its own.
      fc.jsonValue().map((value) => JSON.parse(JSON.stringify(value)) as Json),
      fc.constantFrom<Json>(LONG, { $block: "0".repeat(32) }, { $block: LONG }, { $block: 1 }),
    );
    fc.assert(
      fc.property(part, fc.array(part), (schema, conversation) => {
        const blocks: Blocks = new Map();
        const given = request({ schema, conversation });
        expect(resolveBlocks(keyRequest(given, blocks).segments, blocks)).toEqual(given.segments);
      }),
    );
  });
});
