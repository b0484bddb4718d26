/** The offline model's part in consolidation: it gets what any model gets, and answers by rules. Same request, same answer. */
import type { ChatRequest } from "../../types.ts";
import { loadTagger, remembering, type Tagger } from "../extraction/grammar.ts";
import { Changes } from "./changes.ts";
import { parseObservation, renderObservation } from "./observation-text.ts";
import { type KnownObservation, type Pair, type Question, readPair, readQuestion } from "./request.ts";
import { type Statement, statementsOf } from "./statements.ts";
import { keyOf } from "./subject.ts";

/** Observations that one fact may go into. */
const MAX_OBSERVATIONS_OF_FACT = 8;

/** Answers with the JSON text that the request asks for. */
export async function consolidate({ messages }: ChatRequest): Promise<string> {
  const tagger = remembering(await loadTagger());
  const pair = readPair(messages);
  return JSON.stringify(pair ? judge(pair, tagger) : decide(readQuestion(messages), tagger));
}

/** What is said of one subject, in one observation: what is new, and what is known. */
interface Group {
  subject: string;
  statements: Statement[];
  factIds: Set<string>;
  known: KnownObservation[];
}

function decide({ facts, observations, room }: Question, tagger: Tagger) {
  const changes = new Changes(tagger);
  const groups = new Map<string, Group>();
  for (const fact of facts) {
    const keys = new Set<string>();
    for (const statement of statementsOf(fact)) {
      const { subject, text: key } = keyOf(statement.text, tagger);
      // An exclamation about nobody tells nothing that lasts.
      if (subject === "" && statement.text.endsWith("!")) continue;
      if (keys.size === MAX_OBSERVATIONS_OF_FACT && !keys.has(key)) continue;
      keys.add(key);
      const group = groups.get(key) ?? { subject, statements: [], factIds: new Set(), known: [] };
      groups.set(key, group);
      group.statements.push(statement);
      group.factIds.add(fact.id);
    }
  }
  const bySubject = new Map<string, KnownObservation>();
  for (const observation of observations) {
    const [first] = parseObservation(observation.text, observation.day);
    if (!first) continue;
    const { subject, text: key } = keyOf(first.text, tagger);
    groups.get(key)?.known.push(observation);
    if (subject !== "" && !bySubject.has(subject)) bySubject.set(subject, observation);
  }
  const creates: object[] = [];
  const updates = new Map<string, Group>();
  const deletes: object[] = [];
  for (const group of groups.values()) {
    const [target, ...others] = group.known.toSorted(byWeight);
    const elsewhere = creates.length < room ? undefined : bySubject.get(group.subject);
    const place = target ?? elsewhere;
    if (place) {
      const update = updates.get(place.id) ?? {
        ...group,
        statements: [],
        factIds: new Set(),
        known: [place],
      };
      updates.set(place.id, update);
      update.statements.push(...group.statements, ...others.flatMap(statementsIn));
      for (const id of group.factIds) update.factIds.add(id);
      for (const { id } of others)
        deletes.push({ observation_id: id, merged_into: place.id, reason: REASONS.same });
    } else if (creates.length < room) {
      const text = renderObservation(group.statements, changes);
      creates.push({ text, source_fact_ids: [...group.factIds], reason: REASONS.unknown });
    }
  }
  return { creates, updates: [...updates].map((entry) => toUpdate(entry, changes)), deletes };
}

const REASONS = {
  same: "Both are about the same.",
  unknown: "No observation is about this yet.",
  known: "The observation is about the same.",
};

function toUpdate([id, { statements, factIds, known }]: [string, Group], changes: Changes) {
  const text = renderObservation([...known.flatMap(statementsIn), ...statements], changes);
  return { observation_id: id, text, source_fact_ids: [...factIds], reason: REASONS.known };
}

function statementsIn({ text, day }: KnownObservation): Statement[] {
  return parseObservation(text, day);
}

/** The best supported one first. */
function byWeight(a: KnownObservation, b: KnownObservation): number {
  return b.proofCount - a.proofCount || (a.id < b.id ? -1 : 1);
}

/** Two observations of the same subject and topic are one. */
function judge({ candidate, twin }: Pair, tagger: Tagger) {
  const texts = [candidate, twin].map((text) => parseObservation(text, null));
  const [key, other] = texts.map(([first]) => first && keyOf(first.text, tagger).text);
  if (key === undefined || key !== other)
    return { action: "keep", reason: "They are about different things." };
  return {
    action: "merge",
    text: renderObservation(texts.flat(), new Changes(tagger)),
    reason: REASONS.same,
  };
}
