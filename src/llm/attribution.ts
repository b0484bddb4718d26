import { ATTRIBUTION_HEADERS } from "../daemon-protocol.ts";
import type { ChatRequest } from "./types.ts";

/** Headers that say whose a call is, for a gateway of ours. */
export function attributionHeaders({
  attribution,
  scope,
}: Pick<ChatRequest, "attribution" | "scope">): Record<string, string> {
  return {
    // A header holds no more than Latin-1; ids may hold anything.
    [ATTRIBUTION_HEADERS.sandbox]: encodeURIComponent(attribution.sandboxId),
    [ATTRIBUTION_HEADERS.bank]: encodeURIComponent(attribution.bankId),
    [ATTRIBUTION_HEADERS.scope]: scope,
    ...(attribution.operationId !== undefined && {
      [ATTRIBUTION_HEADERS.operation]: attribution.operationId,
    }),
  };
}
