import type { Queryable } from "../../store/database.ts";
import { findCompany, findEntitiesByName, findSimilarEntities } from "../../store/entities.ts";
import type { FactMentions } from "./mention.ts";
import type { ResolveOptions } from "./resolve.ts";

/** An entity that a name may stand for. */
export interface Candidate {
  entityId: string;
  canonicalName: string;
  lastSeen: Date;
}

/** What the bank knows of the names of a write. */
export interface KnownEntities {
  /** The most similar first; of a label, the one of exactly that name. */
  candidatesOf(name: string): readonly Candidate[];
  /**
   * Says of an entity which share of the fact's names but this one it was mentioned with before; a name that was mentioned
   * with many counts less.
   */
  companyOf(fact: FactMentions, name: string): (entityId: string) => number;
}

/** Looks all names up at once. Names that are literal everywhere have no candidates. */
export async function findCandidates(
  tx: Queryable,
  bankKey: string,
  facts: readonly FactMentions[],
  { settings, isLabel }: ResolveOptions,
): Promise<KnownEntities> {
  const mentions = facts.flatMap((fact) => fact.mentions);
  const names = [...new Set(mentions.map(({ name }) => name))];
  if (mentions.every(({ literal }) => literal)) return NOTHING_KNOWN;
  const byName = new Map<string, Candidate[]>(names.map((name) => [name, []]));
  const labels = names.filter(isLabel);
  for (const [index, found] of (await findEntitiesByName(tx, bankKey, labels)).entries()) {
    const { entityId, canonicalName, lastSeen } = found;
    if (entityId === null || canonicalName === null || lastSeen === null) continue;
    byName.get(labels[index] ?? "")?.push({ entityId, canonicalName, lastSeen });
  }
  const others = names.filter((name) => !isLabel(name));
  const similar = await findSimilarEntities(tx, bankKey, others, {
    threshold: settings.entityTrigramSimilarity,
    limit: settings.entityMaxCandidates,
  });
  for (const { nameIndex, ...candidate } of similar) byName.get(others[nameIndex] ?? "")?.push(candidate);
  const companyOf = await readCompany(tx, bankKey, facts, [...byName.values()].flat());
  return { candidatesOf: (name) => byName.get(name) ?? [], companyOf };
}

const NOTHING_KNOWN: KnownEntities = { candidatesOf: () => [], companyOf: () => () => 0 };

/** Only facts of several names have company, and only names that are those of entities can have been in it before. */
async function readCompany(
  tx: Queryable,
  bankKey: string,
  facts: readonly FactMentions[],
  candidates: readonly Candidate[],
): Promise<KnownEntities["companyOf"]> {
  const inCompany = new Set(
    facts
      .filter((fact) => fact.mentions.length > 1)
      .flatMap((fact) => fact.mentions.map(({ name }) => name.toLowerCase())),
  );
  const idByName = new Map<string, string>();
  for (const { entityId, canonicalName } of candidates) {
    const key = canonicalName.toLowerCase();
    if (inCompany.has(key)) idByName.set(key, entityId);
  }
  const candidateIds = [...new Set(candidates.map(({ entityId }) => entityId))];
  const { degrees, companions } = await findCompany(tx, bankKey, [...idByName.values()], candidateIds);
  return (fact, name) => {
    const others = new Set(
      fact.mentions.filter((other) => other.name !== name).map((other) => other.name.toLowerCase()),
    );
    const known = [...others].flatMap((other) => idByName.get(other) ?? []);
    return (entityId) => {
      let weight = 0;
      for (const id of known) {
        if (companions.get(id)?.has(entityId)) weight += 1 / Math.sqrt(Math.max(degrees.get(id) ?? 1, 1));
      }
      return others.size === 0 ? 0 : weight / others.size;
    };
  };
}
