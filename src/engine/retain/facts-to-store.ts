import type { NewUnit } from "../../store/memory-units.ts";
import { type Mention, mentionsOf } from "../entities/mention.ts";
import type { RetainItem } from "../types.ts";
import { dateFact } from "./dates.ts";
import { embeddingText, textSignals } from "./embedding-text.ts";
import { type ExtractedFact, isDegenerate } from "./facts.ts";
import type { Moment } from "./moment.ts";

/** A fact that is ready to be stored, but for the ids that only the write can give. */
export interface PreparedFact {
  chunkIndex: number;
  /** Its place among the facts of its chunk. */
  factIndex: number;
  /** The places of the facts of its chunk that caused it. */
  causes: readonly number[];
  /** What its vector is made of. */
  embeddingText: string;
  /** The names that it mentions: those found in it, and the caller's. */
  mentions: Mention[];
  unit: Omit<NewUnit, "unitId" | "documentId" | "chunkId" | "chunkIndex" | "embedding">;
}

/** Prepares the facts of one chunk. Facts that say nothing are dropped, but keep their place in the numbering. */
export function prepareFacts(
  facts: readonly ExtractedFact[],
  source: {
    item: RetainItem;
    date: Moment | null;
    chunkIndex: number;
    /** Of the chunk's first fact: later ones are dated after it. */
    firstNumber: number;
  },
): PreparedFact[] {
  return facts.flatMap((fact, factIndex) =>
    isDegenerate(fact.text) ? [] : [prepareFact(fact, factIndex, source)],
  );
}

function prepareFact(
  fact: ExtractedFact,
  factIndex: number,
  {
    item,
    date,
    chunkIndex,
    firstNumber,
  }: { item: RetainItem; date: Moment | null; chunkIndex: number; firstNumber: number },
): PreparedFact {
  const dates = dateFact(fact, date, firstNumber + factIndex);
  const given = { names: item.entities?.map(({ text }) => text) ?? [], literal: !item.resolveEntities };
  const start = dates.occurredStart?.instant ?? null;
  const mentionedAt = dates.mentionedAt?.instant ?? null;
  return {
    chunkIndex,
    factIndex,
    causes: fact.causes ?? [],
    embeddingText: embeddingText(fact.text, dates, fact.entities),
    mentions: mentionsOf(fact.entities, given),
    unit: {
      factType: fact.factType,
      text: fact.text,
      context: item.context ?? "",
      eventDate: start ?? mentionedAt,
      occurredStart: start,
      occurredEnd: dates.occurredEnd?.instant ?? null,
      mentionedAt,
      tags: [...new Set(item.tags)],
      metadata: item.metadata ?? {},
      observationScopes: item.observationScopes ?? null,
      textSignals: textSignals(dates, fact.entities),
    },
  };
}
