const { test, expect } = require("hindsight-testkit/jest");
const { createAgent } = require("../src/agent");

test("remembers an allergy", async ({ bank, hindsight }) => {
  const agent = createAgent({ hindsightUrl: hindsight.url, bankId: bank.id });
  await agent.chat("I am allergic to peanuts.");
  await bank.settled();
  await expect(bank).toRecall("What am I allergic to?", /peanuts/);
  expect(await agent.ask("What am I allergic to?")).toMatch(/peanuts/);
});

test("knows nothing of another test", async ({ bank }) => {
  expect((await bank.listMemories()).total).toBe(0);
  await expect(bank).not.toRecall("What am I allergic to?", /peanuts/);
});
