/** How the bank's voice leans when nothing is said of it: neither way, of 1 to 5. */
export const NEUTRAL_TRAIT = 3;

export function numberOr(value: unknown, otherwise: number): number {
  return typeof value === "number" ? value : otherwise;
}

export function textOrNull(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}
