/** `npm run torture`: see scripts/torture.mjs, which builds and runs this. */
import { parseArgs } from "node:util";
import { makePlace } from "../place.ts";
import { describeRound, plan, SCENARIOS, type ScenarioName } from "../plan.ts";
import { playRound, runCalmly } from "../round.ts";
import { FILES } from "../scenarios.ts";

const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "100" },
    seed: { type: "string", default: String(Date.now() % 1_000_000) },
    only: { type: "string" },
  },
});
const [rounds, seed] = [Number(values.rounds), Number(values.seed)];
const scenarios = SCENARIOS.filter((name) => values.only === undefined || name === values.only);
if (!Number.isInteger(rounds) || !Number.isInteger(seed) || scenarios.length === 0) {
  console.error(`Usage: npm run torture -- [--rounds 100] [--seed 1] [--only ${SCENARIOS.join("|")}]`);
  process.exit(2);
}
console.log(`seed ${seed}, ${rounds} rounds of ${scenarios.join(", ")}`);
const place = makePlace(FILES);
const counts = { failed: 0, nextStarts: 0, strangers: 0, slowest: 0 };
try {
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
    console.log(
      `${index + 1}. ${describeRound(round)}; ended with ${ending}; ${result} (${Math.round(performance.now() - began)} ms in all)`,
    );
    for (const fault of faults) console.log(`   ${fault}`);
  }
} finally {
  place.remove();
}
console.log(
  `seed ${seed}: ${rounds - counts.failed} of ${rounds} rounds left nothing and signalled no stranger; ` +
    `${counts.nextStarts} took the next start, as their reaper was killed; ${counts.strangers} had a stranger with ` +
    `a recycled id; otherwise all was gone after ${Math.round(counts.slowest)} ms at most`,
);
process.exitCode = counts.failed > 0 ? 1 : 0;
