import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { offlineEmbedder } from "../../src/embedding/offline.ts";
import { PARAPHRASES, QUESTIONS } from "./pairs.ts";

async function embed(text: string): Promise<Float32Array> {
  const [vector] = await offlineEmbedder.embed([text]);
  if (!vector) throw new Error("one vector per text");
  return vector;
}

function cosine(a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, value, index) => sum + value * (b[index] ?? 0), 0);
}

async function similarity(a: string, b: string): Promise<number> {
  return cosine(await embed(a), await embed(b));
}

/** Similarities of the pairs, and of every first with every other's second. */
async function compare(pairs: readonly (readonly [string, string])[]) {
  const firsts = await offlineEmbedder.embed(pairs.map(([first]) => first));
  const seconds = await offlineEmbedder.embed(pairs.map(([, second]) => second));
  const related: number[] = [];
  const unrelated: number[] = [];
  for (const [row, first] of firsts.entries()) {
    for (const [column, second] of seconds.entries()) {
      (row === column ? related : unrelated).push(cosine(first, second));
    }
  }
  return { related, unrelated };
}

/** The probability that a pair is more similar than one that does not belong together. */
function auc({ related, unrelated }: { related: number[]; unrelated: number[] }): number {
  const wins = related.flatMap((good) => unrelated.map((bad) => (good > bad ? 1 : good === bad ? 0.5 : 0)));
  return wins.reduce((sum: number, win) => sum + win, 0) / wins.length;
}

function share(values: number[], holds: (value: number) => boolean): number {
  return values.filter(holds).length / values.length;
}

describe("vectors", () => {
  test.each(["Maya moved to Lisbon.", "the of and", "", "?!", "東京", "🎉", "a".repeat(10_000)])(
    "%j has unit length",
    async (text) => {
      const vector = await embed(text);
      expect(vector).toHaveLength(offlineEmbedder.dimension);
      expect(Math.hypot(...vector)).toBeCloseTo(1, 5);
    },
  );

  test("are the same on every machine", async () => {
    const vectors = await offlineEmbedder.embed([
      "Maya moved to Lisbon.",
      "Größe 東京 o’clock",
      "the of and",
    ]);
    const hash = createHash("sha256");
    for (const vector of vectors) hash.update(new Uint8Array(vector.buffer));
    expect(hash.digest("hex")).toMatchInlineSnapshot(
      `"bf522f370cef0f9d3cbb613491b03d8e192fdd0c01062673b4107a3bc810538a"`,
    );
  });

  test("do not depend on what was embedded before, or together", async () => {
    const texts = Array.from({ length: 600 }, (_, index) => `Text number ${index} about topic${index % 7}`);
    const together = await offlineEmbedder.embed(texts);
    expect(together[599]).toEqual(await embed(texts[599] ?? ""));
    expect(await offlineEmbedder.embed([])).toEqual([]);
  });
});

describe("similarity", () => {
  test.each([
    ["case and punctuation", "MAYA moved to lisbon", "Maya moved to Lisbon!", 0.994],
    ["inflections", "She was running marathons", "He runs a marathon", 0.76],
    ["irregular verbs", "Ben bought a bicycle", "Ben buys bicycles", 0.88],
    ["compatibility forms", "ｃａｆé №5", "café No5", 0.994],
    ["typing errors", "allergic to penuts", "allergic to peanuts", 0.76],
    ["word families", "a peanut allergy", "allergic to peanuts", 0.7],
    ["scripts without blanks", "田中さんは東京に住んでいます", "東京に住んでいる田中さん", 0.7],
    ["other alphabets", "Мария живёт в Москве", "Где живёт Мария?", 0.7],
  ])("survives %s", async (_, a, b, atLeast) => {
    expect(await similarity(a, b)).toBeGreaterThan(atLeast);
  });

  test("tells negligible words from those that matter", async () => {
    const question = "What did Maya buy?";
    const about = await similarity(question, "Maya bought a telescope.");
    expect(about).toBeGreaterThan(await similarity(question, "What did the others do about it?"));
  });

  test("paraphrases are nearer than sentences that have nothing to do with one another", async () => {
    const result = await compare(PARAPHRASES);
    expect(auc(result)).toBeGreaterThan(0.95);
    expect(share(result.related, (value) => value >= 0.58)).toBeGreaterThan(0.9);
    expect(share(result.unrelated, (value) => value < 0.52)).toBeGreaterThan(0.95);
  });

  test("a question is nearest to its fact", async () => {
    const result = await compare(QUESTIONS);
    expect(auc(result)).toBeGreaterThan(0.95);
    expect(share(result.related, (value) => value >= 0.58)).toBeGreaterThan(0.85);
    expect(share(result.unrelated, (value) => value < 0.52)).toBeGreaterThan(0.9);
  });

  test("hardly any text is so far from another that recall's floor of 0.3 hides it", async () => {
    const { related, unrelated } = await compare([...PARAPHRASES, ...QUESTIONS]);
    expect(share([...related, ...unrelated], (value) => value >= 0.3)).toBeGreaterThan(0.99);
    expect(
      await similarity("What has everyone been working on?", "Diana announced a picnic."),
    ).toBeGreaterThan(0.3);
  });
});
