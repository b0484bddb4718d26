import { jsonAnswer } from "../answer.ts";
import type { Json, JsonObject } from "../json.ts";

/** What a server of Text Embeddings Inference serves, whichever model it has. Its requests name none. */
export const TEI = {
  provider: "tei",
  base: "/tei",
  authorize: (apiKey: string) => ({ authorization: `Bearer ${apiKey}` }),
  errorBody: (_code: string, message: string): Json => ({ error: message, error_type: "Validation" }),
};

/** What the model is called in reports. */
export const TEI_MODEL = "tei";

/** How a text that is too long is cut, and all else that shapes a value. Left out is the same as `false`. */
export function teiParameters(body: JsonObject, placed: ReadonlySet<string>): JsonObject {
  const shaping = Object.entries(body).filter(
    ([field, value]) => !placed.has(field) && value !== null && value !== false,
  );
  return Object.fromEntries(shaping);
}

/** Clients ask whether the server is there. Which model it has, no answer of ours depends on. */
export const TEI_PROBES: Record<string, () => ReturnType<typeof jsonAnswer>> = {
  "/tei/info": () =>
    jsonAnswer(200, {
      model_id: TEI_MODEL,
      model_sha: null,
      model_dtype: "float32",
      model_type: {},
      max_concurrent_requests: 512,
      max_input_length: 8192,
      max_batch_tokens: 16384,
      max_client_batch_size: 128,
      auto_truncate: true,
      version: "1.8.0",
    }),
  "/tei/health": () => ({ status: 200, headers: {}, body: "" }),
};
