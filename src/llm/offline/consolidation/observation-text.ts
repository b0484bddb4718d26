/**
 * The text of an observation: what was said of its subject, by the day on which it was said where there was more than one, with
 * what has changed. It holds all that is needed to write it anew, so that the same statements give the same text in
 * whatever order, and however many at a time, they came.
 */
import type { Changes } from "./changes.ts";
import type { Statement } from "./statements.ts";

/** Characters of statements; the latest are kept. A search for what is known already has room for several such texts. */
const MAX_LENGTH = 700;
/** Two blanks, as typewriters put them after a full stop: no statement holds these. */
const SEPARATOR = "  ";
const DAY = String.raw`\d{4}-\d\d-\d\d`;
const HEADING = new RegExp(
  `^(?:As of (${DAY})|From (${DAY}) until ${DAY}|Since (${DAY})|Earlier on (${DAY})|(Undated)|(Until) ${DAY}|Before|Now): `,
);

/** @param day when it was said, where the text does not tell. */
export function parseObservation(text: string, day: string | null): Statement[] {
  let current = day;
  return text.split(/\s{2,}|\n/).flatMap((piece) => {
    const [heading = "", asOf, from, since, earlier, undated, until] = HEADING.exec(piece) ?? [];
    if (heading !== "") current = asOf ?? from ?? since ?? earlier ?? (undated || until ? null : day);
    const statement = piece.slice(heading.length).trim();
    return statement === "" ? [] : [{ text: statement, day: current }];
  });
}

export function renderObservation(statements: readonly Statement[], changes: Changes): string {
  const kept = latest(distinct(statements));
  const single = new Set(kept.map(({ day }) => day)).size <= 1;
  const groups: [rank: number, heading: string, text: string][] = kept.map((statement) => {
    const successor = kept.find((other) => changes.supersedes(other, statement));
    if (successor) return [single ? 1 : 0, endedHeading(statement, successor, single), statement.text];
    const isSuccessor = kept.some((other) => changes.supersedes(statement, other));
    if (isSuccessor) return [2, single ? "Now: " : sinceHeading(statement), statement.text];
    return [single ? 0 : 1, single ? "" : plainHeading(statement), statement.text];
  });
  groups.sort(([a], [b]) => a - b);
  let last = "";
  return groups
    .map(([, heading, text]) => {
      const shown = heading === last ? "" : heading;
      last = heading;
      return shown + text;
    })
    .join(SEPARATOR);
}

function endedHeading({ day }: Statement, successor: Statement, single: boolean): string {
  if (single) return "Before: ";
  if (day === successor.day) return `Earlier on ${day}: `;
  return day === null ? `Until ${successor.day}: ` : `From ${day} until ${successor.day}: `;
}

function sinceHeading({ day }: Statement): string {
  return day === null ? "Undated: " : `Since ${day}: `;
}

function plainHeading({ day }: Statement): string {
  return day === null ? "Undated: " : `As of ${day}: `;
}

/** What was said more than once was said the last time. Ordered by day, then by text. */
function distinct(statements: readonly Statement[]): Statement[] {
  const days = new Map<string, string | null>();
  for (const { text, day } of statements) {
    const known = days.get(text);
    days.set(text, known === undefined || (known ?? "") < (day ?? "") ? day : known);
  }
  return [...days].map(([text, day]) => ({ text, day })).sort(compare);
}

function compare(a: Statement, b: Statement): number {
  if (a.day !== b.day) return (a.day ?? "") < (b.day ?? "") ? -1 : 1;
  return a.text < b.text ? -1 : a.text > b.text ? 1 : 0;
}

/** Those that fit: the latest; of one day rather those that name who is meant, and those that state something. */
function latest(ordered: readonly Statement[]): Statement[] {
  const kept = new Set<Statement>();
  let length = 0;
  for (const statement of ordered.toSorted((a, b) =>
    a.day === b.day ? weightOf(b) - weightOf(a) || compare(b, a) : compare(b, a),
  )) {
    length += statement.text.length;
    if (length > MAX_LENGTH && kept.size > 0) break;
    kept.add(statement);
  }
  return ordered.filter((statement) => kept.has(statement));
}

function weightOf({ text }: Statement): number {
  if (/^\p{Lu}[^:.]{0,40}: /u.test(text)) return 0;
  return text.endsWith("!") ? 1 : 2;
}
