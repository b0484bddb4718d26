import { expect, test } from "hindsight-testkit/vitest";
import { Diary } from "../../src/diary.js";

// All of these write to a bank of the same id on the same server, some at the same time. None sees another's entries.
for (const name of ["Ana", "Bo", "Cem", "Dee", "Eli", "Fay"]) {
  test.concurrent(`${name}'s diary holds ${name}'s entries only`, async ({ hindsight, expect }) => {
    const diary = new Diary(hindsight.url);
    await diary.write(`${name} planted a pear tree behind the house.`);
    await diary.write(`${name} repaired the old boat.`);
    const entries = await diary.entries();
    expect(entries).toHaveLength(2);
    for (const entry of entries) expect(entry).toContain(name);
  });
}

test("the test's own bank is empty, and has the same id in every run", async ({ bank }) => {
  expect(bank.id).toBe("test-bank");
  expect((await bank.listMemories()).total).toBe(0);
});

test("code that only knows HINDSIGHT_API_URL reaches the server too", async () => {
  const diary = new Diary();
  await diary.write("The lighthouse keeper counted eleven ships.");
  expect(await diary.entries()).toHaveLength(1);
  // Through this URL the tests of a file share a sandbox, so this one tidies up. What is left is named, and removed.
  await diary.burn();
});
