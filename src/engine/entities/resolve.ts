import { setImmediate } from "node:timers/promises";
import type { RetainServerSettings } from "../../settings/server-settings.ts";
import type { BankRow } from "../../store/banks.ts";
import type { Queryable } from "../../store/database.ts";
import { findEntitiesByName, type NewEntity } from "../../store/entities.ts";
import { derivedUuid } from "../ids.ts";
import { type Candidate, findCandidates, type KnownEntities } from "./candidates.ts";
import { clusterNames } from "./cluster.ts";
import type { FactMentions } from "./mention.ts";
import { isReused, NameComparer, scoreOf } from "./name-score.ts";

export interface ResolveOptions {
  settings: RetainServerSettings;
  /** Whether a name is that of one of the bank's labels, which are told apart by their exact names. */
  isLabel(name: string): boolean;
  /** When an entity without any dated mention was seen. */
  now: Date;
}

/** A mention, and the entity that it is of. */
export interface ResolvedMention {
  unitId: string;
  entityId: string;
  canonicalName: string;
  /** When the entity was seen by it; null: not known. */
  seenAt: Date | null;
  /** The fact's own date. */
  date: Date | null;
}

export interface ResolvedMentions {
  /** In the order of the facts and of their mentions. */
  mentions: ResolvedMention[];
  /** Entities that are not there yet. */
  created: NewEntity[];
}

/** After so many comparisons whoever waits for the process has a turn. */
const COMPARED_AT_ONCE = 256;

/**
 * Finds the entity that each name of the facts stands for: the bank's most similar one, where enough speaks for it, otherwise
 * a new one; new names that are spellings of one another share it. Nothing is stored. It has to run in the transaction that
 * stores what comes out, with the bank locked, so that no name is made twice.
 */
export async function resolveMentions(
  tx: Queryable,
  bank: BankRow,
  facts: readonly FactMentions[],
  options: ResolveOptions,
): Promise<ResolvedMentions> {
  const known = await findCandidates(tx, bank.bankKey, facts, options);
  const open: OpenMention[] = [];
  const comparer = new NameComparer(options.settings.entityMergeMinSimilarity);
  let compared = 0;
  for (const fact of facts) {
    for (const { name, literal } of fact.mentions) {
      const isLabel = options.isLabel(name);
      const candidates = literal ? [] : known.candidatesOf(name);
      const entity = isLabel ? candidates[0] : bestOf(candidates, name, fact, known, comparer, options);
      open.push({ fact, name, isLabel, literal, entity });
      compared += candidates.length;
      if (compared < COMPARED_AT_ONCE) continue;
      compared = 0;
      await setImmediate();
    }
  }
  return withNewEntities(tx, bank, open, options);
}

/** A mention for which an entity was found, or not. */
interface OpenMention {
  fact: FactMentions;
  name: string;
  isLabel: boolean;
  literal: boolean;
  entity: Candidate | undefined;
}

function bestOf(
  candidates: readonly Candidate[],
  name: string,
  fact: FactMentions,
  known: KnownEntities,
  comparer: NameComparer,
  { isLabel }: ResolveOptions,
): Candidate | undefined {
  let best: Candidate | undefined;
  let bestScore = 0;
  const company = candidates.length > 0 ? known.companyOf(fact, name) : undefined;
  for (const candidate of candidates) {
    const likeness = isLabel(candidate.canonicalName)
      ? undefined
      : comparer.compare(name, candidate.canonicalName);
    if (likeness === undefined) continue;
    const share = company?.(candidate.entityId) ?? 0;
    const score = scoreOf(likeness, share, fact.date, candidate.lastSeen);
    if (score > bestScore) {
      best = candidate;
      bestScore = score;
    }
  }
  return isReused(bestScore) ? best : undefined;
}

/** The names that stand for no known entity, put together where they are spellings of one. */
async function withNewEntities(
  tx: Queryable,
  bank: BankRow,
  open: readonly OpenMention[],
  { settings, now }: ResolveOptions,
): Promise<ResolvedMentions> {
  const fresh = open.filter(({ entity }) => !entity);
  const clusters = clusterNames(
    fresh.filter(({ isLabel, literal }) => !isLabel && !literal).map(({ name }) => name),
    settings.entityIntrabatchMergeSimilarity,
  );
  const spellingOf = (name: string) => clusters.get(name.toLowerCase()) ?? name;
  const groups = new Map<string, { name: string; isLabel: boolean; seenAt: Date | null }>();
  for (const { name, isLabel, fact } of fresh) {
    const spelling = spellingOf(name);
    const group = groups.get(spelling.toLowerCase());
    if (!group) groups.set(spelling.toLowerCase(), { name: spelling, isLabel, seenAt: fact.date });
    else if (fact.date && (!group.seenAt || fact.date < group.seenAt)) group.seenAt = fact.date;
  }
  const byName = await findEntitiesByName(
    tx,
    bank.bankKey,
    [...groups.values()].map(({ name }) => name),
  );
  const created = new Map<string, NewEntity>();
  const entities = new Map(
    [...groups].map(([key, { name, isLabel, seenAt }], index) => {
      const found = byName[index];
      const entityId = found?.entityId ?? derivedUuid(bank.idSeed, "entity", found?.key ?? key);
      const made = created.get(entityId);
      if (!found?.entityId && !made) {
        created.set(entityId, { entityId, canonicalName: name, isLabel, seenAt: seenAt ?? now });
      }
      const canonicalName = found?.canonicalName ?? made?.canonicalName ?? name;
      return [key, { entityId, canonicalName, seenAt }];
    }),
  );
  const mentions = open.flatMap(({ fact, name, entity }): ResolvedMention[] => {
    const { unitId, date } = fact;
    if (entity) {
      return [{ unitId, entityId: entity.entityId, canonicalName: entity.canonicalName, seenAt: date, date }];
    }
    const made = entities.get(spellingOf(name).toLowerCase());
    return made ? [{ unitId, ...made, date }] : [];
  });
  return { mentions, created: [...created.values()] };
}
