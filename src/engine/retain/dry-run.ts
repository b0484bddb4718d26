import type { TokenUsage } from "../../llm/types.ts";
import { findBank } from "../../store/banks.ts";
import { flattenContent, type ItemContent, type ReceivedAttachment } from "../attachments/content-blocks.ts";
import { placeholderIds, splitAtPlaceholders } from "../attachments/placeholders.ts";
import { requireEyes } from "../attachments/receive-items.ts";
import { type ResolvedConfig, resolveConfig } from "../banks/resolve-config.ts";
import type { EngineContext } from "../context.ts";
import { EngineError } from "../errors.ts";
import { sanitizeText } from "../sanitize.ts";
import type { BankAddress } from "../types.ts";
import { addUsage, NO_USAGE } from "../usage.ts";
import { chunkText } from "./chunking.ts";
import { type ChunkFacts, chunkExtractor, ModelExtractor } from "./extraction.ts";
import { extractionFailed } from "./extraction-failure.ts";
import type { ExtractedFact } from "./facts.ts";
import type { Moment } from "./moment.ts";
import { extractionMode, type RetainSettings, retainSettings } from "./settings.ts";

/** What is to be extracted, and under which settings. */
export interface DryRunRequest {
  content: ItemContent;
  context: string | undefined;
  /** null: the content has no date. */
  date: Moment | null;
  /** The assistant whose memories these are. */
  narrator: string | undefined;
  strategy: string | undefined;
  /** In place of the bank's configuration. */
  overrides: Partial<ResolvedConfig>;
  /** In place of the server's. */
  extractCausalLinks: boolean | undefined;
  outputLanguage: string | undefined;
}

/** A fact as the model stated it: with its own dates, and also when it says nothing. */
interface DryRunFact extends ExtractedFact {
  chunkIndex: number;
  shown: ReceivedAttachment[];
}

export interface DryRunAnswer {
  facts: DryRunFact[];
  chunks: { text: string; factCount: number }[];
  usage: TokenUsage;
}

/**
 * Extracts facts as a retain would, and stores nothing. The bank need not exist.
 * @throws EngineError `invalid_value` and `unprocessable` for attachments, `llm_failed` when the extraction failed.
 */
export async function dryRunExtract(
  context: EngineContext,
  address: BankAddress,
  request: DryRunRequest,
  signal: AbortSignal,
): Promise<DryRunAnswer> {
  const { text, attachments } = flattenContent(request.content, context.settings.retain, {
    allowed: new Set(),
    path: "content",
  });
  if (attachments.length > 0) requireEyes(context);
  const bank = await findBank(context.database, address);
  const config = resolveConfig(context.bankDefaults, bank?.config ?? {});
  const settings = retainSettings(config, request.strategy, request.overrides);
  const chunks = chunkText(sanitizeText(text), {
    chunkSize: settings.retainChunkSize,
    structuredChunkSize: settings.retainStructuredChunkSize,
    maxAttachments: settings.retainMaxAttachmentsPerChunk,
  });
  const ask = asker(context, address, settings, request, attachments);
  const outcomes = await Promise.allSettled(chunks.map((chunk) => ask(chunk, signal)));
  signal.throwIfAborted();
  const answers = outcomes.flatMap((outcome) => (outcome.status === "fulfilled" ? outcome.value : []));
  if (answers.length < chunks.length) throw extractionFailed(outcomes);
  return toAnswer(chunks, answers, attachments);
}

/** Whoever answers for a chunk. */
function asker(
  { llm, settings: { retain: server } }: EngineContext,
  { sandboxId, bankId }: BankAddress,
  settings: RetainSettings,
  { date, context, narrator, overrides, extractCausalLinks, outputLanguage }: DryRunRequest,
  attachments: readonly ReceivedAttachment[],
): (text: string, signal: AbortSignal) => Promise<ChunkFacts> {
  const source = { date, context, metadata: undefined, narrator };
  const asksModel = llm ? extractionMode(settings, true) !== "chunks" : overrides.retain_extraction_mode;
  if (!asksModel || asksModel === "chunks") return (text) => chunkExtractor.extract({ ...source, text });
  if (!llm) throw new EngineError("llm_failed", "Fact extraction failed: the LLM provider is none");
  const extractor = new ModelExtractor(llm, {
    mode: extractionMode(settings, true),
    settings,
    server: {
      ...server,
      extractCausalLinks: extractCausalLinks ?? server.extractCausalLinks,
      outputLanguage: outputLanguage ?? server.outputLanguage,
    },
    attribution: { sandboxId, bankId },
  });
  const byId = new Map(attachments.map((attachment) => [attachment.attachmentId, attachment]));
  return (text, signal) => extractor.ask({ ...source, text, loadAttachments: async () => byId }, signal);
}

function toAnswer(
  chunks: readonly string[],
  answers: readonly ChunkFacts[],
  attachments: readonly ReceivedAttachment[],
): DryRunAnswer {
  const answer: DryRunAnswer = { facts: [], chunks: [], usage: NO_USAGE };
  let seen = 0;
  for (const [chunkIndex, text] of chunks.entries()) {
    const count = placeholderIds(text).length;
    const shown = attachments.slice(seen, seen + count);
    seen += count;
    const { facts, usage } = answers[chunkIndex] ?? { facts: [], usage: NO_USAGE };
    answer.facts.push(
      ...facts.map((fact) => ({ ...fact, chunkIndex, shown: numbered(fact.attachments, shown) })),
    );
    answer.chunks.push({ text: describe(text, shown), factCount: facts.length });
    answer.usage = addUsage(answer.usage, usage);
  }
  return answer;
}

/** The attachments of these numbers, from 1, each once. */
function numbered(numbers: readonly number[], shown: readonly ReceivedAttachment[]): ReceivedAttachment[] {
  return [...new Set(numbers.flatMap((number) => shown[number - 1] ?? []))];
}

/** The text with its attachments in words. */
function describe(text: string, shown: readonly ReceivedAttachment[]): string {
  let place = 0;
  return splitAtPlaceholders(text)
    .map((run) => {
      const attachment = run.attachmentId === undefined ? undefined : shown[place++];
      if (!attachment) return run.text;
      return `[Block #${attachment.blockIndex}: ${attachment.kind} (${attachment.mediaType})]`;
    })
    .join("");
}
