import { test as base, expect, type TestBank } from "hindsight-testkit/vitest";
import { describe } from "vitest";
import { conversation } from "../../src/conversation.js";

/** A bank that remembers the whole conversation: a document for every session. */
const test = base.extend<{ friends: TestBank }>({
  friends: async ({ bank }, use) => {
    await bank.retainBatch(
      conversation.map(({ id, timestamp, turns }) => ({
        content: turns.map(({ speaker, text }) => `${speaker}: ${text}`).join("\n"),
        document_id: id,
        timestamp,
        context: "a call between Maya and Jonas",
      })),
    );
    await use(bank);
  },
});

describe("what was said can be recalled", () => {
  test("a fact from the middle of a session", async ({ friends }) => {
    await expect(friends).toRecall("What is Maya allergic to?", /hazelnuts/);
    await expect(friends).toRecall("Where does Jonas work?", /Nordwind Robotics/);
    await expect(friends).toRecall("What is the name of Maya's dog?", /Pimenta/);
  });

  test("in other words than it was said", async ({ friends }) => {
    await expect(friends).toRecall("Which instrument is Jonas playing?", /cello/);
    await expect(friends).toRecall("injury from cycling accident: broken wrist", /wrist/);
  });

  test("nothing that nobody said", async ({ friends }) => {
    await expect(friends).not.toRecall("What did Maya study?", /astronomy/);
  });
});

describe("reflect answers from it", () => {
  test("and cites what it rests on", async ({ friends }) => {
    const answer = await friends.reflect("What is Maya allergic to?", { includeFacts: true });
    expect(answer.text).toMatch(/hazelnuts/);
    const cited = answer.based_on?.memories ?? [];
    expect(cited.map(({ text }) => text).join("\n")).toMatch(/hazelnuts/);
  });

  test("a change over time: the newer fact wins", async ({ friends }) => {
    const { text } = await friends.reflect("Where does Maya live now, since she moved?");
    expect(text).toMatch(/Porto/);
  });

  test("says so when it does not know", async ({ friends }) => {
    const { text } = await friends.reflect("What is the name of Rebecca's horse?");
    expect(text).toMatch(/don't know|do not know|no information/i);
  });
});

test("relative dates are resolved against the session's own", async ({ friends }) => {
  const { results } = await friends.recall("When did Maya unpack the last box?");
  const unpacked = results.find(({ text }) => text.includes("last box"));
  expect(unpacked?.occurred_start).toMatch(/^2024-01-1[23]/);
});
