import { expect, test } from "vitest";
import { attributeLeftBanks } from "../../src/harness/left-banks.ts";

test("a bank is put down to every test that ran when it was made", () => {
  const tests = [
    { name: "first", start: 100, end: 200 },
    { name: "second", start: 150, end: 300 },
    { name: "third", start: 400, end: 500 },
  ];
  const bank = (bank_id: string, created_at: number) => ({ bank_id, memory_units: 1, created_at });
  expect(attributeLeftBanks([bank("a", 120), bank("b", 170), bank("c", 350)], tests)).toEqual([
    { bankId: "a", memoryUnits: 1, tests: ["first"] },
    { bankId: "b", memoryUnits: 1, tests: ["first", "second"] },
    { bankId: "c", memoryUnits: 1, tests: [] },
  ]);
});
