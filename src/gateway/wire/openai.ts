import { openAiError } from "../answer.ts";

/** What OpenAI's APIs have in common. */
export const OPENAI = {
  provider: "openai",
  base: "/openai/v1",
  authorize: (apiKey: string) => ({ authorization: `Bearer ${apiKey}` }),
  errorBody: openAiError,
};
