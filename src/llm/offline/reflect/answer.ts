/** Writes an answer out of the facts' own words. */

import { capitalise } from "../extraction/speakers.ts";
import { type Fact, isFirstPerson } from "./evidence.ts";
import type { Question } from "./question.ts";
import { rankFacts } from "./ranking.ts";
import { holds } from "./said.ts";
import { spellDay } from "./spelled-dates.ts";

export interface WrittenAnswer {
  text: string;
  /** The facts that it was made of. */
  used: Fact[];
  found: boolean;
}

export const NOT_KNOWN = "I don't know: nothing in this memory bank answers the question.";
export function writeAnswer(question: Question, facts: readonly Fact[]): WrittenAnswer {
  const best = rankFacts(question, facts);
  if (best.length === 0) return { text: NOT_KNOWN, used: [], found: false };
  const ordered = inOrder(question, best);
  const withDates = question.asksFor === "time" || question.asksForHistory;
  const told = ordered.filter((fact) => !isToldBy(ordered, fact));
  return {
    text: [...new Set(told.map(withDates ? dated : sentence))].join(" "),
    used: [...ordered, ...supportOf(ordered, facts)],
    found: true,
  };
}

/** What an observation or a mental model says with a fact that it was made of is said once. */
function isToldBy(facts: readonly Fact[], derived: Fact): boolean {
  return (
    derived.kind !== "memory" &&
    facts.some(({ kind, statement }) => kind === "memory" && holds(statement, derived))
  );
}

/** What says the same as facts of the answer, of kinds that it has none of: of a kind that is not cited, all would count. */
function supportOf(used: readonly Fact[], facts: readonly Fact[]): Fact[] {
  const kinds = new Set(used.map(({ kind }) => kind));
  return facts.filter(
    (fact) =>
      !kinds.has(fact.kind) &&
      used.some((other) =>
        fact.kind === "memory" ? holds(other.statement, fact) : holds(fact.statement, other),
      ),
  );
}

/** Sorts are stable: of facts of one date the better match leads. */
function inOrder(question: Question, best: Fact[]): Fact[] {
  if (question.asksForHistory) return best.toSorted((a, b) => compare(dateOf(a), dateOf(b)));
  if (!question.isPresent) return best;
  const newestFirst = best.toSorted((a, b) => compare(dateOf(b), dateOf(a)));
  if (!question.asksForNow) return newestFirst;
  const latest = newestFirst.filter((fact) => dateOf(fact) === dateOf(newestFirst[0] ?? fact));
  // A page tells undated what was said first, first.
  const isPage = latest.every(({ kind, id }) => kind === "mental_model" && id === latest[0]?.id);
  return (isPage ? latest.toSorted((a, b) => b.place - a.place) : latest).slice(0, 1);
}

function dateOf({ occurred, mentioned }: Fact): string {
  return occurred ?? mentioned ?? "";
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** A context that is a name is that of the speaker. */
const NAME = /^\p{Lu}[\p{L}\p{M}.'’-]*(?: \p{Lu}[\p{L}\p{M}.'’-]*){0,2}$/u;

/** Who says a fact in the first person, where that is known. */
export function speakerOf({ statement, involving, context }: Fact): string | undefined {
  if (!isFirstPerson(statement)) return undefined;
  const named = context !== undefined && NAME.test(context) ? context : undefined;
  const speaker = involving?.replace(/\s*\(.*$/, "") ?? named;
  return speaker === undefined ? undefined : capitalise(speaker);
}

/** The fact's statement as a sentence. One in the first person says whose it is. */
export function sentence(fact: Fact): string {
  const { statement } = fact;
  const closed = /[.!?…]["'”’)]*$/.test(statement) ? statement : `${statement}.`;
  const speaker = speakerOf(fact);
  return speaker && !statement.includes('"') ? `${speaker}: "${closed}"` : closed;
}

/** The sentence with when it was, or when it was said. */
export function dated(fact: Fact): string {
  if (fact.when !== undefined) return `${fact.when}: ${sentence(fact)}`;
  const date = dateOf(fact);
  if (date === "") return sentence(fact);
  const spelled = spellDay(date);
  return `${fact.occurred === undefined ? `Mentioned on ${spelled}` : spelled}: ${sentence(fact)}`;
}
