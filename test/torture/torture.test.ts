import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { makePlace, type Place } from "./place.ts";
import { describeRound, plan, SCENARIOS, type ScenarioName } from "./plan.ts";
import { killProfile } from "./profile.ts";
import { Random } from "./random.ts";
import { playRound, runCalmly } from "./round.ts";
import { FILES } from "./scenarios.ts";

/** Its first five rounds kill each of the four, alone or beside another, in both scenarios. `npm run torture` plays more. */
const SEED = 12;

// It looks into /proc.
describe.skipIf(process.platform !== "linux")("torture (Linux only)", () => {
  let place: Place;
  const calmMs = new Map<ScenarioName, number>();

  beforeAll(async () => {
    place = makePlace(FILES);
    for (const scenario of SCENARIOS) calmMs.set(scenario, await runCalmly(scenario, place));
  }, 120_000);
  afterAll(() => place.remove());

  test.each(plan(SEED, 5).map((round) => [describeRound(round), round] as const))(
    "leaves nothing: %s",
    { timeout: 120_000 },
    async (_, round) => {
      expect((await playRound(round, place, calmMs.get(round.scenario) ?? 0)).faults).toEqual([]);
    },
  );

  test("loses nothing of a profile that was accepted, and writes nothing by halves", {
    timeout: 120_000,
  }, async () => {
    process.env.HINDSIGHT_TESTKIT_HOME = place.home;
    const { faults, accepted } = await killProfile(5, new Random(SEED), place);
    expect(faults).toEqual([]);
    expect(accepted).toBeGreaterThan(0);
  });
});
