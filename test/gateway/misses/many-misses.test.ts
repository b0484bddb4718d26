import { expect, test } from "vitest";
import { keyRequest } from "../../../src/gateway/key.ts";
import type { AskedRequest } from "../../../src/gateway/recorder.ts";
import { Replayer } from "../../../src/gateway/replayer.ts";
import { Volatiles } from "../../../src/gateway/volatiles/volatiles.ts";

const ENTRIES = 2_000;
const MISSES = 30;
const CONTEXT = { cassettePath: "x.jsonl", recordCommand: "record", sharing: undefined };

function asked(prompt: string, n: number): AskedRequest {
  const blocks = new Map<string, string>();
  const message = (role: string, content: string) => [{ role, content }];
  const segments = {
    system: message("system", prompt),
    tools: null,
    schema: { type: "object", note: "x".repeat(400) },
    parameters: { temperature: 0 },
    conversation: message("user", `Question ${n}?`),
  };
  const request = { provider: "openai", path: "/chat/completions", model: "m", scope: "reflect", segments };
  return { keyed: keyRequest(request, blocks), blocks, volatiles: new Volatiles(undefined) };
}

/** How long it takes to say of so many requests what they differ in. */
function timeOf(misses: number): number {
  const recorded = Array.from({ length: ENTRIES }, (_, n) => asked("Answer.", n));
  const replayer = new Replayer({
    test: "a test",
    entries: recorded.map(({ keyed }) => ({ request: keyed, response: { status: 200, body: {} } })),
    blocks: new Map(recorded.flatMap(({ blocks }) => [...blocks])),
  });
  for (let n = 0; n < misses; n++) replayer.miss(asked("Answer in French.", n));
  const began = performance.now();
  expect(replayer.misses(CONTEXT)).toHaveLength(misses);
  return performance.now() - began;
}

test("many misses of a long cassette cost little more than one", () => {
  timeOf(1);
  expect(timeOf(MISSES)).toBeLessThan((timeOf(1) * MISSES) / 2);
});
