/** When what an observation says happened and was told. */
export interface ObservationDates {
  eventDate: Date | null;
  occurredStart: Date | null;
  occurredEnd: Date | null;
  mentionedAt: Date | null;
}

/** From the first of the sources to the last. */
export function spanOf(sources: readonly ObservationDates[]): ObservationDates {
  const all = (key: keyof ObservationDates) => sources.flatMap((source) => source[key] ?? []);
  return {
    eventDate: earliest(all("eventDate")),
    occurredStart: earliest(all("occurredStart")),
    occurredEnd: latest(all("occurredEnd")),
    mentionedAt: latest(all("mentionedAt")),
  };
}

function earliest(dates: readonly Date[]): Date | null {
  return dates.reduce<Date | null>((first, date) => (first && first <= date ? first : date), null);
}

function latest(dates: readonly Date[]): Date | null {
  return dates.reduce<Date | null>((last, date) => (last && last >= date ? last : date), null);
}
