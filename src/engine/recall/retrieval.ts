import type { DateWindow } from "../../store/vectors/date-window.ts";
import { ARM_NAMES, type ArmHit, type ArmInput, type ArmName, byScore } from "./arms/arm.ts";
import { graphArm } from "./arms/graph.ts";
import { keywordArm } from "./arms/keyword.ts";
import { semanticArm } from "./arms/semantic.ts";
import { temporalArm } from "./arms/temporal.ts";

/** What the arms brought: for each that searched, the types' lists one after the other. */
export type Retrieved = Partial<Record<ArmName, readonly ArmHit[]>>;

/** Lets the arms search, as many at once as can. */
export async function retrieve(
  input: ArmInput,
  switches: { keyword: boolean; graph: boolean; window: DateWindow | undefined },
): Promise<Retrieved> {
  const { keyword, graph, window } = switches;
  const semantic = semanticArm(input);
  const [{ hits }, byKeyword, byGraph, byTime] = await Promise.all([
    semantic,
    keyword ? keywordArm(input) : undefined,
    graph ? semantic.then(({ seeds }) => graphArm(input, seeds)) : undefined,
    window ? temporalArm(input, window) : undefined,
  ]);
  return {
    semantic: hits,
    ...(byKeyword && { keyword: byKeyword }),
    ...(byGraph && { graph: byGraph }),
    ...(byTime && { temporal: byTime }),
  };
}

/**
 * Each arm's hits as one list, best first.
 * @param limit how many of each are kept; 0: all.
 */
export function rankedLists(retrieved: Retrieved, limit: number): { name: ArmName; hits: ArmHit[] }[] {
  return ARM_NAMES.map((name) => {
    const hits = byScore(retrieved[name] ?? []);
    return { name, hits: limit > 0 ? hits.slice(0, limit) : hits };
  });
}
