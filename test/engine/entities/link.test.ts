import { expect, inject, test } from "vitest";
import { linkEntities } from "../../../src/engine/entities/link.ts";
import type { Mention } from "../../../src/engine/entities/mention.ts";
import type { ResolveOptions } from "../../../src/engine/entities/resolve.ts";
import { newIdSeed } from "../../../src/engine/ids.ts";
import { readServerSettings } from "../../../src/settings/server-settings.ts";
import { findOrCreateBank } from "../../../src/store/banks.ts";
import { encodeVector } from "../../../src/store/vectors/vector-column.ts";
import { createTestDatabase } from "../../support/database.ts";

const NOW = new Date("2025-01-01T00:00:00Z");
const { retain: settings } = readServerSettings({});

/** A bank to which facts are written; facts are told apart by number. */
async function testBank(changes: Partial<ResolveOptions> = {}) {
  const { database } = await createTestDatabase();
  const bank = await findOrCreateBank(
    database,
    { sandboxId: "", bankId: "b" },
    { now: NOW, idSeed: newIdSeed({ testMode: true, idSeed: null }, "b") },
  );
  const vectorColumn = inject("vectorColumn");
  let facts = 0;
  const options: ResolveOptions = { settings, isLabel: (name) => name.includes(":"), now: NOW, ...changes };
  return {
    /** One write; a name that ends with `=` is literal. */
    async write(date: string | null, ...namesOfFacts: string[][]) {
      const units = namesOfFacts.map((names) => {
        facts += 1;
        const mentions = names.map(
          (name): Mention => ({ name: name.replace(/=$/, ""), literal: name.endsWith("=") }),
        );
        return {
          unitId: `00000000-0000-4000-8000-${String(facts).padStart(12, "0")}`,
          date: date === null ? null : new Date(date),
          mentions,
        };
      });
      await database.query(
        `INSERT INTO memory_units (bank_key, unit_id, position, fact_type, text, embedding, created_at, updated_at)
         SELECT $1, id, 0, 'world', '', $3::text::${vectorColumn}, now(), now() FROM unnest($2::uuid[]) AS id`,
        [bank.bankKey, units.map(({ unitId }) => unitId), encodeVector(Float32Array.of(1), vectorColumn)],
      );
      await database.transaction((tx) => linkEntities(tx, bank, units, options));
    },
    async entities() {
      const { rows } = await database.query<{ name: string; count: number; seen: string }>(
        `SELECT canonical_name AS name, mention_count AS count,
           to_char(first_seen AT TIME ZONE 'UTC', 'MM-DD') || ' ' || to_char(last_seen AT TIME ZONE 'UTC', 'MM-DD') AS seen
         FROM entities ORDER BY canonical_name COLLATE "C"`,
      );
      return rows.map(({ name, count, seen }) => [name, count, seen]);
    },
    async cooccurrences() {
      const { rows } = await database.query<{ pair: string; weight: number }>(
        `SELECT least(a.canonical_name, b.canonical_name) || '+' || greatest(a.canonical_name, b.canonical_name) AS pair, weight
         FROM entity_cooccurrences c JOIN entities a USING (bank_key, entity_id)
           JOIN entities b ON b.bank_key = c.bank_key AND b.entity_id = c.other_id ORDER BY pair`,
      );
      return rows.map(({ pair, weight }) => [pair, weight]);
    },
  };
}

test("a similar name is taken for an entity that was seen lately, and for another one later on", async () => {
  const bank = await testBank();
  await bank.write("2024-01-01", ["Alexander Stone"]);
  await bank.write("2024-01-03", ["Alexandra Stone"]);
  await bank.write("2024-06-01", ["Alex Stone"]);
  expect(await bank.entities()).toEqual([
    ["Alex Stone", 1, "06-01 06-01"],
    ["Alexander Stone", 2, "01-01 01-03"],
  ]);
});

test("the company that a name keeps speaks for it, unless it keeps company with everybody", async () => {
  const quiet = await testBank();
  await quiet.write("2024-01-01", ["Alexander Stone", "Vera"]);
  await quiet.write("2024-06-01", ["Alex Stone", "Vera"]);
  expect((await quiet.entities()).map(([name]) => name)).toEqual(["Alexander Stone", "Vera"]);

  const busy = await testBank();
  const others = ["Quark", "Ziggy", "Mundo", "Hexley", "Brook", "Fjord", "Gnome", "Klaxon", "Piet", "Wyvern"];
  await busy.write("2024-01-01", ["Alexander Stone", "Vera"], ...others.map((other) => [other, "Vera"]));
  await busy.write("2024-06-01", ["Alex Stone", "Vera"]);
  expect((await busy.entities()).map(([name]) => name)).toContain("Alex Stone");
});

test("what a literal name is not is made, and it is found again in any case", async () => {
  const bank = await testBank();
  await bank.write("2024-01-01", ["Orbit Lab"]);
  await bank.write("2024-01-02", ["Orbit Labs=", "ORBIT LAB="]);
  expect(await bank.entities()).toEqual([
    ["Orbit Lab", 2, "01-01 01-02"],
    ["Orbit Labs", 1, "01-02 01-02"],
  ]);
});

test("a label is neither taken for a similar entity nor is a name for it", async () => {
  const bank = await testBank();
  await bank.write("2024-01-01", ["topic:sport"]);
  await bank.write("2024-01-02", ["topic:sports", "topic sport", "TOPIC:SPORT"]);
  expect((await bank.entities()).map(([name, count]) => [name, count])).toEqual([
    ["topic sport", 1],
    ["topic:sport", 2],
    ["topic:sports", 1],
  ]);
});

test("names of one write share the earliest date of those that made the entity", async () => {
  const bank = await testBank();
  await bank.write("2024-01-05", ["Zanzibar"]);
  await bank.write(null, ["Zanzibar"], ["Atlantis"]);
  expect(await bank.entities()).toEqual([
    ["Atlantis", 1, "01-01 01-01"],
    ["Zanzibar", 2, "01-05 01-05"],
  ]);
});

test("a write counts once for a pair, however many of its facts mention both", async () => {
  const bank = await testBank();
  await bank.write("2024-01-01", ["Ada", "Bob"], ["Bob", "Ada", "Cleo"]);
  await bank.write("2024-01-02", ["Ada", "Bob"]);
  expect(await bank.cooccurrences()).toEqual([
    ["Ada+Bob", 2],
    ["Ada+Cleo", 1],
    ["Bob+Cleo", 1],
  ]);
});

test("a threshold of the server's own is the database's as well", async () => {
  const bank = await testBank({ settings: { ...settings, entityTrigramSimilarity: 0.9 } });
  await bank.write("2024-01-01", ["Orbit Lab"]);
  await bank.write("2024-01-01", ["Orbit Labs"]);
  expect(await bank.entities()).toHaveLength(2);
});
