/** What a mental model's text rests on, as it is stored and shown. */
import { isJsonObject } from "../../json-object.ts";
import type { ReflectBasis } from "../types.ts";

export type BasedOnEntry = {
  id: string;
  text: string;
  type: string;
  context: string | null;
};

/** By the type of what it rests on. */
export type BasedOn = Record<string, BasedOnEntry[]>;

/** Of these there are rows that can be gone. */
const MEMORY_TYPES: readonly string[] = ["world", "experience", "observation"];
const PAGES = "mental-models";
export const DIRECTIVES = "directives";

export function toBasedOn({ memories, mentalModels, directives }: ReflectBasis): BasedOn {
  const ofType = (type: string) =>
    memories
      .filter((memory) => memory.type === type)
      .map(({ id, text, context }) => ({ id, text, type, context }));
  return {
    world: ofType("world"),
    experience: ofType("experience"),
    opinion: [],
    observation: ofType("observation"),
    [PAGES]: mentalModels.map((page) => ({ ...pageEntry(page), type: PAGES })),
    [DIRECTIVES]: directives.map(({ id, content }) => ({
      id,
      text: content,
      type: DIRECTIVES,
      context: null,
    })),
  };
}

/** A mental model that something rests on. */
export function pageEntry({ id, name, text }: ReflectBasis["mentalModels"][number]) {
  return { id, text: `${name}: ${text}`, context: "concept (structural)" };
}

/** What a stored answer says, as far as it can be read. */
export function readBasedOn(reflectResponse: Record<string, unknown> | null): BasedOn {
  const stored = reflectResponse?.based_on;
  if (!isJsonObject(stored)) return {};
  return Object.fromEntries(
    Object.entries(stored).flatMap(([type, entries]) =>
      Array.isArray(entries) ? [[type, entries.flatMap((entry) => readEntry(type, entry))]] : [],
    ),
  );
}

function readEntry(type: string, entry: unknown): BasedOnEntry[] {
  if (!isJsonObject(entry) || typeof entry.id !== "string") return [];
  const { id, text, context } = entry;
  return [
    {
      id,
      text: typeof text === "string" ? text : "",
      type,
      context: typeof context === "string" ? context : null,
    },
  ];
}

/** The new entries of each type before the earlier ones. */
export function mergeBasedOn(fresh: BasedOn, earlier: BasedOn): BasedOn {
  const merged: BasedOn = { ...fresh };
  for (const [type, entries] of Object.entries(earlier)) {
    const own = fresh[type] ?? [];
    const ids = new Set(own.map(({ id }) => id));
    const kept = entries.filter(({ id }) => !ids.has(id));
    if (kept.length > 0) merged[type] = [...own, ...kept];
  }
  return merged;
}

export function withoutEntries(basedOn: BasedOn, ids: ReadonlySet<string>): BasedOn {
  return Object.fromEntries(
    Object.entries(basedOn).map(([type, entries]) => [type, entries.filter(({ id }) => !ids.has(id))]),
  );
}

/** The entries that stand for memories. */
export function memoryEntries(basedOn: BasedOn): BasedOnEntry[] {
  return MEMORY_TYPES.flatMap((type) => basedOn[type] ?? []);
}

/** How many of each type there are, of the types that there are any of. */
export function usedCounts(basedOn: BasedOn): Record<string, number> {
  return Object.fromEntries(
    Object.entries(basedOn).flatMap(([type, { length }]) => (length > 0 ? [[type, length]] : [])),
  );
}
