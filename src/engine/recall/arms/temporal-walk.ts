import { strongestLinks, type TemporalLink } from "../../../store/temporal-links.ts";
import type { DateWindow } from "../../../store/vectors/date-window.ts";
import type { FactType } from "../../types.ts";
import type { ArmHit, ArmInput } from "./arm.ts";
import { proximity } from "./proximity.ts";

const MAX_ROUNDS = 5;
/** Facts of a type whose links are followed in one round, and links of each. */
const FACTS_PER_ROUND = 20;
const LINKS_PER_FACT = 10;
/** What is left of a score after one link, by its kind: a cause says more of what happened next than nearness in time. */
const CARRIED: Record<string, number> = { temporal: 0.7, caused_by: 1.4 };
/** From facts with no more than this score nothing is carried on. */
const MIN_SCORE = 0.2;
/** The proximity of a fact without a date. */
const UNDATED = 0.3;

/** A walk among the facts of one type. */
interface Walk {
  factType: FactType;
  hits: ArmHit[];
  visited: Set<string>;
  /** What a fact passes on: of entry points 1. */
  passedOn: Map<string, number>;
  /** Facts whose links are still to be followed, in order. */
  frontier: string[];
  /** How many more facts may be found. */
  remaining: number;
}

/**
 * Goes on from the entry points along the strongest links, all types at once: each round is one query.
 * @returns the entry points, and then what was found, type by type.
 */
export async function walk(
  input: ArmInput,
  window: DateWindow,
  entries: readonly ArmHit[],
): Promise<ArmHit[]> {
  const walks = input.factTypes.map((factType) => begin(factType, entries, input.breadth));
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const from = walks.flatMap(({ factType, frontier, remaining }) =>
      remaining > 0 ? frontier.splice(0, FACTS_PER_ROUND).map((unitId) => ({ unitId, factType })) : [],
    );
    if (from.length === 0) break;
    const links = await follow(input, from);
    for (const one of walks) {
      advance(
        one,
        window,
        links.filter(({ factType }) => factType === one.factType),
      );
    }
  }
  return walks.flatMap(({ hits }) => hits);
}

function begin(factType: FactType, entries: readonly ArmHit[], breadth: number): Walk {
  const hits = entries.filter((entry) => entry.factType === factType);
  const ids = hits.map(({ unitId }) => unitId);
  return {
    factType,
    hits,
    visited: new Set(ids),
    passedOn: new Map(ids.map((unitId) => [unitId, 1])),
    frontier: ids,
    remaining: breadth - hits.length,
  };
}

/** A link to a fact that has something to do with the query. */
interface FollowedLink extends TemporalLink {
  similarity: number;
}

async function follow(
  { context, bank, vector, tags, writes }: ArmInput,
  from: readonly { unitId: string; factType: FactType }[],
): Promise<FollowedLink[]> {
  const links = await strongestLinks(context.database, bank.bankKey, from, {
    perUnit: LINKS_PER_FACT,
    tags,
    writes,
  });
  const similarities = await context.vectors.similarities(
    bank,
    vector,
    links.map(({ unitId }) => unitId),
  );
  const floor = context.settings.recall.temporalMinSimilarity;
  return links
    .map((link) => ({ ...link, similarity: similarities.get(link.unitId) ?? -1 }))
    .filter(({ similarity }) => !(similarity < floor));
}

/** Takes up what the links of one round lead to: each fact by the best way to it, the best ways first, ties by id. */
function advance(one: Walk, window: DateWindow, links: readonly FollowedLink[]): void {
  const best = new Map<string, { link: FollowedLink; carried: number }>();
  for (const link of links) {
    if (one.visited.has(link.unitId)) continue;
    const carried = (one.passedOn.get(link.fromUnitId) ?? 0) * link.weight * (CARRIED[link.linkType] ?? 0);
    if (carried > (best.get(link.unitId)?.carried ?? -1)) best.set(link.unitId, { link, carried });
  }
  const ways = [...best.values()].sort(
    (a, b) => b.carried - a.carried || (a.link.unitId < b.link.unitId ? -1 : 1),
  );
  for (const { link, carried } of ways.slice(0, one.remaining)) {
    const { unitId, similarity } = link;
    const near = proximity(link, window, UNDATED);
    const score = Math.max(near, carried);
    one.visited.add(unitId);
    one.hits.push({ unitId, factType: one.factType, score, inTime: { proximity: near, similarity } });
    one.remaining -= 1;
    if (score <= MIN_SCORE) continue;
    one.passedOn.set(unitId, score);
    one.frontier.push(unitId);
  }
}
