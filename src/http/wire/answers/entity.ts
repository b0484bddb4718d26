import { dict, list, object, orNull, withDefault } from "../../validation/composites.ts";
import { integer, string } from "../../validation/scalars.ts";
import { anything, named } from "../../validation/schema.ts";
import { itemsOf } from "./page.ts";

const fields = {
  id: string(),
  canonical_name: string(),
  mention_count: integer(),
  first_seen: orNull(string()),
  last_seen: orNull(string()),
  metadata: orNull(dict(anything)),
};

export const entityListAnswer = named(
  "EntityListResponse",
  object(itemsOf(named("EntityListItem", object(fields)))),
);

const observation = named(
  "EntityObservationResponse",
  object({ text: string(), mentioned_at: orNull(string()) }),
);

export const entityDetailsAnswer = named(
  "EntityDetailResponse",
  object({ ...fields, observations: list(observation) }),
);

/** An entity beside the results of a recall. */
export const entityState = named(
  "EntityStateResponse",
  object({ entity_id: string(), canonical_name: string(), observations: list(observation) }),
);

const node = named(
  "EntityGraphNode",
  object({
    data: named(
      "EntityGraphNodeData",
      object({
        id: string(),
        label: withDefault(string(), ""),
        mentionCount: withDefault(integer(), 0),
        color: orNull(string()),
      }),
    ),
  }),
);

const edge = named(
  "EntityGraphEdge",
  object({
    data: named(
      "EntityGraphEdgeData",
      object({
        id: string(),
        source: string(),
        target: string(),
        linkType: withDefault(string(), "cooccurrence"),
        weight: withDefault(integer(), 0),
        color: orNull(string()),
        lineStyle: orNull(string()),
        lastCooccurred: orNull(string()),
      }),
    ),
  }),
);

export const entityGraphAnswer = named(
  "EntityGraphResponse",
  object({
    nodes: list(node),
    edges: list(edge),
    total_entities: integer(),
    total_edges: integer(),
    limit: integer(),
  }),
);
