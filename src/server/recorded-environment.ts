import { type ResolvedLlm, wireProvider } from "../gateway/llm-options.ts";
import { toEnvironment } from "./options.ts";

/** In place of the real one, which the gateway puts in. */
export const STAND_IN_KEY = "kept-by-the-gateway";

/** How a server is told to ask the gateway in its provider's place. @param url of a provider's API at the gateway. */
export function recordedEnvironment(
  { provider, model }: Pick<ResolvedLlm, "provider" | "model">,
  url: (provider: string) => string,
): Record<string, string> {
  return toEnvironment({
    llmProvider: provider,
    llmModel: model,
    llmBaseUrl: url(wireProvider(provider)),
    llmApiKey: STAND_IN_KEY,
    // Its answers belong to tests.
    env: { HINDSIGHT_API_SKIP_LLM_VERIFICATION: "true" },
  });
}
