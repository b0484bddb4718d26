import type { Json } from "../json.ts";

/** Cohere's API, which many rerankers have taken over: Jina, LiteLLM, OpenRouter, SiliconFlow, ZeroEntropy, DashScope. */
export const COHERE = {
  provider: "cohere",
  base: "/cohere",
  authorize: (apiKey: string) => ({ authorization: `Bearer ${apiKey}` }),
  errorBody: (_code: string, message: string): Json => ({ message }),
};
