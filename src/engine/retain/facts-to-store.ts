import type { NewUnit } from "../../store/memory-units.ts";
import { placeholderIds } from "../attachments/placeholders.ts";
import { type Mention, mentionsOf } from "../entities/mention.ts";
import { withTagKey } from "../labels/label-names.ts";
import type { ObservationScopes, RetainItem } from "../types.ts";
import { dateFact } from "./dates.ts";
import { embeddingText, textSignals } from "./embedding-text.ts";
import { type ExtractedFact, isDegenerate } from "./facts.ts";
import type { Moment } from "./moment.ts";

/** A fact that is ready to be stored, but for the ids that only the write can give. */
export interface PreparedFact {
  chunkIndex: number;
  /** Its place among the facts of its chunk. */
  factIndex: number;
  /** The places of the facts of its chunk that caused it; some may have been dropped. */
  causes: readonly number[];
  /** What its vector is made of. */
  embeddingText: string;
  /** The names that it mentions: those found in it, and the caller's. */
  mentions: Mention[];
  unit: Omit<NewUnit, "unitId" | "documentId" | "chunkId" | "chunkIndex" | "embedding">;
}

/** The chunk that facts were drawn from. */
interface FactSource {
  item: RetainItem;
  date: Moment | null;
  chunkIndex: number;
  chunkText: string;
  /** Of the chunk's first fact: later ones are dated after it. */
  firstNumber: number;
  observationScopes: ObservationScopes | null;
  /** Keys of the labels that become tags. */
  tagKeys: ReadonlySet<string>;
}

/** Prepares the facts of one chunk. Facts that say nothing are dropped, but keep their place in the numbering. */
export function prepareFacts(facts: readonly ExtractedFact[], source: FactSource): PreparedFact[] {
  return facts.flatMap((fact, factIndex) =>
    isDegenerate(fact.text) ? [] : [prepareFact(fact, factIndex, source)],
  );
}

function prepareFact(
  fact: ExtractedFact,
  factIndex: number,
  { item, date, chunkIndex, chunkText, firstNumber, observationScopes, tagKeys }: FactSource,
): PreparedFact {
  const dates = dateFact(fact, date, firstNumber + factIndex);
  const given = { names: item.entities?.map(({ text }) => text) ?? [], literal: !item.resolveEntities };
  const start = dates.occurredStart?.instant ?? null;
  const mentionedAt = dates.mentionedAt?.instant ?? null;
  return {
    chunkIndex,
    factIndex,
    embeddingText: embeddingText(fact.text, dates, fact.entities),
    mentions: mentionsOf(fact.entities, given),
    causes: fact.causes,
    unit: {
      factType: fact.factType,
      text: fact.text,
      context: item.context ?? "",
      eventDate: start ?? mentionedAt,
      occurredStart: start,
      occurredEnd: dates.occurredEnd?.instant ?? null,
      mentionedAt,
      tags: [...new Set([...item.tags, ...withTagKey(fact.entities, tagKeys)])],
      metadata: item.metadata ?? {},
      observationScopes,
      attachmentIds: attachmentIdsOf(fact, chunkText),
      textSignals: textSignals(dates, fact.entities),
    },
  };
}

/** The attachments that a fact was drawn from: those of its numbers that the chunk has. */
function attachmentIdsOf({ attachments }: ExtractedFact, chunkText: string): string[] {
  const ids = attachments.length > 0 ? placeholderIds(chunkText) : [];
  return [...new Set(attachments.flatMap((number) => ids[number - 1] ?? []))];
}
