/** Every API that the gateway serves. */
import { OPENAI } from "./openai.ts";
import { openaiChat } from "./openai-chat.ts";
import { openaiEmbeddings } from "./openai-embeddings.ts";
import type { Wire } from "./wire.ts";

export const WIRES: readonly Wire[] = [openaiChat, openaiEmbeddings];

/** Where the list of OpenAI's models is. */
export const openAiModels = `${OPENAI.base}/models`;
