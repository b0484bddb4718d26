import { setImmediate as nextTurn } from "node:timers/promises";
import { expect, test } from "vitest";
import type { TestRespond } from "../../src/harness/protocol.ts";
import type { TestPlace } from "../../src/harness/worker/places/place.ts";
import type { Session } from "../../src/harness/worker/session.ts";
import { TestLlm } from "../../src/harness/worker/test-llm.ts";

test("scopes that are answered at once are all told in the end", async () => {
  let told: readonly string[] = [];
  const client = {
    // The first of two requests may be the slower one.
    respond: async (_lease: string, { scopes }: TestRespond) => {
      if (scopes.length === 1) await nextTurn();
      told = scopes;
    },
  };
  const place = { id: "1", requireOwn: () => {} } as unknown as TestPlace;
  const llm = new TestLlm({ client, lease: { id: "lease" } } as unknown as Session, place, "offline");
  await Promise.all([llm.respond("reflect", "Tea."), llm.respond("consolidation", "{}")]);
  expect(told).toEqual(["reflect", "consolidation"]);
});
