import { splitLines } from "../mental-models/document/lines.ts";
import { type MatchingRun, matchingRuns } from "../sequence-matching.ts";

/** Equal lines that are shown before and after a change. */
const CONTEXT_LINES = 3;

/** Lines that are equal, or that stand for each other: `from` up to but not including `to`, in both texts. */
interface Stretch {
  isEqual: boolean;
  from: number;
  to: number;
  otherFrom: number;
  otherTo: number;
}

/** How one text became another, as a unified diff without a line end at its end; empty where they are equal. */
export function unifiedDiff(before: string, after: string, names: { before: string; after: string }): string {
  const first = splitLines(before);
  const second = splitLines(after);
  const hunks = hunksOf(stretchesOf(first, second));
  if (hunks.length === 0) return "";
  return [
    `--- ${names.before}`,
    `+++ ${names.after}`,
    ...hunks.flatMap((hunk) => linesOf(hunk, first, second)),
  ].join("\n");
}

function stretchesOf(first: readonly string[], second: readonly string[]): Stretch[] {
  const stretches: Stretch[] = [];
  let at = 0;
  let otherAt = 0;
  const runs = joined(matchingRuns(first, second));
  for (const run of [...runs, { at: first.length, otherAt: second.length, length: 0 }]) {
    if (run.at > at || run.otherAt > otherAt) {
      stretches.push({ isEqual: false, from: at, to: run.at, otherFrom: otherAt, otherTo: run.otherAt });
    }
    at = run.at + run.length;
    otherAt = run.otherAt + run.length;
    if (run.length > 0) {
      stretches.push({ isEqual: true, from: run.at, to: at, otherFrom: run.otherAt, otherTo: otherAt });
    }
  }
  return stretches;
}

/** The runs in order, those that meet as one. */
function joined(runs: readonly MatchingRun[]): MatchingRun[] {
  const result: MatchingRun[] = [];
  for (const run of runs.toSorted((a, b) => a.at - b.at)) {
    const last = result.at(-1);
    if (last && last.at + last.length === run.at && last.otherAt + last.length === run.otherAt) {
      last.length += run.length;
    } else {
      result.push({ ...run });
    }
  }
  return result;
}

/** The changes with the lines around them; those that are near each other together. */
function hunksOf(stretches: readonly Stretch[]): Stretch[][] {
  const hunks: Stretch[][] = [];
  let hunk: Stretch[] = [];
  for (const [index, stretch] of stretches.entries()) {
    const { isEqual, from, to, otherFrom, otherTo } = stretch;
    if (!isEqual) {
      hunk.push(stretch);
      continue;
    }
    const isFirst = index === 0;
    const isLast = index === stretches.length - 1;
    const before = {
      ...stretch,
      from: Math.max(from, to - CONTEXT_LINES),
      otherFrom: Math.max(otherFrom, otherTo - CONTEXT_LINES),
    };
    const after = {
      ...stretch,
      to: Math.min(to, from + CONTEXT_LINES),
      otherTo: Math.min(otherTo, otherFrom + CONTEXT_LINES),
    };
    if (isFirst) hunk.push(before);
    else if (isLast) hunk.push(after);
    else if (to - from > 2 * CONTEXT_LINES) {
      hunks.push([...hunk, after]);
      hunk = [before];
    } else hunk.push(stretch);
  }
  return [...hunks, hunk].filter((stretchesOfHunk) => stretchesOfHunk.some(({ isEqual }) => !isEqual));
}

function linesOf(hunk: readonly Stretch[], first: readonly string[], second: readonly string[]): string[] {
  const start = hunk[0];
  const end = hunk.at(-1);
  if (!start || !end) return [];
  return [
    `@@ -${rangeOf(start.from, end.to)} +${rangeOf(start.otherFrom, end.otherTo)} @@`,
    ...hunk.flatMap(({ isEqual, from, to, otherFrom, otherTo }) =>
      isEqual
        ? first.slice(from, to).map((line) => ` ${line}`)
        : [
            ...first.slice(from, to).map((line) => `-${line}`),
            ...second.slice(otherFrom, otherTo).map((line) => `+${line}`),
          ],
    ),
  ];
}

/** As diffs count: from 1; of no lines, the one before them. */
function rangeOf(from: number, to: number): string {
  const length = to - from;
  if (length === 1) return `${from + 1}`;
  return `${length === 0 ? from : from + 1},${length}`;
}
