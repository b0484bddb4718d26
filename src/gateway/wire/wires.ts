/** Every API that the gateway serves. */
import { type Answer, jsonAnswer } from "../answer.ts";
import { cohereEmbed } from "./cohere-embed.ts";
import { cohereRerank, cohereRerankWhole } from "./cohere-rerank.ts";
import { geminiEmbeddings } from "./gemini-embeddings.ts";
import { OPENAI } from "./openai.ts";
import { openaiChat } from "./openai-chat.ts";
import { openaiEmbeddings } from "./openai-embeddings.ts";
import { TEI_PROBES } from "./tei.ts";
import { teiEmbed } from "./tei-embed.ts";
import { teiRerank } from "./tei-rerank.ts";
import type { Wire } from "./wire.ts";

export const WIRES: readonly Wire[] = [
  openaiChat,
  openaiEmbeddings,
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
  ...TEI_PROBES,
};
