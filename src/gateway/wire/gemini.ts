import type { Json } from "../json.ts";

/** What Gemini's APIs have in common. Their paths name the model. */
export const GEMINI = {
  provider: "gemini",
  base: "/gemini",
  version: "/v1beta",
  authorize: (apiKey: string) => ({ "x-goog-api-key": apiKey }),
  errorBody: (_code: string, message: string): Json => ({
    error: { code: 400, message, status: "INVALID_ARGUMENT" },
  }),
};
