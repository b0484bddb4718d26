import { test as base, expect } from "hindsight-testkit/vitest";
import { Agent } from "../src/agent.js";

const test = base.extend<{ agent: Agent }>({
  agent: async ({ bank, hindsight: { url, apiKey } }, use) => {
    await use(new Agent({ hindsightUrl: url, apiKey, bankId: bank.id }));
  },
});

test("remembers what it was told, and what follows from it", async ({ agent, bank }) => {
  await agent.chat("Mara repairs boats. Jonas bakes bread.");
  await bank.settled();
  await expect(bank).toRecall("Who repairs boats?", /Mara/);
  // Settled means that the facts were consolidated, too.
  expect((await bank.listMemories({ type: "observation" })).total).toBeGreaterThan(0);
  expect(await agent.ask("What does Mara do?")).toMatch(/boats/);
});

test("knows nothing of what another test has told it", async ({ bank }) => {
  await expect(bank).not.toRecall("Who repairs boats?", /Mara/);
});

test("forgets nothing in a year", async ({ agent, bank, hindsight, skip }) => {
  skip(hindsight.isExisting, "the clock of an existing server is the real one");
  await agent.chat("Mara repairs boats.");
  await bank.settled();
  await hindsight.clock.advance({ days: 365 });
  await expect(bank).toRecall("Who repairs boats?", /Mara/);
});
