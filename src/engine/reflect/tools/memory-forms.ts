/** The two forms of a recalled memory in a tool's result: raw for the trace, and short for the model. */
import { isoDate } from "../../iso-date.ts";
import type { RecalledMemory, StoredMemory } from "../../types.ts";
import type { Aliases, AliasKind } from "../aliases.ts";

const DATE_FIELDS = ["occurred_start", "occurred_end", "mentioned_at"];

/** What a result shows of a memory; what is behind an observation comes as it is stored. */
type ShownMemory = StoredMemory & Partial<Pick<RecalledMemory, "entities" | "sourceFactIds">>;

/** A memory with real ids, without what is null or empty. */
export function rawMemory(memory: ShownMemory): Record<string, unknown> {
  return withoutEmpty({
    id: memory.id,
    text: memory.text,
    fact_type: memory.type,
    entities: memory.entities,
    context: memory.context,
    occurred_start: memory.occurredStart && isoDate(memory.occurredStart),
    occurred_end: memory.occurredEnd && isoDate(memory.occurredEnd),
    mentioned_at: memory.mentionedAt && isoDate(memory.mentionedAt),
    tags: memory.tags,
    metadata: memory.metadata,
    source_fact_ids: memory.sourceFactIds,
  });
}

/**
 * The memories that the model has not seen yet in their short form, and the aliases of those that it has.
 * @param kind the letter of the list's aliases.
 */
export function showMemories(
  memories: readonly ShownMemory[],
  kind: AliasKind,
  aliases: Aliases,
): { fresh: Record<string, unknown>[]; alreadyShown: string[] } {
  const fresh: Record<string, unknown>[] = [];
  const alreadyShown: string[] = [];
  for (const memory of memories) {
    const alias = aliases.aliasOf(kind, memory.id);
    if (aliases.show(alias)) alreadyShown.push(alias);
    else fresh.push(shortMemory(memory, alias, aliases));
  }
  return { fresh, alreadyShown };
}

function shortMemory(memory: ShownMemory, alias: string, aliases: Aliases): Record<string, unknown> {
  const raw = rawMemory(memory);
  const short: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(raw)) {
    if (name === "id") short[name] = alias;
    else if (name === "source_fact_ids")
      short[name] = memory.sourceFactIds?.map((id) => aliases.aliasOf("f", id));
    else if (name === "fact_type" && memory.type === "observation") continue;
    else if (name === "occurred_end" && value === raw.occurred_start) continue;
    else short[name] = DATE_FIELDS.includes(name) ? shortDate(String(value)) : value;
  }
  return short;
}

/** `YYYY-MM-DD HH:MM`. */
export function shortDate(iso: string): string {
  return iso.slice(0, 16).replace("T", " ");
}

function withoutEmpty(fields: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).filter(
      ([, value]) =>
        value !== null &&
        value !== undefined &&
        value !== "" &&
        !(typeof value === "object" && Object.keys(value).length === 0),
    ),
  );
}
