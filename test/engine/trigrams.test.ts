import fc from "fast-check";
import { expect, test } from "vitest";
import { trigramSimilarity, trigramsOf } from "../../src/engine/trigrams.ts";
import { createTestDatabase } from "../support/database.ts";

const NAMES = fc.oneof(
  fc.string({ unit: fc.constantFrom(..."abAB é_-'.1 2Ü中の".split("")), maxLength: 12 }),
  fc.constantFrom(
    "Katherine Johnson",
    "katherine  johnston",
    "GPT-4",
    "gpt 4",
    "Wren 🎵",
    "São Paulo",
    "o'neil",
  ),
);

test("similarity is Postgres' own", async () => {
  const { database } = await createTestDatabase();
  const pairs = fc.sample(fc.tuple(NAMES, NAMES), 500);
  const { rows } = await database.query<{ similarity: number }>(
    `SELECT similarity(one, other) AS similarity FROM unnest($1::text[], $2::text[]) WITH ORDINALITY
       AS p (one, other, number) ORDER BY number`,
    [pairs.map(([one]) => one), pairs.map(([, other]) => other)],
  );
  for (const [index, [one, other]] of pairs.entries()) {
    const similarity = trigramSimilarity(trigramsOf(one), trigramsOf(other));
    expect(Math.fround(similarity), `${JSON.stringify(one)} and ${JSON.stringify(other)}`).toBe(
      Math.fround(rows[index]?.similarity ?? Number.NaN),
    );
  }
});

test("a name without letters and digits is similar to none, not even to itself", () => {
  expect(trigramSimilarity(trigramsOf("!!!"), trigramsOf("!!!"))).toBe(0);
});
