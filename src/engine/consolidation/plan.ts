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

/** @param facts the ids of the facts that the model was shown. */
export function planOf(
  answer: ConsolidationAnswer,
  facts: ReadonlySet<string>,
  known: readonly KnownObservation[],
): ConsolidationPlan {
  const shown = new Map(known.map(({ observation }) => [observation.unitId, observation.text]));
  const resolve = (id: string) => resolveId(id, [...shown.keys()]);
  const creates: ConsolidationPlan["creates"] = [];
  const updates = new Map<string, ConsolidationPlan["updates"][number]>();
  const touched = new Set<string>();
  const own = (sourceIds: readonly string[]) => {
    const ids = sourceIds.filter((id) => facts.has(id));
    for (const id of ids) touched.add(id);
    return ids;
  };
  // A fact is no observation: what is said in its place is said for the first time.
  const misplaced = answer.updates.filter(({ observationId }) => facts.has(observationId));
  for (const { text, sourceIds } of [...answer.creates, ...misplaced]) {
    const ids = own(sourceIds);
    if (ids.length > 0) creates.push({ text, sourceIds: ids });
  }
  for (const update of answer.updates) {
    const observationId = resolve(update.observationId);
    if (observationId === undefined) continue;
    const ids = own(update.sourceIds);
    if (ids.length === 0) continue;
    const earlier = updates.get(observationId)?.sourceIds ?? [];
    updates.set(observationId, {
      observationId,
      text: update.text,
      sourceIds: [...new Set([...earlier, ...ids])],
    });
  }
  const deletes = new Map<string, ConsolidationPlan["deletes"][number]>();
  for (const { observationId: id, mergedInto } of answer.deletes) {
    const observationId = resolve(id);
    if (observationId === undefined || updates.has(observationId)) continue;
    const into = mergedInto === null ? null : (resolve(mergedInto) ?? "unknown");
    deletes.set(observationId, { observationId, mergedInto: into });
  }
  const said = new Set([...shown.values(), ...[...updates.values()].map(({ text }) => text)].map(collapse));
  return {
    creates: creates.filter(({ text }) => !said.has(collapse(text))),
    updates: [...updates.values()],
    deletes: [...deletes.values()],
    touched,
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
