/** `npm run torture`: see scripts/torture.mjs, which builds and runs this. */
import { parseArgs } from "node:util";
import { hasEngine } from "../containers.ts";
import { makePlace } from "../place.ts";
import { describeRound, plan, SCENARIOS, type ScenarioName } from "../plan.ts";
import { killProfile } from "../profile.ts";
import { Random } from "../random.ts";
import { playRound, runCalmly } from "../round.ts";
import { FILES } from "../scenarios.ts";

const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "100" },
    seed: { type: "string", default: String(Date.now() % 1_000_000) },
    only: { type: "string" },
    kills: { type: "string", default: "50" },
  },
});
const [rounds, seed, kills] = [Number(values.rounds), Number(values.seed), Number(values.kills)];
const { only } = values;
const all: ScenarioName[] = [...SCENARIOS, "container"];
// Asked for by its name it fails where no engine answers.
const playable = all.filter((name) => name !== "container" || only === name || hasEngine());
const scenarios = playable.filter((name) => only === undefined || name === only);
const isUsable =
  [rounds, seed, kills].every(Number.isInteger) && (scenarios.length > 0 || only === "profile");
if (!isUsable) {
  const names = [...all, "profile"].join("|");
  console.error(`Usage: npm run torture -- [--rounds 100] [--kills 50] [--seed 1] [--only ${names}]`);
  process.exit(2);
}
console.log(`seed ${seed}`);
if (only === undefined && !scenarios.includes("container")) {
  console.log("no container engine answers: no rounds with Postgres in a container");
}
const place = makePlace(FILES);
process.env.HINDSIGHT_TESTKIT_HOME = place.home;

/** @returns whether all went well. */
async function playRounds(): Promise<boolean> {
  const counts = { failed: 0, nextStarts: 0, strangers: 0, slowest: 0 };
  const calmMs = new Map<ScenarioName, number>();
  for (const scenario of scenarios) {
    await runCalmly(scenario, place); // fills the caches
    calmMs.set(scenario, await runCalmly(scenario, place));
    console.log(`${scenario} takes ${Math.round(calmMs.get(scenario) ?? 0)} ms when nothing is killed`);
  }
  for (const [index, round] of plan(seed, rounds, scenarios).entries()) {
    const began = performance.now();
    const outcome = await playRound(round, place, calmMs.get(round.scenario) ?? 0);
    const { faults, neededNextStart, hadStranger, cleanAfterMs, ending } = outcome;
    counts.failed += Number(faults.length > 0);
    counts.nextStarts += Number(neededNextStart);
    counts.strangers += Number(hadStranger);
    if (!neededNextStart) counts.slowest = Math.max(counts.slowest, cleanAfterMs ?? 0);
    const how = neededNextStart
      ? "after the next start"
      : `after ${Math.round(cleanAfterMs ?? Number.NaN)} ms`;
    const result = faults.length > 0 ? "FAILED" : `clean ${how}${hadStranger ? ", stranger spared" : ""}`;
    const ms = Math.round(performance.now() - began);
    console.log(`${index + 1}. ${describeRound(round)}; ended with ${ending}; ${result} (${ms} ms in all)`);
    for (const fault of faults) console.log(`   ${fault}`);
  }
  console.log(
    `seed ${seed}: ${rounds - counts.failed} of ${rounds} rounds left nothing and signalled no stranger; ` +
      `${counts.nextStarts} took the next start, as their reaper was killed; ${counts.strangers} had a stranger with ` +
      `a recycled id; otherwise all was gone after ${Math.round(counts.slowest)} ms at most`,
  );
  return counts.failed === 0;
}

/** @returns whether all went well. */
async function playProfile(): Promise<boolean> {
  const { accepted, unanswered, faults } = await killProfile(kills, new Random(seed), place);
  for (const fault of faults) console.log(`   ${fault}`);
  console.log(
    `seed ${seed}: a profile after ${kills} kills: ${accepted} documents were accepted, ${unanswered} more were stored; ` +
      `${faults.length} faults`,
  );
  return faults.length === 0;
}

try {
  const results: boolean[] = [];
  if (scenarios.length > 0) results.push(await playRounds());
  if (only === undefined || only === "profile") results.push(await playProfile());
  process.exitCode = results.includes(false) ? 1 : 0;
} finally {
  place.remove();
}
