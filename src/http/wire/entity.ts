import type { EntityPair, ListedEntity } from "../../engine/entities/read.ts";
import { isoDateOrNull } from "../dates.ts";

export function toEntity(entity: ListedEntity) {
  return {
    id: entity.entityId,
    canonical_name: entity.canonicalName,
    mention_count: entity.mentionCount,
    first_seen: isoDateOrNull(entity.firstSeen),
    last_seen: isoDateOrNull(entity.lastSeen),
    metadata: entity.metadata,
  };
}

const SINGLE = "#90caf9";
const SEVERAL = "#42a5f5";

/** Who was mentioned with whom, for drawing: the pairs, and the entities that are in one. */
export function toEntityGraph(pairs: readonly EntityPair[], limit: number) {
  const nodes = new Map<string, { label: string; mentionCount: number }>();
  for (const pair of pairs) {
    nodes.set(pair.entityId, { label: pair.name, mentionCount: pair.mentionCount });
    nodes.set(pair.otherId, { label: pair.otherName, mentionCount: pair.otherMentionCount });
  }
  return {
    nodes: [...nodes].map(([id, node]) => ({
      data: { id, ...node, color: node.mentionCount > 1 ? SEVERAL : SINGLE },
    })),
    edges: pairs.map(({ entityId: source, otherId: target, weight, lastCooccurred }) => ({
      data: {
        id: `${source}-${target}`,
        source,
        target,
        linkType: "cooccurrence",
        weight,
        color: "#ffd700",
        lineStyle: "solid",
        lastCooccurred: isoDateOrNull(lastCooccurred),
      },
    })),
    total_entities: nodes.size,
    total_edges: pairs.length,
    limit,
  };
}
