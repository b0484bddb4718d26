import type { DateWindow } from "../../store/vectors/date-window.ts";
import type { FactType } from "../types.ts";
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

/** Arms whose search for several types is one statement: it answers for a type as often as the type is named. */
const ANSWERS_AS_OFTEN: readonly ArmName[] = ["semantic", "keyword", "temporal"];

/** What the arms bring of each type when types are asked for more than once. */
export function repeatTypes(retrieved: Retrieved, types: readonly FactType[]): Retrieved {
  const unique = [...new Set(types)];
  if (unique.length === types.length) return retrieved;
  const repeated: Retrieved = { ...retrieved };
  for (const name of ANSWERS_AS_OFTEN) {
    const hits = retrieved[name];
    if (!hits) continue;
    repeated[name] = types.flatMap((type) => hits.filter(({ factType }) => factType === type));
  }
  return repeated;
}

/**
 * Each arm's hits as one list, best first.
 * @param types as they were asked for: one that is named twice has its hits there twice.
 * @param limit how many of each are kept; 0: all.
 */
export function rankedLists(
  retrieved: Retrieved,
  types: readonly FactType[],
  limit: number,
): { name: ArmName; hits: ArmHit[] }[] {
  return ARM_NAMES.map((name) => {
    const brought = retrieved[name] ?? [];
    const hits = byScore(types.flatMap((type) => brought.filter(({ factType }) => factType === type)));
    return { name, hits: limit > 0 ? hits.slice(0, limit) : hits };
  });
}
