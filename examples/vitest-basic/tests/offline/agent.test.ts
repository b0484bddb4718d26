import { expect, test } from "hindsight-testkit/vitest";
import { createAgent } from "../../src/agent.js";

test("asynchronous work is done when the bank is settled", async ({ bank, hindsight }) => {
  const agent = createAgent({ hindsightUrl: hindsight.url, bankId: bank.id });
  await Promise.all([
    agent.chat("My sister Clara lives in Ghent."),
    agent.chat("I run a bakery in Antwerp."),
    agent.chat("Our oven was built in 1931."),
  ]);
  await bank.settled();
  expect((await bank.listMemories({ type: "world" })).total).toBe(3);
  // Settled means that the facts were consolidated, too.
  expect((await bank.listMemories({ type: "observation" })).total).toBeGreaterThan(0);
  expect(await agent.ask("Where does Clara live?")).toMatch(/Ghent/);
});
