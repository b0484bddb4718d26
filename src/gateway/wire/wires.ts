/** Every API that the gateway serves. */
import { type Answer, jsonAnswer } from "../answer.ts";
import { anthropicMessages } from "./anthropic-messages.ts";
import { cohereEmbed } from "./cohere-embed.ts";
import { cohereRerank, cohereRerankWhole } from "./cohere-rerank.ts";
import { geminiContent } from "./gemini-content.ts";
import { geminiEmbeddings } from "./gemini-embeddings.ts";
import { OLLAMA_PROBES, ollamaChat, ollamaCompatible } from "./ollama-chat.ts";
import { OPENAI } from "./openai.ts";
import { openaiChat } from "./openai-chat.ts";
import { openaiEmbeddings } from "./openai-embeddings.ts";
import { openaiResponses } from "./openai-responses.ts";
import { TEI_PROBES } from "./tei.ts";
import { teiEmbed } from "./tei-embed.ts";
import { teiRerank } from "./tei-rerank.ts";
import type { Wire } from "./wire.ts";

export const WIRES: readonly Wire[] = [
  openaiChat,
  openaiEmbeddings,
  openaiResponses,
  anthropicMessages,
  geminiContent,
  ollamaChat,
  ollamaCompatible,
  teiEmbed,
  teiRerank,
  cohereEmbed,
  cohereRerank,
  cohereRerankWhole,
  geminiEmbeddings,
];

/**
 * What servers ask to see whether a provider is there, by path: the same in every mode, without the provider. Which models it
 * has, a cassette does not know.
 */
export const PROBES: Readonly<Record<string, () => Answer>> = {
  [`${OPENAI.base}/models`]: () => jsonAnswer(200, { object: "list", data: [] }),
  "/anthropic/v1/models": () => jsonAnswer(200, { data: [], has_more: false, first_id: null, last_id: null }),
  "/gemini/v1beta/models": () => jsonAnswer(200, { models: [] }),
  ...OLLAMA_PROBES,
  ...TEI_PROBES,
};
