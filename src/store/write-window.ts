/** A write of a unit. Where the clock stands still, or is too coarse, the bank's revision tells which of two came later. */
interface WriteMark {
  at: Date;
  /** The bank's revision that it was. */
  revision: string;
}

/** The writes that a search looks at. */
export interface WriteWindow {
  /** Only those after this one; absent: from the beginning. */
  after?: WriteMark | undefined;
  /** Only those up to this revision of the bank. */
  until: string;
}

/** Whether a unit was written last in the window. @param unit `updatedAt` in milliseconds. */
export function isWrittenWithin(
  { after, until }: WriteWindow,
  unit: { updatedAt: number; revision: number },
): boolean {
  if (unit.revision > Number(until)) return false;
  if (!after) return true;
  const at = after.at.getTime();
  return unit.updatedAt > at || (unit.updatedAt === at && unit.revision > Number(after.revision));
}

/**
 * The same as a condition.
 * @param row the name or alias of the units' table.
 * @param values the query's parameters; those of the condition are appended.
 */
export function writeCondition({ after, until }: WriteWindow, row: string, values: unknown[]): string {
  values.push(until);
  const upTo = `${row}.revision <= $${values.length}`;
  if (!after) return upTo;
  values.push(after.at, after.revision);
  const mark = `($${values.length - 1}::timestamptz, $${values.length}::bigint)`;
  return `${upTo} AND (${row}.updated_at, ${row}.revision) > ${mark}`;
}
