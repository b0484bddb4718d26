import { Random } from "./random.ts";

const VICTIMS = ["runner", "daemon", "postgres", "reaper"] as const;
export type Victim = (typeof VICTIMS)[number];

/** `run`: Vitest on two workers. `server`: a program with a `HindsightServer`. `container`: that with its Postgres in a container. */
export type ScenarioName = "run" | "server" | "container";
/** Those that every machine can play. */
export const SCENARIOS: readonly ScenarioName[] = ["run", "server"];

/** What happens in a round. */
export interface Round {
  scenario: ScenarioName;
  /** Killed at once, in this order. */
  victims: Victim[];
  /** When, as a share of the time that the scenario takes when nothing is killed. */
  moment: number;
  /** Without the prepared cluster in the cache: initdb and migrations run first. */
  isCold: boolean;
}

/** Each victim, and each pair of them. */
const TARGETS: readonly Victim[][] = VICTIMS.flatMap((first, index) => [
  [first],
  ...VICTIMS.slice(index + 1).map((second) => [first, second]),
]);

/**
 * The rounds of a seed. Every victim and pair has its turn as often as the others, in every scenario; when, and in which order,
 * is drawn.
 */
export function plan(seed: number, rounds: number, scenarios: readonly ScenarioName[] = SCENARIOS): Round[] {
  const random = new Random(seed);
  const all = TARGETS.flatMap((victims) =>
    scenarios
      // What runs in a container is its engine's child, and not ours.
      .filter((scenario) => scenario !== "container" || !victims.includes("postgres"))
      .map((scenario) => ({ scenario, victims })),
  );
  const planned: Round[] = [];
  let left: typeof all = [];
  while (planned.length < rounds) {
    if (left.length === 0) left = [...all];
    const next = random.pick(left);
    left = left.filter((other) => other !== next);
    const victims = random.next() < 0.5 ? next.victims : next.victims.toReversed();
    planned.push({ ...next, victims, moment: random.next(), isCold: random.next() < 0.1 });
  }
  return planned;
}

export function describeRound({ scenario, victims, moment, isCold }: Round): string {
  return `${scenario}${isCold ? " (cold)" : ""}: ${victims.join(" + ")} at ${Math.round(moment * 100)} %`;
}
