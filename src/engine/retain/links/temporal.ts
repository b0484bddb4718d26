/** However far apart two facts are, a link between them weighs this much. */
const MIN_WEIGHT = 0.3;

/** The weight of a link between facts that lie so many hours apart: 1 at the same time, falling over a day. */
export function temporalWeight(hours: number): number {
  return Math.max(MIN_WEIGHT, 1 - hours / 24);
}
