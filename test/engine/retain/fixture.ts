import type { EngineContext } from "../../../src/engine/context.ts";
import type { RetainResult } from "../../../src/engine/retain/retain.ts";
import type { RetainSettings } from "../../../src/engine/retain/settings.ts";
import type { RetainItem } from "../../../src/engine/types.ts";
import { textOf } from "../../../src/llm/message-text.ts";
import { OfflineModel } from "../../../src/llm/offline/offline-model.ts";
import type { ChatModel } from "../../../src/llm/types.ts";
import type { Database } from "../../../src/store/database.ts";
import { engineContext } from "../../support/engine-context.ts";

export const SETTINGS: RetainSettings = {
  retainExtractionMode: "concise",
  retainMission: null,
  retainCustomInstructions: null,
  retainChunkSize: 3000,
  retainStructuredChunkSize: null,
  retainMaxAttachmentsPerChunk: 8,
  labels: [],
  allowFreeFormEntities: true,
  defense: "allow",
  defaultObservationScopes: null,
  retainChunkBatchSize: 100,
  storeDocumentText: true,
};

export function testContext(database: Database, changes: Partial<EngineContext> = {}): EngineContext {
  return engineContext(database, { llm: new OfflineModel(), ...changes });
}

export function item(content: string, changes: Partial<RetainItem> = {}): RetainItem {
  return {
    content,
    timestamp: { kind: "at", instant: new Date("2023-06-14T08:00:00Z"), offsetMinutes: 120 },
    resolveEntities: true,
    tags: [],
    ...changes,
  };
}

export function documentIds({ documents }: RetainResult): string[] {
  return documents.map(({ documentId }) => documentId);
}

export function unitIds({ documents }: RetainResult): string[] {
  return documents.flatMap(({ runs }) => runs.flatMap((run) => run.unitIds));
}

/** Answers every chunk with one fact, its text, unless it is told what else to answer, or when. */
export function model(
  answer: (text: string) => unknown = (text) => ({ facts: [{ what: text }] }),
): ChatModel {
  return {
    provider: "scripted",
    model: "scripted",
    async complete({ messages }) {
      const content = await answer(textOf(messages[1]).split("\nText:\n")[1] ?? "");
      if (content instanceof Error) throw content;
      const usage = { inputTokens: 10, outputTokens: 1, cachedTokens: 0, thoughtsTokens: 0 };
      return { content: JSON.stringify(content), toolCalls: [], finishReason: "stop", usage };
    },
  };
}

export function rows<Row extends object>(database: Database, sql: string): Promise<Row[]> {
  return database.query(sql).then((result) => result.rows as Row[]);
}
