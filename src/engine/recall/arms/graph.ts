import {
  type Expansion,
  expandByEntities,
  expandByLinks,
  expandBySources,
} from "../../../store/graph-expansion.ts";
import { visibleUnits } from "../../../store/recalled-rows.ts";
import type { ArmHit, ArmInput } from "./arm.ts";

/** Facts that are joined to those nearest in meaning: by common entities, by similarity, or as their causes. */
export async function graphArm(input: ArmInput, seeds: readonly ArmHit[]): Promise<ArmHit[]> {
  const { database, settings } = input.context;
  const facts = seeds.filter(({ factType }) => factType !== "observation");
  const observations = seeds.filter(({ factType }) => factType === "observation");
  const options = {
    limit: input.breadth,
    perEntity: settings.recall.graphPerEntityLimit,
    timeoutMs: settings.recall.graphTimeoutMs,
  };
  const { bankKey } = input.bank;
  const [byEntities, bySources, byLinks] = await Promise.all([
    expandByEntities(database, bankKey, facts, options),
    expandBySources(database, bankKey, observations, options),
    expandByLinks(database, bankKey, seeds, input.breadth),
  ]);
  // Observations are found in time, or not at all.
  const links = bySources === null ? byLinks.filter(({ factType }) => factType !== "observation") : byLinks;
  return visible(activated([...(byEntities ?? []), ...(bySources ?? []), ...links], input), input);
}

/** What each expansion adds to a fact's activation, 1 at most. */
function activationOf({ part, score }: Expansion): number {
  return part === "entity" ? Math.tanh(0.5 * score) : score;
}

/** The first of each type's facts by the sum of their activations, ties by id. */
function activated(expansions: readonly Expansion[], { factTypes, breadth }: ArmInput): ArmHit[] {
  const facts = new Map<string, ArmHit>();
  for (const expansion of expansions) {
    const { unitId, factType } = expansion;
    const fact = facts.get(unitId) ?? { unitId, factType, score: 0 };
    fact.score += activationOf(expansion);
    facts.set(unitId, fact);
  }
  return factTypes.flatMap((type) =>
    [...facts.values()]
      .filter(({ factType }) => factType === type)
      .sort((a, b) => b.score - a.score || (a.unitId < b.unitId ? -1 : 1))
      .slice(0, breadth),
  );
}

/** Those that pass the filters. The lists were cut before: so upstream does. */
async function visible(hits: ArmHit[], { context, bank, tags, writes }: ArmInput): Promise<ArmHit[]> {
  if (!tags && !writes) return hits;
  const ids = hits.map(({ unitId }) => unitId);
  const passing = await visibleUnits(context.database, bank.bankKey, ids, { tags, writes });
  return hits.filter(({ unitId }) => passing.has(unitId));
}
