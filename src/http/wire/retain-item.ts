import type { ReceivedItem } from "../../engine/attachments/receive-items.ts";
import type { ItemTimestamp } from "../../engine/types.ts";
import { isPlaceholder } from "../dates.ts";
import { parseZuluDate } from "../python-date.ts";
import { dict, list, object, withDefault } from "../validation/composites.ts";
import { boolean, literal, string } from "../validation/scalars.ts";
import {
  before,
  type Fault,
  INVALID,
  type Infer,
  type Location,
  nullable,
  type Schema,
} from "../validation/schema.ts";
import { content } from "./content.ts";
import { observationScopes } from "./observation-scopes.ts";

/** Anything that is not null is a value: a wrong type is a wrong value here. */
const timestamp: Schema<ItemTimestamp, string | null> = {
  json: { anyOf: [{ type: "string", format: "date-time" }, { type: "string" }, { type: "null" }] },
  parse(input: unknown, at: Location, faults: Fault[]) {
    if (input === null || input === "") return { kind: "absent" };
    if (typeof input === "string") {
      if (input.toLowerCase() === "unset") return { kind: "unset" };
      const moment = parseZuluDate(input);
      if (moment && !isPlaceholder(moment)) return { kind: "at", ...moment };
    }
    const msg = "Value error, timestamp must be an ISO 8601 date or 'unset'";
    faults.push({ type: "value_error", loc: at, msg, input, ctx: { error: {} } });
    return INVALID;
  },
};

/** A plain string is one tag; one that holds a JSON list is that list. */
function tagsAsList(input: unknown): unknown {
  if (typeof input !== "string") return input;
  try {
    const parsed: unknown = JSON.parse(input);
    if (Array.isArray(parsed)) return parsed;
  } catch {
    // A tag like any other.
  }
  return [input];
}

const text = withDefault(nullable(string()), null);

/** An item of a retain. */
export const itemSchema = object({
  content,
  timestamp: withDefault(timestamp, { kind: "absent" }),
  context: text,
  metadata: withDefault(nullable(dict(string())), null),
  document_id: text,
  entities: withDefault(
    nullable(list(object({ text: string(), type: withDefault(nullable(string()), null) }))),
    null,
  ),
  resolve_entities: withDefault(boolean(), true),
  tags: withDefault(before(tagsAsList, nullable(list(string()))), null),
  observation_scopes: withDefault(nullable(observationScopes), null),
  strategy: text,
  update_mode: withDefault(nullable(literal(["replace", "append"])), null),
});

export type WireItem = Infer<typeof itemSchema>;

const DEFAULT_ENTITY_TYPE = "CONCEPT";

export function toReceivedItem(item: WireItem): ReceivedItem {
  const entities = item.entities
    ?.filter((entity) => entity.text.trim() !== "")
    .map((entity) => ({ text: entity.text, type: entity.type || DEFAULT_ENTITY_TYPE }));
  return {
    content: item.content,
    timestamp: item.timestamp,
    ...(item.context && { context: item.context }),
    ...(item.metadata && Object.keys(item.metadata).length > 0 && { metadata: item.metadata }),
    ...(item.document_id && { documentId: item.document_id }),
    ...(entities && item.entities?.length && { entities }),
    resolveEntities: item.resolve_entities,
    tags: item.tags ?? [],
    ...(item.observation_scopes && { observationScopes: item.observation_scopes }),
    ...(item.strategy !== null && { strategy: item.strategy }),
    ...(item.update_mode && { updateMode: item.update_mode }),
  };
}
