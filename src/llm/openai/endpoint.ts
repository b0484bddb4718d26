import { type JsonRequest, requestJson } from "../../remote/json-request.ts";
import type { LlmMemberSettings } from "../../settings/llm-member-settings.ts";

const USER_AGENT = "hindsight/openai-compatible/1.1.0";

export interface EndpointOptions {
  /** Its query string goes with every request. */
  baseUrl: string;
  apiKey: string;
  settings: Pick<LlmMemberSettings, "defaultHeaders" | "connectTimeoutMs">;
}

/** A path below a provider's base URL, to which JSON is posted with its key. */
export function endpoint(options: EndpointOptions, path: string) {
  const url = new URL(options.baseUrl);
  url.pathname = `${url.pathname.replace(/\/+$/, "")}${path}`;
  const { defaultHeaders, connectTimeoutMs } = options.settings;
  /** @throws ServiceError; the signal's reason. */
  return (body: unknown, { signal, headers }: Pick<JsonRequest, "signal" | "headers">) =>
    requestJson({
      url: url.href,
      body,
      headers: {
        authorization: `Bearer ${options.apiKey}`,
        "user-agent": USER_AGENT,
        ...defaultHeaders,
        ...headers,
      },
      connectTimeoutMs,
      signal,
    });
}
