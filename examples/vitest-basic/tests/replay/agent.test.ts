import { expect, test } from "hindsight-testkit/vitest";
import { createAgent } from "../../src/agent.js";

test("remembers an allergy", async ({ bank, hindsight }) => {
  const agent = createAgent({ hindsightUrl: hindsight.url, bankId: bank.id }); // the code under test
  await agent.chat("I am allergic to peanuts");
  await bank.settled(); // async retains, consolidation, refreshes: done
  await expect(bank).toRecall("What must I not eat?", /peanuts/);
  expect((await bank.reflect("Plan my dinner")).text).toMatch(/peanut/i);
});
