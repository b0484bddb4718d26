import type { Engine } from "../../engine/engine.ts";
import { entityPairs, listEntities, readEntity } from "../../engine/entities/read.ts";
import { TAGS_MATCH, type TagRequest } from "../../engine/types.ts";
import { type Route, route } from "../route.ts";
import { parseUuid } from "../uuid.ts";
import { list, withDefault } from "../validation/composites.ts";
import { repeated } from "../validation/query.ts";
import { integer, literal, string } from "../validation/scalars.ts";
import { nullable } from "../validation/schema.ts";
import { entityDetailsAnswer, entityGraphAnswer, entityListAnswer } from "../wire/answers/entity.ts";
import { toEntity, toEntityGraph } from "../wire/entity.ts";
import { readTagGroups } from "../wire/tags.ts";
import { page } from "./page.ts";

const PATH = "/v1/default/banks/:bank_id/entities";

const tagQuery = {
  tags: repeated(withDefault(list(string()), [])),
  tags_match: withDefault(literal(TAGS_MATCH), "any"),
  tag_groups: withDefault(nullable(string()), null),
};

interface TagQuery {
  tags: string[];
  tags_match: TagRequest["tagsMatch"];
  tag_groups: string | null;
}

/** Who and what a bank's memories mention. */
export function entityRoutes({ context }: Engine): Route[] {
  return [
    route({
      name: "list_entities",
      method: "GET",
      path: PATH,
      query: { ...page({ limit: 100 }), ...tagQuery },
      check: ({ query }) => toTagRequest(query),
      missing: true,
      answer: entityListAnswer,
      handle: async ({ address, query: { limit, offset } }, tags) => {
        const { entities, total } = await listEntities(context, address, { ...tags, limit, offset });
        return { items: entities.map(toEntity), total, limit, offset };
      },
    }),
    route({
      name: "get_entity_graph",
      method: "GET",
      path: `${PATH}/graph`,
      query: {
        limit: withDefault(integer({ min: 0 }), 1000),
        min_count: withDefault(integer(), 1),
        ...tagQuery,
      },
      check: ({ query }) => toTagRequest(query),
      missing: true,
      answer: entityGraphAnswer,
      handle: async ({ address, query: { limit, min_count: minCount } }, tags) =>
        toEntityGraph(await entityPairs(context, address, { ...tags, limit, minCount }), limit),
    }),
    route({
      name: "get_entity",
      method: "GET",
      path: `${PATH}/:entity_id`,
      query: tagQuery,
      check: ({ query, parameter }) => {
        const tags = toTagRequest(query);
        return { tags, entityId: parseUuid(parameter("entity_id"), "entity_id") };
      },
      answer: entityDetailsAnswer,
      handle: async ({ address }, { entityId, tags }) => ({
        ...toEntity(await readEntity(context, address, entityId, tags)),
        observations: [],
      }),
    }),
  ];
}

/** @throws HttpError 400 */
function toTagRequest({ tags, tags_match, tag_groups }: TagQuery): TagRequest {
  return { tags, tagsMatch: tags_match, tagGroups: readTagGroups(tag_groups, tags) };
}
