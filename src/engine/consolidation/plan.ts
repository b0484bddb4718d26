import type { ConsolidationAnswer } from "./answer.ts";
import type { KnownObservation } from "./known-observations.ts";

/** An answer with everything resolved: what is done with which observations. */
export interface ConsolidationPlan {
  creates: { text: string; sourceIds: string[] }[];
  /** One for each observation. */
  updates: { observationId: string; text: string; sourceIds: string[] }[];
  /** `mergedInto` null: it simply goes; `unknown`: into an observation that was not shown. */
  deletes: { observationId: string; mergedInto: string | "unknown" | null }[];
  /** Facts that some action names. */
  touched: Set<string>;
}

/** So many characters of an id tell which is meant, where only one of those shown begins with them. */
const TELLING_LENGTH = 13;

/**
 * @param facts the ids of the facts that the model was shown.
 * @param freeSlots how many observations may be created; null: any number.
 */
export function planOf(
  answer: ConsolidationAnswer,
  facts: ReadonlySet<string>,
  known: readonly KnownObservation[],
  freeSlots: number | null,
): ConsolidationPlan {
  const shown = new Map(known.map(({ observation }) => [observation.unitId, observation.text]));
  const resolve = (id: string) => resolveId(id, [...shown.keys()]);
  const ofFacts = <Action extends { sourceIds: string[] }>(actions: readonly Action[]): Action[] =>
    actions
      .map((action) => ({ ...action, sourceIds: action.sourceIds.filter((id) => facts.has(id)) }))
      .filter(({ sourceIds }) => sourceIds.length > 0);
  const updates = new Map<string, ConsolidationPlan["updates"][number]>();
  for (const { observationId: id, text, sourceIds } of ofFacts(answer.updates)) {
    const observationId = resolve(id);
    if (observationId === undefined) continue;
    const earlier = updates.get(observationId)?.sourceIds ?? [];
    updates.set(observationId, { observationId, text, sourceIds: [...new Set([...earlier, ...sourceIds])] });
  }
  const deletes = new Map<string, ConsolidationPlan["deletes"][number]>();
  for (const { observationId: id, mergedInto } of answer.deletes) {
    const observationId = resolve(id);
    if (observationId === undefined || updates.has(observationId) || deletes.has(observationId)) continue;
    const into = mergedInto === null ? null : (resolve(mergedInto) ?? "unknown");
    deletes.set(observationId, { observationId, mergedInto: into });
  }
  // A fact is no observation: what is said in its place is said for the first time, where there is room for it.
  const room = freeSlots === null ? Infinity : freeSlots - answer.creates.length;
  const misplaced = answer.updates.filter(({ observationId }) => facts.has(observationId)).slice(0, room);
  const said = new Set([...shown.values(), ...[...updates.values()].map(({ text }) => text)].map(collapse));
  const creates = ofFacts([
    ...answer.creates,
    ...misplaced.map(({ text, sourceIds }) => ({ text, sourceIds })),
  ]).filter(({ text }) => !said.has(collapse(text)));
  return {
    creates,
    updates: [...updates.values()],
    deletes: [...deletes.values()],
    touched: new Set([...creates, ...updates.values()].flatMap(({ sourceIds }) => sourceIds)),
  };
}

function resolveId(id: string, shown: readonly string[]): string | undefined {
  if (shown.includes(id)) return id;
  if (id.length < TELLING_LENGTH) return undefined;
  const alike = shown.filter((one) => one.startsWith(id.slice(0, TELLING_LENGTH)));
  return alike.length === 1 ? alike[0] : undefined;
}

function collapse(text: string): string {
  return text.trim().replace(/\s+/g, " ");
}
