import { renderExtractionMessage } from "../../../llm/extraction-message.ts";
import type { ChatMessage, ContentPart } from "../../../llm/types.ts";
import { placeholderIds, splitAtPlaceholders } from "../../attachments/placeholders.ts";
import type { LoadAttachments, ShownAttachment } from "../../attachments/show.ts";
import type { LabelGroup } from "../../labels/label-groups.ts";
import { formatIso, type Moment } from "../moment.ts";
import type { ExtractionMode } from "../settings.ts";
import { attachmentsNote } from "./attachments.ts";
import { CAUSAL } from "./causal.ts";
import { CONCISE } from "./concise.ts";
import { labelsSection } from "./labels.ts";
import { EVERY_DIMENSION, OPTIONAL_DIMENSIONS, RULES } from "./rules.ts";
import { TASK } from "./task.ts";
import { VERBATIM, VERBATIM_RULES } from "./verbatim.ts";
import { VERBOSE } from "./verbose.ts";

/** What a model is told of the chunk that it reads. */
export interface ChunkSource {
  text: string;
  /** The item's date; null when it has none. */
  date: Moment | null;
  context: string | undefined;
  metadata: Record<string, string> | undefined;
  /** The assistant whose memories these are; absent: the text tells who speaks. */
  narrator?: string | undefined;
  /** Fetches those of the chunk's attachments that are still there. */
  loadAttachments?: LoadAttachments | undefined;
}

export interface ExtractionPrompt {
  mode: ExtractionMode;
  /** What the bank is there to remember; null: nothing in particular. */
  mission: string | null;
  /** In place of the mode's, in the mode `custom`. */
  customInstructions: string | null;
  causes: boolean;
  optionalDimensions: boolean;
  /** null: that of the text. */
  outputLanguage: string | null;
  labels: readonly LabelGroup[];
  allowFreeFormEntities: boolean;
}

/**
 * The messages that ask a model for the facts of one chunk. What all banks share stands first, then what the bank wants, then
 * what the item says of itself, and the text last: the earlier something stands, the more calls begin with it.
 */
export async function extractionMessages(
  source: ChunkSource,
  prompt: ExtractionPrompt,
): Promise<ChatMessage[]> {
  return [
    { role: "system", content: systemMessage(prompt) },
    { role: "user", content: await userContent(source, prompt) },
  ];
}

function systemMessage(prompt: ExtractionPrompt): string {
  const { mode, labels, allowFreeFormEntities, outputLanguage } = prompt;
  const isVerbatim = mode === "verbatim";
  return [
    TASK,
    instructions(prompt),
    isVerbatim ? VERBATIM_RULES : RULES,
    ...(isVerbatim ? [] : [prompt.optionalDimensions ? OPTIONAL_DIMENSIONS : EVERY_DIMENSION]),
    ...(prompt.causes && !isVerbatim ? [CAUSAL] : []),
    ...(labels.length > 0 ? [labelsSection(labels, allowFreeFormEntities)] : []),
    ...(outputLanguage ? [`Write everything in ${outputLanguage}, whatever the language of the text.`] : []),
  ].join("\n\n");
}

function instructions({ mode, customInstructions }: ExtractionPrompt): string {
  if (mode === "custom") return customInstructions ?? CONCISE;
  if (mode === "verbose") return VERBOSE;
  return mode === "verbatim" ? VERBATIM : CONCISE;
}

async function userContent(
  source: ChunkSource,
  { mission }: ExtractionPrompt,
): Promise<string | ContentPart[]> {
  const ids = placeholderIds(source.text);
  const message = {
    mission,
    // Every chunk is asked for on its own.
    chunk: { index: 1, count: 1 },
    eventDate: source.date && formatIso(source.date),
    context: source.context ?? null,
    metadata: source.metadata ?? {},
    narrator: source.narrator,
    note: ids.length > 0 ? attachmentsNote(ids.length) : undefined,
    text: source.text,
  };
  if (ids.length === 0) return renderExtractionMessage(message);
  const attachments = await source.loadAttachments?.([...new Set(ids)]);
  return interleaved(renderExtractionMessage({ ...message, text: "" }), source.text, attachments);
}

/** Every attachment where its placeholder stands. */
function interleaved(
  head: string,
  text: string,
  attachments: ReadonlyMap<string, ShownAttachment> | undefined,
): ContentPart[] {
  const parts: ContentPart[] = [];
  let words = head;
  const closeText = () => {
    if (words.trim() !== "") parts.push({ type: "text", text: words });
    words = "";
  };
  for (const run of splitAtPlaceholders(text)) {
    const attachment = run.attachmentId === undefined ? undefined : attachments?.get(run.attachmentId);
    if (attachment) {
      closeText();
      parts.push(partOf(attachment));
    } else {
      words += run.attachmentId === undefined ? run.text : "[attachment unavailable]";
    }
  }
  closeText();
  return parts;
}

function partOf({ kind, mediaType, content, filename }: ShownAttachment): ContentPart {
  const data = Buffer.from(content).toString("base64");
  if (kind === "image") return { type: "image", mediaType, data };
  return { type: "file", mediaType, data, filename: filename ?? "attachment" };
}
