import type { Engine } from "../../engine/engine.ts";
import { memoryGraph } from "../../engine/graph/memory-graph.ts";
import { listTags, TAG_SOURCES } from "../../engine/tags/list.ts";
import { TAGS_MATCH } from "../../engine/types.ts";
import { type Route, route } from "../route.ts";
import { list, withDefault } from "../validation/composites.ts";
import { repeated } from "../validation/query.ts";
import { integer, literal, string } from "../validation/scalars.ts";
import { nullable } from "../validation/schema.ts";
import { memoryGraphAnswer } from "../wire/answers/graph.ts";
import { tagListAnswer } from "../wire/answers/memory.ts";
import { toGraph } from "../wire/graph.ts";
import { page } from "./page.ts";

const BANK = "/v1/default/banks/:bank_id";
const text = withDefault(nullable(string()), null);

/** A bank's memories seen together: their tags, and the graph that they make. */
export function overviewRoutes({ context }: Engine): Route[] {
  return [
    route({
      name: "list_tags",
      method: "GET",
      path: `${BANK}/tags`,
      query: { q: text, source: withDefault(literal(TAG_SOURCES), "memories"), ...page({ limit: 100 }) },
      missing: true,
      answer: tagListAnswer,
      handle: async ({ address, query: { q: pattern, ...request } }) => {
        const { tags, total } = await listTags(context, address, { pattern, ...request });
        return { items: tags, total, limit: request.limit, offset: request.offset };
      },
    }),
    route({
      name: "get_graph",
      method: "GET",
      path: `${BANK}/graph`,
      query: {
        type: text,
        limit: withDefault(integer({ min: 0 }), 1000),
        q: text,
        tags: repeated(withDefault(list(string()), [])),
        tags_match: withDefault(literal(TAGS_MATCH), "all_strict"),
        document_id: text,
        chunk_id: text,
      },
      missing: true,
      answer: memoryGraphAnswer,
      handle: async ({ address, query }) => {
        const graph = await memoryGraph(context, address, {
          type: query.type,
          text: query.q,
          tags: query.tags,
          tagsMatch: query.tags_match,
          documentId: query.document_id,
          chunkId: query.chunk_id,
          limit: query.limit,
        });
        return toGraph(graph, query.limit);
      },
    }),
  ];
}
