/** A stretch of time, both ends inclusive. */
export interface DateWindow {
  start: Date;
  end: Date;
}

/** When a unit happened and was told, in milliseconds. */
export interface UnitTimes {
  occurredStart: number | null;
  occurredEnd: number | null;
  mentionedAt: number | null;
}

/** Whether a unit happened or was told in the window, or happened around it. */
export function isWithin(
  window: DateWindow,
  { occurredStart, occurredEnd, mentionedAt }: UnitTimes,
): boolean {
  const start = window.start.getTime();
  const end = window.end.getTime();
  const holds = (time: number | null) => time !== null && time >= start && time <= end;
  const isAround =
    occurredStart !== null && occurredEnd !== null && occurredStart <= end && occurredEnd >= start;
  return isAround || holds(mentionedAt) || holds(occurredStart) || holds(occurredEnd);
}

/**
 * The same as a condition.
 * @param values the query's parameters; those of the condition are appended.
 */
export function windowCondition({ start, end }: DateWindow, values: unknown[]): string {
  values.push(start.toISOString(), end.toISOString());
  const from = `$${values.length - 1}`;
  const to = `$${values.length}`;
  const holds = (column: string) => `${column} BETWEEN ${from} AND ${to}`;
  return `(occurred_start <= ${to} AND occurred_end >= ${from} OR ${["mentioned_at", "occurred_start", "occurred_end"].map(holds).join(" OR ")})`;
}
