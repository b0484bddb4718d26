import { FixedClock } from "../../src/engine/clock.ts";
import type { EngineContext } from "../../src/engine/context.ts";
import { recall } from "../../src/engine/recall/recall.ts";
import type { RecallSettings } from "../../src/engine/recall/settings.ts";
import type { ArmName } from "../../src/engine/recall/trace.ts";
import type { RecallAnswer, RecallRequest } from "../../src/engine/types.ts";
import { insertLinks, type MemoryLink } from "../../src/store/memory-links.ts";
import { createTestDatabase } from "./database.ts";
import { engineContext } from "./engine-context.ts";
import { type SeedMemory, seedMemories } from "./memories.ts";
import { DEFAULT_RECALL_SETTINGS } from "./recall-settings.ts";

const BANK = "harbour";
const NOW = "2023-07-01T00:00:00Z";

/** A link between two memories by their texts. */
export type SeedLink = [from: string, type: MemoryLink["linkType"], to: string, weight: number];

/** A bank with these memories and links, and a way to ask it. */
export async function searchedBank(
  memories: SeedMemory[],
  options: {
    links?: SeedLink[];
    changes?: Partial<EngineContext>;
    environment?: Record<string, string>;
  } = {},
) {
  const { database } = await createTestDatabase();
  const { bankKey, idOf } = await seedMemories(database, BANK, memories);
  const links = (options.links ?? []).map(([from, linkType, to, weight]) => ({
    fromUnitId: idOf(from),
    toUnitId: idOf(to),
    linkType,
    weight,
  }));
  await insertLinks(database, bankKey, links, new Date(NOW));
  const context = engineContext(
    database,
    { clock: new FixedClock(NOW), ...options.changes },
    options.environment,
  );
  const ask = (
    query: string,
    request: Partial<RecallRequest> = {},
    settings: Partial<RecallSettings> = {},
  ): Promise<RecallAnswer> =>
    recall(
      context,
      { sandboxId: "", bankId: BANK },
      {
        query,
        types: ["world", "experience", "observation"],
        budget: "mid",
        maxTokens: 4096,
        includeEntities: false,
        tagsMatch: "any",
        minScores: {},
        trace: true,
        ...request,
      },
      { settings: { ...DEFAULT_RECALL_SETTINGS, ...settings } },
    );
  return { database, bankKey, idOf, context, ask };
}

/** What an arm brought, type by type, in its order: texts and scores. */
export function broughtBy(arm: ArmName, { trace }: RecallAnswer): [text: string, score: number][] {
  return (trace?.searches ?? [])
    .filter((search) => search.arm === arm)
    .flatMap(({ hits }) => hits)
    .map(({ unitId, score }) => [trace?.memories.get(unitId)?.text ?? unitId, score]);
}
