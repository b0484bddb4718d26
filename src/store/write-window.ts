/**
 * The writes that a search looks at, by the bank's revisions: these tell which of two came later also where the clock stands
 * still, or is too coarse.
 */
export interface WriteWindow {
  /** Only those after this one; absent: from the beginning. */
  after?: string | undefined;
  /** Only those up to this one. */
  until: string;
}

/** Whether a unit was written last in the window. */
export function isWrittenWithin({ after, until }: WriteWindow, { revision }: { revision: number }): boolean {
  return revision <= Number(until) && (after === undefined || revision > Number(after));
}

/**
 * The same as a condition.
 * @param column that holds a row's revision.
 * @param values the query's parameters; those of the condition are appended.
 */
export function writeCondition({ after, until }: WriteWindow, column: string, values: unknown[]): string {
  values.push(until);
  const upTo = `${column} <= $${values.length}`;
  if (after === undefined) return upTo;
  values.push(after);
  return `${upTo} AND ${column} > $${values.length}`;
}
